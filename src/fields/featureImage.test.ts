import { expect, test } from 'vitest';
import { stream } from '../engine/math/rng.ts';
import { makeScene, renderScene, sceneSeed } from '../engine/scenes/index.ts';
import { featureImage, fillOf, FILLS, NOISE_PURPOSE, TRAINING_MEAN, type Rgb } from './featureImage.ts';

const SIZE = 6;
const noise = (seed = 1) => stream(seed, NOISE_PURPOSE);
const image: Rgb = { data: Float32Array.from({ length: SIZE * SIZE * 3 }, (_, i) => ((i * 37) % 101) / 101), size: SIZE };
const mask = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => Number(i % 5 < 2));
const full = new Uint8Array(SIZE * SIZE).fill(1);
const empty = new Uint8Array(SIZE * SIZE);

test('each fill is what its name says', () => {
  expect([...fillOf('black', image, noise())].every((v) => v === 0)).toBe(true);
  expect([...fillOf('grey', image, noise())].every((v) => v === 0.5)).toBe(true);
  fillOf('mean', image, noise()).forEach((v, i) => expect(v).toBeCloseTo(TRAINING_MEAN[i % 3]!, 6));
  const draws = noise();
  expect(fillOf('noise', image, noise())).toEqual(Float32Array.from(image.data, () => draws.uniform()));
  expect(fillOf('noise', image, noise(2))).not.toEqual(fillOf('noise', image, noise(1)));
});

test('the blur is the Gaussian mean of the pixels around, channel by channel, borders by what lies inside', () => {
  const found = fillOf('blurred', image, noise());
  const sigma = 0.1 * SIZE;
  const weight = (d: number) => (Math.abs(d) <= Math.ceil(3 * sigma) ? Math.exp((-d * d) / (2 * sigma * sigma)) : 0);
  for (const [y, x, c] of [[0, 0, 0], [2, 3, 1], [5, 4, 2]] as const) {
    let [sum, weights] = [0, 0];
    for (let v = 0; v < SIZE; v++)
      for (let u = 0; u < SIZE; u++) {
        const w = weight(v - y) * weight(u - x);
        sum += w * image.data[(v * SIZE + u) * 3 + c]!;
        weights += w;
      }
    expect(found[(y * SIZE + x) * 3 + c]).toBeCloseTo(sum / weights, 5);
  }
  const plain = { data: new Float32Array(SIZE * SIZE * 3).fill(0.3), size: SIZE };
  fillOf('blurred', plain, noise()).forEach((v) => expect(v).toBeCloseTo(0.3, 6));
});

test.each(FILLS)('a full mask shows the image, an empty one the fill, to the bit (%s)', (name) => {
  const fill = fillOf(name, image, noise());
  expect(featureImage(image, { mask: full }, fill)).toEqual(image.data);
  expect(featureImage(image, { mask: empty }, fill)).toEqual(fill);
  expect(featureImage(image, { mask: empty, flat: true }, fill)).toEqual(fill);
  const part = featureImage(image, { mask }, fill);
  part.forEach((v, i) => expect(v).toBe(mask[Math.floor(i / 3)] ? image.data[i] : fill[i]));
});

test('flat: the places shown have their mean colour, the others the fill', () => {
  const part = featureImage(image, { mask, flat: true }, fillOf('grey', image, noise()));
  const inside = [...mask.keys()].filter((at) => mask[at]);
  const means = [0, 1, 2].map((c) => inside.reduce((sum, at) => sum + image.data[3 * at + c]!, 0) / inside.length);
  part.forEach((v, i) => expect(v).toBeCloseTo(mask[Math.floor(i / 3)] ? means[i % 3]! : 0.5, 6));
});

test('a mask of another size is refused', () => {
  expect(() => featureImage(image, { mask: new Uint8Array(16) }, image.data)).toThrow('a mask of 16 places cannot lie on an image of 6 × 6');
});

test('the mean colour is that of the training scenes', () => {
  const count = 16;
  const sums = [0, 0, 0];
  for (let i = 0; i < count; i++) renderScene(makeScene(sceneSeed('train', i)), 64).rgb.forEach((byte, k) => (sums[k % 3]! += byte / 255 / 4096));
  // One scene's mean colour varies by 0.11, 0.094 and 0.102 (standard deviation over the training scenes): three standard errors.
  [0.11, 0.094, 0.102].forEach((deviation, c) => expect(Math.abs(sums[c]! / count - TRAINING_MEAN[c]!)).toBeLessThan((3 * deviation) / Math.sqrt(count)));
});
