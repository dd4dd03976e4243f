/** Guided IG, Boundary-based IG and Fast IG against literal re-derivations in plain loops on a softmax-linear model. */
import { describe, expect, test } from 'vitest';
import { forward } from '../graph/graph.ts';
import { runJob } from '../job/job.ts';
import { quadrature } from '../math/quadrature.ts';
import { defaults } from '../params.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, fieldOf, largest, testHost } from '../testing/laws.ts';
import { clip, IMAGE, predicted, probabilities, slope, softmax, softmaxLinear } from '../testing/softmaxLinear.ts';
import { linearNet, toyCnn, toyImage } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { big, boundaryPoint, RADII, type BoundarySearch } from './big.ts';
import { saliency } from './gradient.ts';
import { fastIg } from './gradientTimesInput.ts';
import { guidedIg, guidedIntegrate, lowerQuantile, type GuidedPath } from './guidedIg.ts';
import { integrate } from './integratedGradients.ts';

await useBackend('cpu');

const graph = softmaxLinear();
const x = tf.tensor2d([[...IMAGE]]);

/** d loss / dx by central differences of the loss itself, in double precision. */
const lossSlope = (image: readonly number[], y: number, twice: boolean) =>
  image.map((_, i) => {
    const loss = (h: number) => {
      const p = probabilities(image.map((v, j) => (j === i ? v + h : v)));
      return -Math.log((twice ? softmax(p) : p)[y]!);
    };
    return (loss(1e-5) - loss(-1e-5)) / 2e-5;
  });

function slowSearch(y: number, { search, moves }: Pick<BoundarySearch, 'search' | 'moves'>): number[] {
  const coded = search === 'as-coded';
  let last: number[] = [...IMAGE];
  for (const radius of RADII) {
    const step = coded ? 0.001 : (2 * radius) / moves;
    let point: number[] = [...IMAGE];
    let along: number[] = IMAGE.map(() => 0);
    for (let k = 0; k < moves; k++) {
      const g = lossSlope(point, y, coded);
      along = coded ? along.map((v, i) => v + g[i]!) : g;
      const here = point;
      point = IMAGE.map((v, i) => clip(v + clip(here[i]! + step * Math.sign(along[i]!) - v, -radius, radius), 0, 1));
      if (!coded && predicted(point) !== y) return point;
    }
    if (predicted(point) !== y) return point;
    last = point;
    if (coded) continue;
  }
  return last;
}

async function found(search: Pick<BoundarySearch, 'search' | 'moves'>, target = 0): Promise<number[]> {
  const { result } = await runJob(testHost(), async (job) => Array.from(await (await boundaryPoint({ graph, x, target, ...search }, job, async () => {})).data()));
  return result;
}

describe('Boundary-based IG', () => {
  test.each([
    { search: 'as-described', moves: 10 },
    { search: 'as-described', moves: 1 },
    { search: 'as-coded', moves: 50 },
    { search: 'as-coded', moves: 7 },
  ] as const)('its baseline $search, $moves moves', async (search) => {
    for (const target of [0, 2]) expect(distance(await found(search, target), slowSearch(target, search))).toBeLessThan(1e-6);
  });

  test('as described the baseline lies beyond the boundary, as coded it may not', async () => {
    expect(predicted(await found({ search: 'as-described', moves: 20 }))).not.toBe(0);
    expect(predicted(await found({ search: 'as-coded', moves: 50 }))).toBe(0); // .05 away at most
  });

  test.each(['as-described', 'as-coded'] as const)('%s: the field is (x − b) ⊙ the mean gradient, and adds up to the difference of the scores', async (search) => {
    const { data } = await fieldOf(big, graph, x, { target: 0, score: { kind: 'probability' }, params: { ...defaults(big.params), search, moves: 10, steps: 64 } });
    const b = slowSearch(0, { search, moves: 10 });
    const points = Array.from({ length: 2000 }, (_, k) => (k + 0.5) / 2000);
    const want = IMAGE.map((v, i) => (v - b[i]!) * points.reduce((sum, t) => sum + slope(b.map((from, j) => from + t * (IMAGE[j]! - from)), 0)[i]! / 2000, 0));
    expect(distance(data, want)).toBeLessThan(2e-3 * largest(want));
    expect(data.reduce((sum, v) => sum + v, 0)).toBeCloseTo(probabilities(IMAGE)[0]! - probabilities(b)[0]!, 4);
  });

  test('a model without a boundary gives an empty map', async () => {
    const flat = linearNet(tf.zeros([5, 4]), tf.tensor1d([1, 0, 0, 0]));
    expect(largest((await fieldOf(big, flat, x, { target: 0, params: { ...defaults(big.params), moves: 3, steps: 4 } })).data)).toBe(0);
  });
});

