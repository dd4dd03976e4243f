/** Weight files: laid end to end, quantised, cut anywhere, and broken ones refused before anything is allocated. */
import { describe, expect, it } from 'vitest';
import { readWeights } from './weights.ts';

const bytesOf = (...parts: (Float32Array | Int32Array | Uint16Array | Uint8Array)[]) => Uint8Array.from(parts.flatMap((part) => [...new Uint8Array(part.buffer, part.byteOffset, part.byteLength)]));
const single = (weights: object[], bytes: Uint8Array) => readWeights([{ paths: ['a'], weights }], () => bytes);
const weight = (name: string, shape: number[], dtype = 'float32', more = {}) => ({ name, shape, dtype, ...more });

describe('weights', () => {
  it('reads a group whose shards are cut in the middle of a number', () => {
    const whole = bytesOf(new Float32Array([1, 2.5, -3]), new Int32Array([7, -8]), new Uint8Array([1, 0, 1]));
    const shards: Record<string, Uint8Array> = { a: whole.slice(0, 5), b: whole.slice(5, 6), c: whole.slice(6) };
    const weights = readWeights([{ paths: ['a', 'b', 'c'], weights: [weight('x', [3]), weight('y', [2, 1], 'int32'), weight('z', [3], 'bool')] }], (path) => shards[path]);
    expect(weights.read('x')).toEqual({ type: 'float', shape: [3], values: new Float32Array([1, 2.5, -3]) });
    expect(weights.read('y')).toEqual({ type: 'int', shape: [2, 1], values: new Int32Array([7, -8]) });
    expect([...weights.read('z').values]).toEqual([1, 0, 1]);
  });

  it('reads values of 8 and 16 bits by their scale and least value, and half precision', () => {
    const bytes = bytesOf(new Uint8Array([0, 255, 4, 8]), new Uint16Array([0, 65535]), new Uint16Array([0x3c00, 0xc500, 1]));
    const weights = single([weight('eight', [2], 'float32', { quantization: { dtype: 'uint8', scale: 0.5, min: -1 } }), weight('whole', [2], 'int32', { quantization: { dtype: 'uint8', scale: 0.25, min: 1 } }), weight('sixteen', [2], 'float32', { quantization: { dtype: 'uint16', scale: 2, min: 10 } }), weight('half', [3], 'float32', { quantization: { dtype: 'float16' } })], bytes);
    expect([...weights.read('eight').values]).toEqual([-1, 126.5]);
    expect(weights.read('whole')).toEqual({ type: 'int', shape: [2], values: new Int32Array([2, 3]) });
    expect([...weights.read('sixteen').values]).toEqual([10, 131080]);
    expect([...weights.read('half').values]).toEqual([1, -5, 2 ** -24]);
  });

  it('names missing files and says how many there are', () => {
    const manifest = [{ paths: ['a', 'b'], weights: [] }, { paths: ['c'], weights: [] }];
    expect(() => readWeights(manifest, (path) => (path === 'b' ? new Uint8Array() : undefined))).toThrow("2 of 3 weight files are missing: 'a', 'c'");
  });

  it('refuses bytes that do not fit, before allocating', () => {
    expect(() => single([weight('x', [100000, 100000, 1000])], new Uint8Array(8))).toThrow(/weight 'x' of shape \[100000, 100000, 1000\] needs .* have 8 left/);
    expect(() => single([weight('x', [1])], new Uint8Array(8))).toThrow('have 8 bytes and its weights need 4');
    expect(() => single([weight('x', [-1])], new Uint8Array(8))).toThrow('cannot be [-1]');
    expect(() => single([weight('x', [1]), weight('x', [1])], new Uint8Array(8))).toThrow("two weights are called 'x'");
  });

  it('names a weight that is not a number, and refuses texts only when they are used', () => {
    const text = Uint8Array.from([3, 0, 0, 0, 97, 98, 99]);
    const weights = single([weight('labels', [1], 'string'), weight('bad', [2])], bytesOf(text, new Uint8Array(new Float32Array([1, NaN]).buffer)));
    expect(() => weights.read('bad')).toThrow("weight 'bad' is not a number (NaN) at entry 1 of 2");
    expect(() => weights.read('labels')).toThrow("weight 'labels' holds values of the type 'string'");
  });
});
