import { describe, expect, it } from 'vitest';
import { stream, type Stream } from '../engine/math/rng.ts';
import { drawResamples } from './bootstrap.ts';
import { clippedShares, COMPONENTS, poolTwoWay, twoWay, type TwoWay } from './twoWay.ts';

const PLACES = 60;
const normalMap = (draw: Stream, deviation: number): Float32Array => Float32Array.from({ length: PLACES }, () => deviation * draw.normal());
const add = (...maps: readonly Float32Array[]): Float32Array => maps[0]!.map((_, p) => maps.reduce((sum, map) => sum + map[p]!, 0));

interface Deviations {
  readonly common?: number;
  readonly model?: number;
  readonly method?: number;
  readonly interaction?: number;
  readonly residual?: number;
}
/** Maps drawn from the model of random effects. */
function drawn(seed: number, [models, methods, replicates]: readonly [number, number, number], { common = 0, model = 0, method = 0, interaction = 0, residual = 0 }: Deviations): Float32Array[][][] {
  const draw = stream(seed, 'two-way');
  const shared = normalMap(draw, common);
  const ofMethod = Array.from({ length: methods }, () => normalMap(draw, method));
  return Array.from({ length: models }, () => {
    const ofModel = normalMap(draw, model);
    return ofMethod.map((own) => {
      const cell = add(shared, ofModel, own, normalMap(draw, interaction));
      return Array.from({ length: replicates }, () => add(cell, normalMap(draw, residual)));
    });
  });
}

/** Place by place, from deviations of means, as a textbook has it. */
function slowly(maps: readonly (readonly (readonly Float32Array[])[])[]): Omit<TwoWay, 'models' | 'methods' | 'replicates' | 'common'> {
  const [A, B, R] = [maps.length, maps[0]!.length, maps[0]![0]!.length];
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const square = (values: readonly number[]): number => values.reduce((sum, v) => sum + v * v, 0);
  const total = [0, 0, 0, 0];
  for (let p = 0; p < PLACES; p++) {
    const y = maps.map((row) => row.map((cell) => cell.map((map) => map[p]!)));
    const cells = y.map((row) => row.map(mean));
    const [rows, columns] = [cells.map(mean), Array.from({ length: B }, (_, b) => mean(cells.map((row) => row[b]!)))];
    const grand = mean(rows);
    total[0]! += (B * R * square(rows.map((v) => v - grand))) / (A - 1);
    total[1]! += (A * R * square(columns.map((v) => v - grand))) / (B - 1);
    total[2]! += (R * square(cells.flatMap((row, a) => row.map((v, b) => v - rows[a]! - columns[b]! + grand)))) / ((A - 1) * (B - 1));
    total[3]! += square(y.flatMap((row, a) => row.flatMap((cell, b) => cell.map((v) => v - cells[a]![b]!)))) / (A * B * (R - 1));
  }
  const [model, method, both, residual] = total.map((v) => v / PLACES) as [number, number, number, number];
  return { model: (model - both) / (B * R), method: (method - both) / (A * R), interaction: (both - residual) / R, residual };
}

