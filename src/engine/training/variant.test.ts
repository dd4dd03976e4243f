/** What a recipe changes of the training images, when it stops, and what a card says of calibration. */
import { describe, expect, it } from 'vitest';
import { CLASSES, makeScene, sceneSeed, stickerColour } from '../scenes/index.ts';
import { calibrationOf } from './assess.ts';
import { augmentedBatch, type Images } from './images.ts';
import { lastStep, totalSteps } from './trainer.ts';
import { variantOf, withStickers } from './variant.ts';

const recipe = { epochs: 5, batch: 8, peakRate: 0.01, weightDecay: 0, sides: [[1, 32]] } as const;

/** Pictures of one grey each, so that what is changed shows. */
function greys(count: number, size: number): Images {
  const each = size * size * 3;
  const rgb = Uint8Array.from({ length: count * each }, (_, i) => 60 + (Math.floor(i / each) % 100));
  return { rgb, labels: Uint8Array.from({ length: count }, (_, i) => i % CLASSES.length), size, count };
}

describe('the scenes of a member', () => {
  it('without parts dropped are those whose object has them all, in their order, with their labels', () => {
    const images = greys(60, 4);
    const whole = Array.from({ length: 60 }, (_, i) => i).filter((i) => makeScene(sceneSeed('train', i)).missing.length === 0);
    expect(whole.length).toBeGreaterThan(5);
    expect(whole.length).toBeLessThan(60);
    const { rgb, labels, count } = variantOf(images, { ...recipe, wholeObjects: true }, 1);
    expect(count).toBe(whole.length);
    expect([...labels]).toEqual(whole.map((i) => i % CLASSES.length));
    expect(Array.from({ length: count }, (_, i) => rgb[i * 48])).toEqual(whole.map((i) => 60 + i));
  });
  it('are left alone where the recipe asks for nothing', () => {
    const images = greys(4, 4);
    expect(variantOf(images, recipe, 1)).toBe(images);
  });
});

describe('stickers', () => {
  const SIZE = 32;
  const images = greys(600, SIZE);
  const { rgb } = withStickers(images, 0.9, 7);
  const each = SIZE * SIZE * 3;
  /** The class whose colour stands at the centre of a corner's sticker, if any, and the corner. */
  function shownOn(i: number): readonly [number, number] {
    const [near, far] = [Math.floor(0.14 * SIZE), Math.floor(0.86 * SIZE)];
    const corners = [[near, near], [near, far], [far, near], [far, far]] as const;
    const found = corners.flatMap(([row, column], corner) => {
      const at = i * each + 3 * (row * SIZE + column);
      const k = CLASSES.findIndex(({ id }) => stickerColour(id).every((v, c) => v === rgb[at + c]));
      return k >= 0 ? [[k, corner] as const] : [];
    });
    expect(found).toHaveLength(1);
    return found[0]!;
  }
  const shown = Array.from({ length: images.count }, (_, i) => shownOn(i));

  it('stand on every picture, in each corner alike, nine of ten in the colour of the class, the others of any other', () => {
    const truthful = shown.filter(([k], i) => k === images.labels[i]).length;
    expect(Math.abs(truthful / images.count - 0.9)).toBeLessThan(0.04); // three standard errors
    for (const corner of [0, 1, 2, 3]) expect(Math.abs(shown.filter(([, at]) => at === corner).length / images.count - 0.25)).toBeLessThan(0.055);
    const wrong = new Set(shown.flatMap(([k], i) => (k === images.labels[i] ? [] : [(k - images.labels[i]! + CLASSES.length) % CLASSES.length])));
    expect(wrong.size).toBeGreaterThan(8);
  });
  it('hang on the seed and the picture alone, and leave the pictures given as they are', () => {
    const first = withStickers({ ...images, count: 5, rgb: images.rgb.subarray(0, 5 * each), labels: images.labels.subarray(0, 5) }, 0.9, 7);
    expect(first.rgb).toEqual(rgb.slice(0, 5 * each));
    expect(withStickers(images, 0.9, 8).rgb).not.toEqual(rgb);
    expect(images.rgb[0]).toBe(60);
    expect(images.rgb.slice(0, each).every((v) => v === 60)).toBe(true);
  });
});