test('Fast IG is x ⊙ ∂p_y/∂x: evidence for the class is positive', async () => {
  const { data } = await fieldOf(fastIg, graph, x, { target: 0, score: { kind: 'probability' } });
  expect(distance(data, slope(IMAGE, 0).map((g, i) => g * IMAGE[i]!))).toBeLessThan(1e-7);
  expect(data[0]).toBeGreaterThan(0); // weight 1.2 of its own class
  const loss = lossSlope(IMAGE, 0, true).map((g, i) => g * IMAGE[i]!);
  expect(Math.sign(loss[0]!)).toBe(-1); // the gradient of the loss has the other sign
});

test('saliency is the size of the gradient of the probability', async () => {
  expect(distance((await fieldOf(saliency, graph, x, { target: 2, score: { kind: 'probability' } })).data, slope(IMAGE, 2).map(Math.abs))).toBeLessThan(1e-7);
});

describe('Guided IG', () => {
  const image = toyImage();
  const net = toyCnn({ activation: 'softplus' });
  const black = tf.zerosLike(image);
  async function guided(change: Partial<GuidedPath>): Promise<Float32Array> {
    const { result } = await runJob(testHost(), async (job) => (await (await guidedIntegrate({ graph: net, x: image, baseline: black, target: 2, score: { kind: 'logit' }, steps: 12, fraction: 0.25, maxDistance: 0.1, ...change }, job)).data()) as Float32Array);
    return result;
  }

  test('with every pixel free to move it is the left sum along the straight line', async () => {
    const { result } = await runJob(testHost(), async (job) => (await (await integrate({ graph: net, x: image, baseline: black, target: 2, score: { kind: 'logit' } }, quadrature('left', 12), job)).data()) as Float32Array);
    expect(distance(await guided({ fraction: 1 }), result)).toBeLessThan(1e-5 * largest(result));
    expect(distance(await guided({}), result)).toBeGreaterThan(1e-3 * largest(result));
  });

  test('many steps in a narrow corridor bring its sum to the rise of the score', async () => {
    const total = (field: ArrayLike<number>) => Array.from(field).reduce((sum, v) => sum + v, 0);
    const logit = (image: tf.Tensor) => tf.tidy(() => forward(net, image).dataSync()[2]!);
    const rise = logit(image) - logit(black);
    const gap = async (steps: number, maxDistance: number) => Math.abs(total(await guided({ steps, maxDistance })) - rise) / Math.abs(rise);
    const [few, many] = [await gap(4, 0.02), await gap(128, 0.02)];
    expect(many).toBeLessThan(0.2 * few);
    expect(many).toBeLessThan(0.02);
  });

  test('a pixel that equals the baseline gets nothing; an image that does gets an empty map; a black one on black too', async () => {
    const half = tf.tidy(() => tf.concat([tf.slice(image, [0, 0, 0, 0], [1, 4, 8, 3]), tf.zeros([1, 4, 8, 3])], 1));
    expect(largest((await guided({ x: half })).subarray(4 * 8 * 3))).toBe(0);
    expect(largest(await guided({ x: black, steps: 3 }))).toBe(0);
    expect(largest((await fieldOf(guidedIg, net, black, { params: { ...defaults(guidedIg.params), steps: 3 } })).data)).toBe(0);
  });

  test('gradients that are all equal, or all zero, come to an end', async () => {
    const flat = linearNet(tf.zeros([5, 4]), tf.tensor1d([1, 0, 0, 0]));
    expect(largest((await fieldOf(guidedIg, flat, x, { params: { ...defaults(guidedIg.params), steps: 7 } })).data)).toBe(0);
    const equal = linearNet(tf.ones([5, 1]), tf.zeros([1]));
    const { data } = await fieldOf(guidedIg, equal, x, { target: 0, score: { kind: 'logit' }, params: { ...defaults(guidedIg.params), steps: 7 } });
    expect(distance(data, IMAGE)).toBeLessThan(1e-6);
  });

  test('the lower quantile does not interpolate', () => {
    const values = Float64Array.of(5, 1, Infinity, 3, 2);
    expect([0, 0.25, 0.49, 0.5, 0.75, 1].map((q) => lowerQuantile(values, q))).toEqual([1, 2, 2, 3, 5, Infinity]);
    expect(Array.from(values)).toEqual([5, 1, Infinity, 3, 2]);
  });
});
