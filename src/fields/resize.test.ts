import { describe, expect, it } from 'vitest';
import { clampSquare, cropToField, largestSquare, sizeSquare, squareByKey } from './picture.ts';
import { resizeField, resizeMap } from './resize.ts';

const row = (...values: number[]) => ({ data: Float32Array.from(values), height: 1, width: values.length });
const close = (actual: Float32Array, expected: readonly number[]): void => expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 5));

describe('resizing', () => {
  it('enlarges linearly between centres and holds the border', () => {
    close(resizeMap(row(0, 4), 1, 4, 'bilinear').data, [0, 1, 3, 4]);
  });
  it('reduces by weighted means, so that a checkerboard becomes its mean', () => {
    close(resizeMap(row(0, 1, 0, 1, 0, 1, 0, 1), 1, 2, 'bilinear').data, [13 / 28, 15 / 28]);
    const board = { data: Float32Array.from({ length: 4096 }, (_, i) => ((i % 64) + Math.floor(i / 64)) % 2), height: 64, width: 64 };
    const small = resizeMap(board, 8, 8, 'bilinear').data;
    expect(Math.max(...small.map((value) => Math.abs(value - 0.5)))).toBeLessThan(0.01);
  });
  it('keeps constants and channels apart', () => {
    const field = { data: Float32Array.from({ length: 7 * 5 * 2 }, (_, i) => (i % 2 ? 0.25 : -3)), height: 7, width: 5, channels: 2 };
    const { data } = resizeField(field, 3, 11);
    expect(data.length).toBe(66);
    data.forEach((value, i) => expect(value).toBeCloseTo(i % 2 ? 0.25 : -3, 5));
  });
  it('nearest repeats coarse places as blocks', () => {
    expect([...resizeMap({ data: Float32Array.of(1, 2, 3, 4), height: 2, width: 2 }, 4, 4, 'nearest').data]).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
  });
});

describe('photographs', () => {
  const bytes = (width: number, height: number, pixel: (x: number, y: number) => readonly number[]) => ({
    data: Uint8ClampedArray.from(Array.from({ length: width * height }, (_, i) => pixel(i % width, Math.floor(i / width))).flat()),
    width,
    height,
  });
  it('cuts the square out and nothing of its surroundings', () => {
    const picture = bytes(60, 20, (x) => (x >= 20 && x < 40 ? [255, 51, 0, 255] : [0, 0, 255, 255]));
    const { data, height, width, channels } = cropToField(picture, largestSquare(picture), 4);
    expect([height, width, channels]).toEqual([4, 4, 3]);
    for (let place = 0; place < 16; place++) close(data.subarray(3 * place), [1, 0.2, 0]);
  });
  it('lays transparency over white, or over the ground asked for, whatever colour hides beneath', () => {
    const picture = bytes(16, 16, () => [255, 0, 0, 0]);
    close(cropToField(picture, largestSquare(picture), 1).data, [1, 1, 1]);
    close(cropToField(picture, largestSquare(picture), 1, [0.5, 0.5, 0.5]).data, [0.5, 0.5, 0.5]);
    const half = bytes(16, 16, () => [0, 0, 0, 51]);
    close(cropToField(half, largestSquare(half), 2).data, [0.8, 0.8, 0.8]);
  });
});

describe('the crop square', () => {
  const bounds = { width: 300, height: 200 };
  it('begins as the largest centred one', () => expect(largestSquare(bounds)).toEqual({ x: 50, y: 0, size: 200 }));
  it('stays within the picture', () => {
    expect(clampSquare({ x: -9, y: 500, size: 100 }, bounds)).toEqual({ x: 0, y: 100, size: 100 });
    expect(clampSquare({ x: 0, y: 0, size: 2 }, bounds).size).toBe(16);
    expect(clampSquare({ x: 3, y: 3, size: 99 }, { width: 8, height: 9 })).toEqual({ x: 0, y: 1, size: 8 });
  });
  it('resizes about its centre', () => expect(sizeSquare({ x: 100, y: 50, size: 100 }, 60, bounds)).toEqual({ x: 120, y: 70, size: 60 }));
  it('obeys the keys, coarsely with Shift', () => {
    const square = { x: 100, y: 50, size: 100 };
    expect(squareByKey(square, 'ArrowRight', false, bounds)).toEqual({ ...square, x: 102 });
    expect(squareByKey(square, 'ArrowUp', true, bounds)).toEqual({ ...square, y: 30 });
    expect(squareByKey(square, '+', false, bounds)).toEqual({ x: 98, y: 48, size: 104 });
    expect(squareByKey(square, '-', false, bounds)).toEqual({ x: 102, y: 52, size: 96 });
    expect(squareByKey(square, 'Home', false, bounds)).toEqual(largestSquare(bounds));
    expect(squareByKey(square, 'a', false, bounds)).toBeUndefined();
  });
});
