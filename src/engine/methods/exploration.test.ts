/** AGI and MFABA on a softmax-linear model, against numbers derived by hand in double precision; laws that hold between the explorations. */
import { describe, expect, test } from 'vitest';
import { runJob } from '../job/job.ts';
import { defaults } from '../params.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, fieldOf, largest, testHost } from '../testing/laws.ts';
import { clip, IMAGE, predicted, slope, softmaxLinear } from '../testing/softmaxLinear.ts';
import { linearNet, toyCnn, toyImage } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { agi } from './agi.ts';
import { explore, type Exploration } from './explore.ts';
import { mfaba, mfabaMethod, type Attack } from './mfaba.ts';

await useBackend('cpu');

const graph = softmaxLinear();
const x = tf.tensor2d([[...IMAGE]]);
const PROBABILITY = { kind: 'probability' } as const;

async function explored(change: Partial<Exploration>): Promise<{ data: number[]; moves: readonly number[] }> {
  const radius = tf.fill(change.x?.shape ?? x.shape, 0.05);
  const { result } = await runJob(testHost(), async (job) => {
    const { field, moves } = await explore({ graph, x, target: 0, score: PROBABILITY, radius, towards: [1, 2, 3], away: false, iterations: 3, from: 'image', stops: true, ...change }, job);
    return { data: Array.from(await field.data()), moves };
  });
  radius.dispose();
  return result;
}

async function attacked(change: Partial<Attack>): Promise<{ data: number[]; moves: number }> {
  const { result } = await runJob(testHost(), async (job) => {
    const { field, moves } = await mfaba({ graph, x, target: 0, score: PROBABILITY, kind: 'smooth', size: 0.001, steps: 50, radius: 0.3, accumulated: false, ...change }, job);
    return { data: Array.from(await field.data()), moves };
  });
  return result;
}

describe('AGI, step 0.05, three iterations', () => {
  test.each([
    ['image', [0.1407174, 0.0451565, -0.0737173, 0.0210266, 0.0346344]],
    ['point', [0.1417477, 0.0472969, -0.0721161, 0.0264536, 0.0373694]],
  ] as const)('moves start at the %s', async (from, want) => {
    const { data, moves } = await explored({ from });
    expect(distance(data, want)).toBeLessThan(3e-7);
    expect(moves).toEqual([3, 3, 3]);
    const params = { ...defaults(agi.params), from, iterations: 3, radius: 0.05 };
    expect(distance((await fieldOf(agi, graph, x, { target: 0, params })).data, want)).toBeLessThan(3e-7);
  });

  test('a route ends where its class is believed, and at once where it is believed from the start', async () => {
    const far = { radius: tf.fill(x.shape, 0.5), iterations: 6 };
    const { moves } = await explored(far);
    expect(Math.min(...moves)).toBeGreaterThan(0);
    expect(Math.min(...moves)).toBeLessThan(6);
    expect((await explored({ ...far, stops: false })).moves).toEqual([6, 6, 6]);
    const { moves: none, data } = await explored({ target: 2, towards: [0] });
    expect([none, largest(data)]).toEqual([[0], 0]);
  });

  test('without the early end it is the kernel of Local Attribution with a constant radius', async () => {
    const net = toyCnn();
    const image = toyImage();
    const common = { graph: net, x: image, target: 2, radius: tf.fill(image.shape, 0.05), towards: [0, 1, 3, 4], iterations: 3 };
    const [whole, away] = [await explored({ ...common, stops: false, away: true }), await explored({ ...common, towards: [], stops: false, away: true })];
    const targeted = await explored({ ...common, stops: false });
    expect(distance(whole.data, targeted.data.map((v, i) => v + away.data[i]!))).toBeLessThan(1e-5 * largest(whole.data));
    const parts = await Promise.all([0, 1, 3, 4].map(async (towards) => (await explored({ ...common, towards: [towards], stops: false })).data));
    expect(distance(targeted.data, parts[0]!.map((_, i) => parts.reduce((sum, part) => sum + part[i]!, 0)))).toBeLessThan(1e-5 * largest(targeted.data));
  });

  test('one step to one class is −∇p_y ⊙ (clip(x + ε sign ∇p_t) − x), written out', async () => {
    const want = IMAGE.map((v, i) => -slope(IMAGE, 0)[i]! * (clip(v + 0.05 * Math.sign(slope(IMAGE, 3)[i]!)) - v));
    expect(distance((await explored({ towards: [3], iterations: 1 })).data, want)).toBeLessThan(1e-7);
  });
});

