/** A mask as text, one bit a place, and back: small enough for a request, a link and a file. Not the regions themselves. */

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 (RFC 4648, padded) of the bits of `mask`, row-major, the first place the highest bit; whatever is not 0 lies inside. */
export function packMask(mask: ArrayLike<number>): string {
  const bytes = new Uint8Array(Math.ceil(mask.length / 8));
  for (let at = 0; at < mask.length; at++) if (mask[at] !== 0) bytes[at >> 3]! |= 0x80 >> (at & 7);
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let k = 0; k < 4; k++) text += i * 8 + 6 * k < bytes.length * 8 ? DIGITS[(group >> (18 - 6 * k)) & 63]! : '=';
  }
  return text;
}

/** 1 inside, 0 outside, `places` of them. Throws where the text is not the mask of so many. */
export function unpackMask(text: string, places: number): Uint8Array {
  const bytes = Math.ceil(places / 8);
  const digits = text.replace(/=+$/, '');
  if (text.length !== 4 * Math.ceil(bytes / 3) || digits.length !== Math.ceil((bytes * 8) / 6)) {
    throw new Error(`a mask of ${text.length} characters is not one of ${places} places, which has ${4 * Math.ceil(bytes / 3)}: pack it with packMask at the size of the image`);
  }
  const mask = new Uint8Array(places);
  for (let i = 0; i < digits.length; i++) {
    const value = DIGITS.indexOf(digits[i]!);
    if (value < 0) throw new Error(`a mask has the character '${digits[i]!}', which base64 does not know: pack it with packMask`);
    for (let k = 0; k < 6 && 6 * i + k < places; k++) mask[6 * i + k] = (value >> (5 - k)) & 1;
  }
  return mask;
}
