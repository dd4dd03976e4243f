import { expect, it } from 'vitest';
import { fieldToCsv, toCsv } from './csv.ts';
import { readNpy, writeNpy } from './npy.ts';

it('writes what NumPy reads: magic, version, padded header, little-endian floats', () => {
  const bytes = writeNpy({ data: Float32Array.of(1, -2, 0.5), shape: [3] });
  expect([...bytes.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  expect(bytes.length).toBe(128 + 12);
  expect(String.fromCharCode(...bytes.subarray(10, 70))).toContain("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }");
  expect(bytes[127]).toBe(10);
  expect([...bytes.subarray(128, 132)]).toEqual([0, 0, 0x80, 0x3f]);
});
it('reads back what it wrote, at any offset of a buffer', () => {
  const array = { data: Float32Array.from({ length: 12 }, (_, i) => Math.fround(i / 7)), shape: [2, 3, 2] };
  const bytes = writeNpy(array);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  expect(readNpy(shifted.subarray(3))).toEqual(array);
});
it('names what is wrong with a file', () => {
  const bytes = writeNpy({ data: Float32Array.of(1, 2), shape: [2] });
  expect(() => readNpy(bytes.subarray(0, -1))).toThrow('truncated');
  expect(() => readNpy(new Uint8Array(200))).toThrow('no .npy file');
  const complex = bytes.slice();
  complex[complex.indexOf(0x3c) + 1] = 0x63;
  expect(() => readNpy(complex)).toThrow("type '<c4'");
  expect(() => writeNpy({ data: Float32Array.of(1), shape: [2] })).toThrow('needs 2 values');
});
it('writes tables with quotes where they are needed', () => {
  expect(toCsv(['a', 'b'], [['x, "y"', 1]])).toBe('a,b\r\n"x, ""y""",1\r\n');
  expect(toCsv(['share'], [['20\u00a0%']])).toBe('share\r\n20 %\r\n');
  expect(fieldToCsv({ data: Float32Array.of(0.1, -2, 3, 1e-9, 5, 6), height: 1, width: 2, channels: 3 })).toBe(
    'row,column,red,green,blue\r\n0,0,0.1,-2,3\r\n0,1,1e-9,5,6\r\n',
  );
});
it('writes decimals that give the same float32 back', () => {
  const values = Float32Array.from({ length: 50 }, (_, i) => Math.sin(i) * 10 ** (i % 9));
  const lines = fieldToCsv({ data: values, height: 5, width: 10, channels: 1 }).trim().split('\r\n').slice(1);
  lines.forEach((line, i) => expect(Math.fround(Number(line.split(',')[2]))).toBe(values[i]));
});
