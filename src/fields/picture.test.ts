/** A photograph becomes what a model reads: which square, and what stands in it. */
import { expect, it } from 'vitest';
import { centralSquare, cropToField, largestSquare, photographToField, type Bytes } from './picture.ts';

/** Red is the column, green the row. */
const ramp = (width: number, height: number): Bytes => ({
  width,
  height,
  data: Uint8Array.from({ length: 4 * width * height }, (_, i) => [Math.floor(i / 4) % width, Math.floor(i / 4 / width), 0, 255][i % 4]!),
});

it('cuts the share out of the middle', () => {
  expect(centralSquare({ width: 300, height: 200 }, 1)).toEqual({ x: 50, y: 0, size: 200 });
  expect(centralSquare({ width: 300, height: 200 }, 0.875)).toEqual({ x: 63, y: 13, size: 175 });
  expect(centralSquare({ width: 301, height: 201 }, 1)).toEqual(largestSquare({ width: 301, height: 201 }));
});

it('shows the centre of what was cut out in the centre', () => {
  const field = photographToField(ramp(200, 100), { resize: 'crop', share: 0.5 }, 25);
  const [red, green] = [0, 1].map((c) => field.data.filter((_, i) => i % 3 === c));
  // Columns 75 … 124 and rows 25 … 74, two of them in each place: the triangle is symmetric away from the border.
  expect(red![12 * 25 + 12]! * 255).toBeCloseTo(99.5, 4);
  expect(green![12 * 25 + 12]! * 255).toBeCloseTo(49.5, 4);
  expect(red![1]! * 255).toBeCloseTo(77.5, 4);
});

it('is the same as the square of the page where the share is 1', () => {
  const picture = ramp(90, 60);
  expect(photographToField(picture, { resize: 'crop', share: 1 }, 24)).toEqual(cropToField(picture, largestSquare(picture), 24));
});

it('squashes all of it, so that both ends of the long side are seen', () => {
  const { data, height, width } = photographToField(ramp(200, 50), { resize: 'squash', share: 1 }, 50);
  expect([height, width]).toEqual([50, 50]);
  expect(data[3 * (25 * 50)]! * 255).toBeLessThan(5);
  expect(data[3 * (25 * 50 + 49)]! * 255).toBeGreaterThan(194);
  expect(data[3 * (25 * 50 + 7) + 1]! * 255).toBeCloseTo(25, 4);
});