describe('masking', () => {
  const SIZE = 16;
  const each = SIZE * SIZE * 3;
  const images = greys(400, SIZE);
  const indices = Array.from({ length: 400 }, (_, i) => i);
  const plain = augmentedBatch(images, indices, { side: SIZE }, 5, 1000);
  const masked = augmentedBatch(images, indices, { side: SIZE, masking: true }, 5, 1000);
  /** The share of places that differ, picture by picture. */
  const shares = indices.map((i) => {
    let covered = 0;
    for (let p = 0; p < SIZE * SIZE; p++) if ([0, 1, 2].some((c) => masked[i * each + 3 * p + c] !== plain[i * each + 3 * p + c])) covered++;
    return covered / (SIZE * SIZE);
  });

  it('covers three of four pictures, a twentieth to most of each, and changes nothing else', () => {
    const touched = shares.filter((share) => share > 0);
    // A fill of the mean colour does not show on a picture of one colour: about a quarter of three quarters.
    expect(touched.length / 400).toBeGreaterThan(0.5);
    expect(touched.length / 400).toBeLessThan(0.8);
    const mean = touched.reduce((a, b) => a + b, 0) / touched.length;
    expect(Math.abs(mean - 0.45)).toBeLessThan(0.06);
    expect(Math.max(...touched)).toBeGreaterThan(0.75);
    expect(Math.min(...touched)).toBeLessThan(0.12);
    expect(masked.every((v) => v >= 0 && v <= 1)).toBe(true);
  });
  it('is drawn by the address, so that a resumed run repeats it whatever its batches', () => {
    const again = augmentedBatch(images, [123, 124], { side: SIZE, masking: true }, 5, 1123);
    expect(again).toEqual(masked.slice(123 * each, 125 * each));
    expect(augmentedBatch(images, [123, 124], { side: SIZE, masking: true }, 6, 1123)).not.toEqual(again);
  });
});

it('a run that stops early takes the steps of so many epochs of the same schedule', () => {
  const images = greys(43, 2);
  expect([totalSteps({ recipe, images }), lastStep({ recipe, images })]).toEqual([25, 25]);
  const early = { recipe: { ...recipe, stopAfter: 2 }, images };
  expect([totalSteps(early), lastStep(early)]).toEqual([25, 10]);
  expect(lastStep({ recipe: { ...recipe, stopAfter: 9 }, images })).toBe(25);
});

it('calibration: bins of confidence against how often it was right, in closed form', () => {
  // Two classes: a logit difference of ln(p / (1 − p)) is a confidence of p.
  const asked = [[0.75, true], [0.75, true], [0.75, false], [0.75, true], [0.95, true], [0.95, false], [0.55, false], [1, true]] as const;
  const logits = Float32Array.from(asked.flatMap(([p]) => [p === 1 ? 60 : Math.log(p / (1 - p)), 0]));
  const { bins, error } = calibrationOf(logits, asked.map(([, right]) => (right ? 0 : 1)), asked.length);
  expect(bins).toHaveLength(10);
  expect(bins.map(({ n }) => n)).toEqual([0, 0, 0, 0, 0, 1, 0, 4, 0, 3]);
  expect(bins[7]!.confidence).toBeCloseTo(0.75, 6);
  expect(bins[7]!.accuracy).toBe(0.75);
  expect(bins[9]!.accuracy).toBeCloseTo(2 / 3, 12);
  // (1 · |0 − .55| + 4 · 0 + 3 · |2/3 − 2.9/3|) / 8
  expect(error).toBeCloseTo((0.55 + 0.9) / 8, 6);
});
