/** NumPy's file format 1.0 (and 2.0, 3.0 when reading): raw values out and in, row-major. Not compressed archives. */

export interface NumericArray {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** float32, little-endian, C order. The header is padded so that the data begin at a multiple of 64 bytes. */
export function writeNpy({ data, shape }: NumericArray): Uint8Array {
  const size = shape.reduce((product, side) => product * side, 1);
  if (size !== data.length) throw new Error(`Shape (${shape.join(', ')}) needs ${size} values, but there are ${data.length}.`);
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const head = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`;
  const length = Math.ceil((10 + head.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + length + 4 * data.length);
  const view = new DataView(bytes.buffer);
  bytes.set([...MAGIC, 1, 0]);
  view.setUint16(8, length, true);
  const text = `${head.padEnd(length - 1)}\n`;
  for (let i = 0; i < length; i++) bytes[10 + i] = text.charCodeAt(i);
  data.forEach((value, i) => view.setFloat32(10 + length + 4 * i, value, true));
  return bytes;
}

const readers: Readonly<Record<string, { bytes: number; read(view: DataView, at: number): number }>> = {
  '<f4': { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  '<f8': { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  '<i4': { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  '<i8': { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  '|u1': { bytes: 1, read: (view, at) => view.getUint8(at) },
  '|b1': { bytes: 1, read: (view, at) => view.getUint8(at) },
};

function readHeader(bytes: Uint8Array, view: DataView): { head: string; start: number } {
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte)) throw new Error('This is no .npy file: it does not begin with \\x93NUMPY.');
  const wide = bytes[6]! >= 2;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const from = wide ? 12 : 10;
  return { head: String.fromCharCode(...bytes.subarray(from, from + length)), start: from + length };
}

/** Values as float32. Little-endian f4, f8, i4, i8, u1 and b1 in C order. */
export function readNpy(bytes: Uint8Array): NumericArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { head, start } = readHeader(bytes, view);
  const type = /'descr':\s*'([^']+)'/.exec(head)?.[1] ?? '?';
  const reader = readers[type];
  if (!reader) throw new Error(`A .npy file of type '${type}' cannot be read: save it as ${Object.keys(readers).join(', ')}.`);
  if (/'fortran_order':\s*True/.test(head)) throw new Error('A .npy file in Fortran order cannot be read: save numpy.ascontiguousarray(a).');
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(head)?.[1] ?? '').split(',').filter((side) => side.trim() !== '').map(Number);
  const size = shape.reduce((product, side) => product * side, 1);
  if (bytes.length < start + size * reader.bytes) {
    throw new Error(`The .npy file is truncated: shape (${shape.join(', ')}) needs ${size * reader.bytes} bytes of data, but ${bytes.length - start} are there.`);
  }
  return { data: Float32Array.from({ length: size }, (_, i) => reader.read(view, start + i * reader.bytes)), shape };
}
