/** Superpixels: recovered blocks, connectivity, and quickshift against a literal re-derivation that shares no code with it. */
import { describe, expect, test } from 'vitest';
import { expOfMinus, labOfRgb, rootOf } from './exact.ts';
import { quickshift } from './quickshift.ts';
import { normals, stream } from './rng.ts';
import { components, gridSegments, gridSize, mergeSmall, numbered, segmentSizes, type Pixels, type Segmentation } from './segments.ts';
import { slic } from './slic.ts';

function paint(height: number, width: number, colour: (row: number, column: number) => readonly number[]): Pixels {
  return { data: Float32Array.from({ length: 3 * height * width }, (_, i) => colour(Math.floor(i / 3 / width), Math.floor(i / 3) % width)[i % 3]!), height, width };
}
const COLOURS = [[0.9, 0.1, 0.1], [0.1, 0.8, 0.2], [0.1, 0.2, 0.9], [0.9, 0.9, 0.2]] as const;
/** Four blocks whose borders lie off the middle. */
const blocks = paint(20, 24, (row, column) => COLOURS[(row < 9 ? 0 : 2) + (column < 13 ? 0 : 1)]!);
const blockLabels = Array.from({ length: 480 }, (_, p) => (Math.floor(p / 24) < 9 ? 0 : 2) + (p % 24 < 13 ? 0 : 1));
/** A smooth scene with noise: no two pixels alike. */
const draws = stream(1, 'segments-test');
const natural = paint(18, 22, (row, column) => [0.5 + 0.4 * Math.sin(row / 4), 0.5 + 0.3 * Math.cos(column / 5), ((row * column) % 37) / 80].map((v) => v + 0.05 * (draws.uniform() - 0.5)));
const noise = paint(16, 16, () => [draws.uniform(), draws.uniform(), draws.uniform()]);