describe('the two-way decomposition of one image', () => {
  it('is that of the textbook, from deviations of means', () => {
    const maps = drawn(1, [5, 3, 2], { common: 1, model: 1, method: 0.5, interaction: 0.7, residual: 0.3 });
    const found = twoWay(maps);
    for (const [name, value] of Object.entries(slowly(maps))) expect(found[name as keyof TwoWay]).toBeCloseTo(value!, 9);
    expect([found.models, found.methods, found.replicates]).toEqual([5, 3, 2]);
  });
  it('gives all to the model where maps differ by model alone, all to the method where by that alone, and none where they do not differ', () => {
    const size = [6, 4, 2] as const;
    const only = (deviations: Deviations) => {
      const { model, method, interaction, residual } = twoWay(drawn(2, size, { common: 1, ...deviations }));
      const all = model + method + interaction + residual!;
      return [model / all, method / all, interaction / all, residual! / all];
    };
    [1, 0, 0, 0].forEach((share, i) => expect(only({ model: 1 })[i]).toBeCloseTo(share, 5));
    [0, 1, 0, 0].forEach((share, i) => expect(only({ method: 1 })[i]).toBeCloseTo(share, 5));
    const same = twoWay(drawn(2, size, { common: 1 }));
    for (const name of COMPONENTS) expect(same[name]).toBeCloseTo(0, 9);
    expect(same.common).toBeGreaterThan(0.6);
  });
  it('without replicates the residual lies in the interaction, and is not claimed', () => {
    const maps = drawn(3, [4, 3, 2], { model: 1, interaction: 1, residual: 1 });
    const single = twoWay(maps.map((row) => row.map((cell) => cell.slice(0, 1))));
    expect(single.residual).toBeNull();
    const twice = twoWay(maps.map((row) => row.map((cell) => [cell[0]!, cell[0]!])));
    expect(twice.residual).toBeCloseTo(0, 9);
    for (const name of ['model', 'method', 'interaction'] as const) expect(single[name]).toBeCloseTo(twice[name], 9);
  });
  it('keeps negative estimates: an interaction whose margins vanish exactly leaves the main effects below 0', () => {
    const up = Float32Array.of(1, -1);
    const down = up.map((v) => -v);
    // Mean squares: models 0, methods 0, both 4 / (1 · 1): −4 / 2 each.
    expect(twoWay([[[up], [down]], [[down], [up]]])).toMatchObject({ model: -2, method: -2, interaction: 4 });
  });
  it('refuses tables with holes, and those with nothing to compare', () => {
    const maps = drawn(1, [2, 2, 2], {});
    expect(() => twoWay([maps[0]!, [maps[1]![0]!]])).toThrow('Model 1 has 1 methods');
    expect(() => twoWay([maps[0]!, [maps[1]![0]!, maps[1]![1]!.slice(1)]])).toThrow('for method 1, 1 maps');
    expect(() => twoWay(maps.slice(1))).toThrow('1 models × 2 methods');
  });
});

describe('pooled over images', () => {
  it('the shares of known components are found, their intervals hold them, and none is biased by the table’s size', () => {
    for (const size of [[8, 5, 2], [4, 3, 2]] as const) {
      const images = Array.from({ length: 40 }, (_, i) => twoWay(drawn(100 + i, size, { common: 1.5, model: 1, method: 2, interaction: Math.SQRT1_2, residual: Math.SQRT1_2 })));
      const shares = poolTwoWay(images, drawResamples(stream(1, 'images').below, 40, 300));
      const want = { model: 1 / 6, method: 4 / 6, interaction: 0.5 / 6, residual: 0.5 / 6 };
      for (const name of COMPONENTS) {
        const { value, low, high } = shares[name];
        expect(Math.abs(value - want[name])).toBeLessThan(0.015);
        expect([low <= value, value <= high, high - low < 0.06]).toEqual([true, true, true]);
      }
      expect(Math.abs(shares.common.value - 2.25 / 8.25)).toBeLessThan(0.02);
      expect(shares.n).toBe(40);
    }
  });
  it('a share that is 0 is found to be 0, below it as often as above; display clips', () => {
    const images = Array.from({ length: 40 }, (_, i) => twoWay(drawn(i, [5, 4, 2], { interaction: 1, residual: 1 })));
    const shares = poolTwoWay(images, drawResamples(stream(1, 'images').below, 40, 300));
    expect(Math.abs(shares.model.value)).toBeLessThan(0.01);
    expect(images.filter(({ model }) => model < 0).length).toBeGreaterThan(10);
    expect(images.filter(({ model }) => model > 0).length).toBeGreaterThan(8);
    expect(clippedShares({ model: -0.1, method: 0.3, interaction: 0.6, residual: 0.3 })).toEqual({ model: 0, method: 0.25, interaction: 0.5, residual: 0.25 });
  });
  it('does not mix images with and without replicates', () => {
    const maps = drawn(1, [2, 2, 2], { model: 1 });
    const single = twoWay(maps.map((row) => row.map((cell) => cell.slice(0, 1))));
    expect(() => poolTwoWay([twoWay(maps), single], [])).toThrow('1 of 2 images');
    expect(poolTwoWay([single], []).residual.value).toBe(0);
  });
});
