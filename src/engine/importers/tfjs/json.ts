/** Reads JSON that nobody has checked: every function returns what it promises or throws an ImportProblem naming the place. Knows no layer and no op. */
import { ImportProblem } from '../problem.ts';

export type Json = Readonly<Record<string, unknown>>;

export const damaged = (thing: string) => new ImportProblem(thing, 'the file is damaged or was not written by TensorFlow.js; export the model again with tensorflowjs_converter');

const show = (value: unknown): string => {
  const written = value === undefined ? 'nothing' : JSON.stringify(value);
  return written.length > 60 ? `${written.slice(0, 60)}…` : written;
};

export const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

export function record(value: unknown, where: string): Json {
  if (!isRecord(value)) throw damaged(`${where} should be an object and is ${show(value)}`);
  return value;
}

export function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw damaged(`${where} should be a list and is ${show(value)}`);
  return value;
}

export function text(value: unknown, where: string): string {
  if (typeof value !== 'string') throw damaged(`${where} should be a text and is ${show(value)}`);
  return value;
}

/** A number, or one written as a text: "0.5", "NaN" and "Infinity", as protocol buffers do in JSON. */
export function number(value: unknown, where: string): number {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof read !== 'number' || (Number.isNaN(read) && value !== 'NaN')) throw damaged(`${where} should be a number and is ${show(value)}`);
  return read;
}

/** Whole, within ±(2³¹ − 1); larger ones are cut off there, as constants are. */
export function integer(value: unknown, where: string): number {
  const read = number(value, where);
  if (!Number.isInteger(read)) throw damaged(`${where} should be a whole number and is ${show(value)}`);
  return Math.max(-LARGEST, Math.min(LARGEST, read));
}

export const LARGEST = 2 ** 31 - 1;

export const integers = (value: unknown, where: string): number[] => list(value, where).map((entry) => integer(entry, where));

/** Lengths of axes, none negative. */
export function lengths(value: unknown, where: string): number[] {
  const shape = integers(value, where);
  if (shape.some((length) => length < 0) || shape.length > 8) throw damaged(`${where} cannot be [${shape.slice(0, 9).join(', ')}]`);
  return shape;
}

const DIGITS = new Map([...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].map((digit, index) => [digit, index]));

/** The bytes of a base64 text, the web-safe alphabet too. */
export function base64(value: string, where: string): Uint8Array {
  const digits = value.replace(/=+$/, '').replace(/-/g, '+').replace(/_/g, '/');
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let held = 0;
  for (let index = 0, at = 0; index < digits.length; index++) {
    const digit = DIGITS.get(digits[index]!);
    if (digit === undefined) throw damaged(`${where} should be base64 and holds '${digits[index]!}'`);
    held = ((held << 6) | digit) & 0xffffff;
    if (index % 4 !== 0) bytes[at++] = held >> (6 - 2 * (index % 4));
  }
  return bytes;
}