function expectWhole({ labels, count }: Segmentation, { height, width }: Pixels): void {
  expect(labels.length).toBe(height * width);
  expect([...new Set(labels)].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
}

/** Literal: floods from the first place of a label and looks whether it reached all of them. */
function hangsTogether({ labels }: Segmentation, label: number, { height, width }: Pixels): boolean {
  const members = new Set([...labels.keys()].filter((p) => labels[p] === label));
  const reached = new Set([[...members][0]!]);
  for (const p of reached) {
    const [row, column] = [Math.floor(p / width), p % width];
    for (const [y, x] of [[row - 1, column], [row + 1, column], [row, column - 1], [row, column + 1]] as const)
      if (y >= 0 && y < height && x >= 0 && x < width && members.has(y * width + x)) reached.add(y * width + x);
  }
  return reached.size === members.size;
}

describe('functions of + − × ÷', () => {
  test('e^−t and roots are those of Math, to the last digits', () => {
    for (const t of [0, 1e-9, 0.1, 0.34, 0.35, 1, 7.7, 50, 500, 739]) expect(Math.abs(expOfMinus(t) / Math.exp(-t) - 1)).toBeLessThan(1e-13);
    expect([expOfMinus(800), expOfMinus(Infinity), expOfMinus(NaN)]).toEqual([0, 0, 0]);
    for (const a of [1, 0.9, 0.3, 1e-3, 1e-9]) for (const n of [3, 5]) expect(Math.abs(rootOf(a, n) / a ** (1 / n) - 1)).toBeLessThan(1e-13);
    expect([rootOf(0, 3), rootOf(NaN, 3)]).toEqual([0, 0]);
  });
  test('L*a*b* of the primaries (D65), of grey and of black', () => {
    const lab = labOfRgb([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0, 0, 0, -1, 7, 0]);
    const want = [53.2406, 80.0923, 67.2028, 87.7351, -86.1829, 83.1797, 32.2957, 79.1856, -107.8573, 100, 0, 0, 53.389, 0, 0, 0, 0, 0, 87.7351, -86.1829, 83.1797];
    want.forEach((v, i) => expect(Math.abs(lab[i]! - v)).toBeLessThan(0.006)); // the tables round the white point
  });
});

describe('grid', () => {
  test('cells of equal size, at most as many as asked for', () => {
    const found = gridSegments(12, 12, 9);
    expect(found.count).toBe(9);
    expect([...segmentSizes(found)]).toEqual(Array.from({ length: 9 }, () => 16));
    expect(found.labels[0]).toBe(0);
    expect(found.labels[143]).toBe(8);
    for (const [height, width] of [[64, 64], [5, 40], [40, 5], [1, 1]] as const)
      for (let most = 1; most < 70; most++) {
        const { rows, columns } = gridSize(height, width, most);
        expect(rows * columns).toBeLessThanOrEqual(most);
        expectWhole(gridSegments(height, width, most), { data: [], height, width });
      }
  });
});

describe('components and merging', () => {
  test('equal labels that touch only at a corner are two pieces', () => {
    expect([...components([0, 1, 1, 0], 2, 2).labels]).toEqual([0, 1, 2, 3]);
    expect(components([7, 7, 7, 2, 2, 7], 2, 3)).toEqual(numbered([0, 0, 0, 1, 1, 0]));
  });
  test('the smallest joins the neighbour of nearest colour, one after the other', () => {
    const colours = Float64Array.from([0, 9, 10, 10, 4, 4, 4].flatMap((lightness) => [lightness, 0, 0]));
    const row = { labels: Int32Array.of(0, 1, 2, 2, 3, 3, 3), count: 4 };
    const size = { height: 1, width: 7 };
    expect([...mergeSmall(row, colours, size, { smallest: 1, atMost: 3 }).labels]).toEqual([0, 0, 1, 1, 2, 2, 2]); // 0 has one neighbour only
    expect([...mergeSmall(row, colours, size, { smallest: 1, atMost: 2 }).labels]).toEqual([0, 0, 0, 0, 1, 1, 1]);
    expect([...mergeSmall(row, colours, size, { smallest: 1, atMost: 9 }).labels]).toEqual([...row.labels]);
    expect(mergeSmall(row, colours, size, { smallest: 99, atMost: 9 }).count).toBe(1);
  });
});

describe('SLIC', () => {
  test('recovers coloured blocks exactly', () => expect([...slic(blocks, { segments: 4 }).labels]).toEqual(blockLabels));
  test.each([['natural', natural], ['noise', noise], ['blocks', blocks], ['flat', paint(15, 17, () => [0.3, 0.3, 0.3])]] as const)('%s: connected, contiguous, no more than asked for', (_, image) => {
    for (const segments of [1, 2, 7, 12, 30]) {
      const found = slic(image, { segments });
      expectWhole(found, image);
      expect(found.count).toBeLessThanOrEqual(segments);
      for (let label = 0; label < found.count; label++) expect(hangsTogether(found, label, image)).toBe(true);
      expect(slic(image, { segments })).toEqual(found);
    }
  });
  test('gives about as many as asked for, and follows colours more the less compact', () => {
    expect(slic(natural, { segments: 12 }).count).toBeGreaterThanOrEqual(8);
    const spread = (compactness: number) => within(natural, slic(natural, { segments: 12, compactness }));
    expect(spread(2)).toBeLessThan(spread(100));
  });
});

/** Mean squared colour distance of pixels to the mean of their segment. */
function within({ data }: Pixels, { labels, count }: Segmentation): number {
  const lab = labOfRgb(data);
  let total = 0;
  for (let label = 0; label < count; label++) {
    const members = [...labels.keys()].filter((p) => labels[p] === label);
    for (let c = 0; c < 3; c++) {
      const mean = members.reduce((sum, p) => sum + lab[3 * p + c]!, 0) / members.length;
      for (const p of members) total += (lab[3 * p + c]! - mean) ** 2;
    }
  }
  return total / labels.length;
}

/** Written from the papers' words over dictionaries of points, with Math.exp, and no window other than the definition. */
function literalQuickshift({ data, height, width }: Pixels, kernel: number, maxDistance: number, ratio: number, sigma: number): number[] {
  const reach = Math.ceil(3 * kernel);
  const linear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const lab = Array.from({ length: height * width }, (_, p) => {
    const [r, g, b] = [0, 1, 2].map((c) => linear(data[3 * p + c]!)) as [number, number, number];
    const [x, y, z] = [f((0.412453 * r + 0.35758 * g + 0.180423 * b) / 0.95047), f(0.212671 * r + 0.71516 * g + 0.072169 * b), f((0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.08883)];
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  });
  const fold = (i: number, n: number) => (i < 0 ? -1 - i : i >= n ? 2 * n - 1 - i : i);
  const half = Math.floor(4 * sigma + 0.5);
  const bell = (i: number) => (sigma === 0 ? 1 : Math.exp(-(i * i) / (2 * sigma * sigma)));
  const features = lab.map((_, p) => {
    const sums = [0, 0, 0];
    let weights = 0;
    for (let i = -half; i <= half; i++)
      for (let j = -half; j <= half; j++) {
        const from = lab[fold(Math.floor(p / width) + i, height) * width + fold((p % width) + j, width)]!;
        const weight = bell(i) * bell(j);
        weights += weight;
        from.forEach((v, c) => (sums[c]! += weight * v));
      }
    return [...sums.map((v) => (ratio * v) / weights), Math.floor(p / width), p % width];
  });
  const squared = (p: number, q: number) => features[p]!.reduce((sum, v, c) => sum + (v - features[q]![c]!) ** 2, 0);
  const inWindow = (p: number, q: number) => Math.abs(features[p]![3]! - features[q]![3]!) <= reach && Math.abs(features[p]![4]! - features[q]![4]!) <= reach;
  const ties = normals(0, 'quickshift', 0, height * width);
  const all = features.map((_, p) => p);
  const density = all.map((p) => all.filter((q) => inWindow(p, q)).reduce((sum, q) => sum + Math.exp(-squared(p, q) / (2 * kernel ** 2)), 0) + 1e-5 * ties[p]!);
  const steps = [...density].sort((a, b) => a - b).map((v, i, sorted) => (i === 0 ? 1 : v - sorted[i - 1]!));
  if (Math.min(...steps) < 1e-12) throw new Error('two densities agree to the last digits: choose a test image whose order is clear');
  const climb = all.map((p) => {
    const higher = all.filter((q) => inWindow(p, q) && density[q]! > density[p]!).sort((a, b) => squared(p, a) - squared(p, b) || a - b);
    return higher.length > 0 && Math.sqrt(squared(p, higher[0]!)) <= maxDistance ? higher[0]! : p;
  });
  return all.map((p) => {
    let at = p;
    while (climb[at] !== at) at = climb[at]!;
    return at;
  });
}

describe('quickshift', () => {
  test.each([
    ['natural', natural, 3, 6, 0.2, 0],
    ['natural, blurred', natural, 2, 8, 0.5, 1],
    ['noise', noise, 2, 4, 0.03, 0],
    ['blocks', blocks, 3, 10, 1, 0],
  ] as const)('%s: equals the literal re-derivation', (_, image, kernelSize, maxDistance, ratio, sigma) => {
    const found = quickshift(image, { kernelSize, maxDistance, ratio, sigma });
    expect(found).toEqual(numbered(literalQuickshift(image, kernelSize, maxDistance, ratio, sigma)));
    expectWhole(found, image);
    expect(found.count).toBeGreaterThan(1);
  });
  test('recovers coloured blocks exactly', () => expect([...quickshift(blocks, { kernelSize: 5, maxDistance: 10 }).labels]).toEqual(blockLabels));
  test('merges down to a number of segments', () => {
    const free = quickshift(natural, { kernelSize: 2, maxDistance: 4 });
    const found = quickshift(natural, { kernelSize: 2, maxDistance: 4, atMost: 5 });
    expect(free.count).toBeGreaterThan(5);
    expect(found.count).toBe(5);
    for (let label = 0; label < free.count; label++) expect(new Set([...found.labels].filter((_, p) => free.labels[p] === label)).size).toBe(1); // whole segments were joined
  });
  test('a flat image has segments too, by the seeded tie-break', () => {
    const flat = paint(12, 12, () => [0, 0, 0]);
    const found = quickshift(flat);
    expectWhole(found, flat);
    expect(found.count).toBeLessThan(10);
    expect(quickshift(flat)).toEqual(found);
  });
});
