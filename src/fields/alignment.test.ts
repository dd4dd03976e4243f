import { describe, expect, it } from 'vitest';
import { sobel } from '../engine/methods/controls.ts';
import { stream } from '../engine/math/rng.ts';
import * as tf from '../engine/tf.ts';
import { useBackend } from '../engine/testing/backends.ts';
import { alignment, averagePrecision, centreGaussian, edges, prevalence, rocAuc } from './alignment.ts';

const f = (...values: number[]): Float32Array => Float32Array.from(values);
const m = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** From the definitions: a threshold at each distinct value; every pair of an inside and an outside place. */
function slowly(mask: Uint8Array, values: Float32Array): [number, number] {
  const inside = [...values].filter((_, i) => mask[i]);
  const outside = [...values].filter((_, i) => !mask[i]);
  const recall = (level: number): number => inside.filter((v) => v >= level).length / inside.length;
  const precision = (level: number): number => inside.filter((v) => v >= level).length / [...values].filter((v) => v >= level).length;
  const levels = [...new Set(values)].sort((a, b) => b - a);
  const area = levels.reduce((sum, level, n) => sum + (recall(level) - (n > 0 ? recall(levels[n - 1]!) : 0)) * precision(level), 0);
  const won = inside.flatMap((a) => outside.map((b) => (a > b ? 1 : a === b ? 0.5 : 0) as number));
  return [area, won.reduce((sum, v) => sum + v, 0) / won.length];
}

describe('average precision and ROC AUC', () => {
  it('have the values of scikit-learn’s examples', () => {
    expect(averagePrecision(m(0, 0, 1, 1), f(0.1, 0.4, 0.35, 0.8))).toBeCloseTo(5 / 6, 12);
    expect(rocAuc(m(0, 0, 1, 1), f(0.1, 0.4, 0.35, 0.8))).toBe(0.75);
    expect(averagePrecision(m(0, 1, 1), f(0.5, 0.5, 0.6))).toBeCloseTo(0.5 + 0.5 * (2 / 3), 12);
  });
  it('are those of the definitions on maps with many ties, negative values and both zeros', () => {
    for (let seed = 0; seed < 30; seed++) {
      const draw = stream(seed, 'alignment');
      const values = Float32Array.from({ length: 60 }, () => (draw.below(9) - 4) / (draw.below(2) ? 3 : -3));
      const mask = Uint8Array.from(values, (v, i) => (i === 0 || draw.uniform() < 0.3 + v / 10 ? 1 : 0));
      const [area, auc] = slowly(mask, values);
      expect(averagePrecision(mask, values)).toBeCloseTo(area, 12);
      expect(rocAuc(mask, values)).toBeCloseTo(auc, 12);
    }
  });
  it('are 1 for the mask itself and at chance for a constant, whatever the order of places', () => {
    const mask = m(1, 0, 0, 1, 0, 0, 0, 0);
    expect(alignment(mask, Float32Array.from(mask))).toEqual({ averagePrecision: 1, rocAuc: 1, prevalence: 0.25 });
    expect(alignment(mask, new Float32Array(8))).toEqual({ averagePrecision: 0.25, rocAuc: 0.5, prevalence: 0.25 });
  });
  it('are not defined without an inside or an outside, and refuse other sizes and NaN', () => {
    expect(alignment(m(0, 0), f(1, 2))).toEqual({ averagePrecision: Number.NaN, rocAuc: Number.NaN, prevalence: 0 });
    expect(alignment(m(1, 1), f(1, 2)).rocAuc).toBeNaN();
    expect(() => alignment(m(1, 0, 1), f(1, 2))).toThrow('3 places');
    expect(() => alignment(m(1, 0), f(Number.NaN, 2))).toThrow('Value 0');
    expect(prevalence(m(1, 0, 0))).toBeCloseTo(1 / 3, 12);
  });
});

describe('the controls', () => {
  it('a Gaussian about the centre: its mirror, and its value one deviation away', () => {
    const { data } = centreGaussian(8, 4);
    data.forEach((v, i) => expect(v).toBe(data[data.length - 1 - i]));
    expect(data[3 * 4 + 1]! / data[1 * 4 + 1]!).toBeCloseTo(Math.exp(-0.5 * (0.5 ** 2 - 2.5 ** 2) / 2 ** 2), 6);
    expect(Math.max(...data)).toBe(data[3 * 4 + 1]);
  });
  it('edges are those of the method', async () => {
    await useBackend('cpu');
    const draw = stream(5, 'edges');
    const picture = { data: Float32Array.from({ length: 7 * 9 * 3 }, () => draw.uniform()), height: 7, width: 9, channels: 3 };
    const want = tf.tidy(() => sobel(tf.tensor(picture.data, [1, 7, 9, 3])).dataSync());
    edges(picture).data.forEach((v, i) => expect(v).toBeCloseTo(want[i]!, 6));
    const ramp = { data: Float32Array.from({ length: 75 }, (_, i) => Math.floor(i / 3) % 5), height: 5, width: 5, channels: 3 };
    expect(edges(ramp).data[12]).toBeCloseTo(1, 6);
    expect(() => edges({ ...picture, channels: 1 })).toThrow('RGB');
  });
});