describe('MFABA', () => {
  test('smooth: 50 steps of .001 without leaving the class', async () => {
    const { data, moves } = await attacked({});
    expect(distance(data, [0.0155569, 0.0138303, 0, 0.0045755, 0.0099972])).toBeLessThan(2e-7);
    expect(moves).toBe(50);
  });
  test('sharp: five steps of length .1, the last into class 2', async () => {
    const { data, moves } = await attacked({ kind: 'sharp' });
    expect(distance(data, [0.0892691, 0.0742336, 0, 0.0090879, 0.0399501])).toBeLessThan(3e-7);
    expect(moves).toBe(5);
  });
  test('the running sum follows the same path here, and weighs later steps more', async () => {
    const [fresh, summed] = [await attacked({ steps: 4 }), await attacked({ steps: 4, accumulated: true })];
    // The gradient hardly changes in four steps of .001: its running sums are 1, 2, 3, 4 times itself.
    summed.data.forEach((v, i) => expect(Math.abs(v - 2.5 * fresh.data[i]!)).toBeLessThan(0.02 * largest(summed.data)));
  });
  test.each(['cosine', 'norm'] as const)('%s, written out: (x − z) ⊙ the trapezoid of gradients over the share of the way', async (kind) => {
    const path: number[][] = [[...IMAGE]];
    do {
      const here = path.at(-1)!;
      const g = slope(here, 0);
      path.push(here.map((v, i) => clip(v - (0.1 * g[i]!) / Math.sqrt(g.reduce((sum, u) => sum + u * u, 0)))));
    } while (predicted(path.at(-1)!) === 0);
    const z = path.at(-1)!;
    const lengths = path.map((point) => {
      const [away, whole] = [point.map((v, i) => v - IMAGE[i]!), z.map((v, i) => v - IMAGE[i]!)];
      const dot = (a: number[], b: number[]) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
      return kind === 'cosine' ? dot(away, whole) / Math.sqrt(dot(whole, whole)) : Math.sqrt(dot(away, away));
    });
    const t = lengths.map((length) => length / Math.max(...lengths));
    const want = IMAGE.map((v, i) => {
      let mean = 0;
      for (let j = 0; j + 1 < path.length; j++) mean += ((t[j + 1]! - t[j]!) * (slope(path[j]!, 0)[i]! + slope(path[j + 1]!, 0)[i]!)) / 2;
      return (v - z[i]!) * mean;
    });
    const { data, moves } = await attacked({ kind });
    expect(moves).toBe(path.length - 1);
    expect(distance(data, want)).toBeLessThan(3e-7);
  });
  test('nothing is negative on a path that only descends', async () => {
    for (const kind of ['smooth', 'sharp'] as const) {
      const { data } = await fieldOf(mfabaMethod, toyCnn(), toyImage(), { params: { ...defaults(mfabaMethod.params), kind, steps: 6, size: 0.01 } });
      expect(Math.min(...data)).toBeGreaterThanOrEqual(0);
      expect(largest(data)).toBeGreaterThan(0);
    }
  });
  test('a model that says the same of every image gives an empty map, not NaN', async () => {
    const flat = linearNet(tf.zeros([5, 4]), tf.tensor1d([1, 0, 0, 0]));
    for (const kind of ['smooth', 'sharp', 'cosine', 'norm'] as const) expect(largest((await attacked({ graph: flat, kind, steps: 3 })).data)).toBe(0);
  });
});
