/** Local Attribution on a softmax-linear model, against numbers derived by hand in double precision. */
import { describe, expect, test } from 'vitest';
import { runJob } from '../job/job.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, fieldOf, testHost } from '../testing/laws.ts';
import { IMAGE, softmaxLinear } from '../testing/softmaxLinear.ts';
import * as tf from '../tf.ts';
import { explore, otherClasses } from './explore.ts';
import { localAttribution } from './localAttribution.ts';

await useBackend('cpu');

const graph = softmaxLinear();
const x = tf.tensor2d([[...IMAGE]]);

async function sumOf(towards: number[]): Promise<number[]> {
  const { result } = await runJob(testHost(), async (job) => {
    const radius = job.own(tf.mul(x, 0.1));
    return (await explore({ graph, x, target: 0, score: { kind: 'probability' }, radius, towards, away: true, iterations: 3, from: 'image', stops: false }, job)).field;
  });
  const data = Array.from(await result.data());
  result.dispose();
  return data;
}
const minus = (a: number[], b: number[]) => a.map((v, i) => v - b[i]!);

describe('radius a tenth of the pixel value, three iterations', () => {
  const UNTARGETED = [0.0849629, 0.0168212, 0, 0.0276257, 0.0302828];
  test.each([
    [1, UNTARGETED],
    [2, UNTARGETED],
    [3, [0.0855819, -0.0157513, 0, -0.0071975, -0.0266532]],
  ])('towards class %i', async (target, want) => {
    expect(distance(minus(await sumOf([target]), UNTARGETED), want)).toBeLessThan(3e-7);
  });
  test('away from its own class alone', async () => expect(distance(await sumOf([]), UNTARGETED)).toBeLessThan(2e-7));
  test('all together, through the method itself', async () => {
    const { data } = await fieldOf(localAttribution, graph, x, { target: 0, params: { radius: 0.1, space: 'share', iterations: 3, classes: 20 } });
    expect(distance(data, [0.3404705, 0.0347123, 0, 0.0756797, 0.0641952])).toBeLessThan(5e-7);
  });
});

test('a constant radius moves black pixels too', async () => {
  const { data } = await fieldOf(localAttribution, graph, x, { target: 0, params: { radius: 0.1, space: 'constant', iterations: 3, classes: 20 } });
  expect(Math.abs(data[2]!)).toBeGreaterThan(1e-3);
});

test('explains any class, the targets being the others', async () => {
  const params = { radius: 0.1, space: 'share', iterations: 3, classes: 20 };
  const [own, other] = [await fieldOf(localAttribution, graph, x, { target: 0, params }), await fieldOf(localAttribution, graph, x, { target: 3, params })];
  expect(distance(own.data, other.data)).toBeGreaterThan(0.01);
});

test('sampled classes are distinct, never the explained one, and those of the seed', () => {
  expect(otherClasses(5, 2, 20, 0, 'test')).toEqual([0, 1, 3, 4]);
  const drawn = otherClasses(100, 7, 19, 1, 'test');
  expect(new Set(drawn).size).toBe(19);
  expect(drawn).not.toContain(7);
  expect(otherClasses(100, 7, 19, 1, 'test')).toEqual(drawn);
  expect(otherClasses(100, 7, 19, 2, 'test')).not.toEqual(drawn);
  expect(otherClasses(100, 7, 10, 1, 'test')).toEqual(drawn.slice(0, 10));
});
