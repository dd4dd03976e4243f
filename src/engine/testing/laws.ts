/** The laws that every method keeps, as tests made from its declaration. A method is not tested here for what it computes, only for how it behaves. */
import { expect, test } from 'vitest';
import { explain } from '../explain.ts';
import type { Graph } from '../graph/graph.ts';
import { Cancelled, runJob, type Host } from '../job/job.ts';
import type { AttributionRequest, Method } from '../methods/method.ts';
import { SCORES, type Score } from '../methods/score.ts';
import { defaults, type Values } from '../params.ts';
import * as tf from '../tf.ts';
import { TOY_CLASSES, toyCnn, toyImage, toyTransformer } from './toy.ts';

export const testHost = (over: Partial<Host> = {}): Host => ({ batch: 8, cancelled: () => false, progress: () => {}, breathe: async () => {}, ...over });

export const tinyParams = (method: Method): Values => ({ ...defaults(method.params), ...method.tiny }) as Values;

/** What stands for training data in the laws; made once. */
let images: tf.Tensor | undefined;
const toyBackground = (): tf.Tensor => (images ??= tf.keep(tf.concat(Array.from({ length: 64 }, (_, i) => toyImage(i + 1)))));
const giveBackground = (count: number): Promise<tf.Tensor> => Promise.resolve(tf.slice(toyBackground(), 0, count));

type Ask = Partial<Omit<AttributionRequest, 'graph' | 'x'>>;

/** The field of `method` with its tiny parameters, as numbers; its tensor is freed. */
export async function fieldOf(method: Method, graph: Graph, x: tf.Tensor, ask: Ask = {}, host = testHost()): Promise<{ data: Float32Array; shape: number[] }> {
  const request: AttributionRequest = { graph, x, target: 2, score: { kind: method.score === 'margin' ? 'logit' : method.score }, seed: 3, params: tinyParams(method), background: toyBackground(), model: 'toy', ...ask };
  const { result } = await runJob(host, (job) => method.attribute(request, job));
  const found = { data: (await result.data()) as Float32Array, shape: result.shape };
  result.dispose();
  return found;
}

export const largest = (data: ArrayLike<number>): number => Array.from(data).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
export const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => largest(Array.from(a, (v, i) => v - b[i]!));

/** The networks of the laws: each method is tried on those that it does not decline. */
const NETS: Readonly<Record<string, () => Graph>> = { cnn: () => toyCnn(), smooth: () => toyCnn({ activation: 'softplus' }), transformer: toyTransformer };

/** Defines the tests of `method` on the current backend. `exact`: results of different batches are equal to the bit. */
export function laws(method: Method, { exact = false } = {}): void {
  const nets = Object.entries(NETS).map(([name, make]) => ({ name, graph: make() })).filter(({ graph }) => method.needs(graph, tinyParams(method)) === undefined);
  const { graph } = nets[0]!;
  const x = toyImage();

  test.each(nets)('a finite field of the shape of its input, never all zero ($name)', async ({ graph: net }) => {
    const { data, shape } = await fieldOf(method, net, x);
    expect(shape.slice(0, 3)).toEqual(x.shape.slice(0, 3));
    expect([1, x.shape[3]]).toContain(shape[3]);
    expect(data.every(Number.isFinite)).toBe(true);
    expect(largest(data)).toBeGreaterThan(0);
    if (method.claims(tinyParams(method), net).includes('non-negative')) expect(data.every((v) => v >= 0)).toBe(true);
  });

  test('leaves exactly its result behind', async () => {
    await fieldOf(method, graph, x);
    const background = toyBackground();
    const before = tf.memory().numTensors;
    const { result } = await runJob(testHost(), (job) => method.attribute({ graph, x, target: 2, score: { kind: 'logit' }, seed: 3, params: tinyParams(method), background, model: 'toy' }, job));
    expect(tf.memory().numTensors).toBe(before + 1);
    result.dispose();
  });

  test('leaves nothing behind when cancelled at any tick', async () => {
    let ticks = 0;
    await fieldOf(method, graph, x, {}, testHost({ batch: 4, progress: () => ticks++ }));
    expect(ticks).toBeGreaterThan(0);
    for (let at = 1; at <= ticks; at++) {
      const before = tf.memory().numTensors;
      let seen = 0;
      await expect(fieldOf(method, graph, x, {}, testHost({ batch: 4, cancelled: () => ++seen >= at }))).rejects.toBeInstanceOf(Cancelled);
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  test('does not depend on the batch', async () => {
    const first = await fieldOf(method, graph, x, {}, testHost({ batch: 1 }));
    for (const batch of [4, 7, 64]) {
      const other = await fieldOf(method, graph, x, {}, testHost({ batch }));
      expect(distance(first.data, other.data)).toBeLessThanOrEqual(exact ? 0 : 1e-6 * largest(first.data));
    }
  });

  test('the same seed gives the same field; another one too, if it is deterministic', async () => {
    const first = await fieldOf(method, graph, x);
    expect(distance(first.data, (await fieldOf(method, graph, x)).data)).toBe(0);
    const deterministic = method.claims(tinyParams(method), graph).includes('deterministic');
    const otherSeed = distance(first.data, (await fieldOf(method, graph, x, { seed: 4 })).data);
    if (deterministic) expect(otherSeed).toBe(0);
    else expect(otherSeed).toBeGreaterThan(0);
  });

  test('explains every score, unless it claims to be free of it', async () => {
    const claims = method.claims(tinyParams(method), graph);
    const scores: Score[] = SCORES.map((kind) => (kind === 'margin' ? { kind, rival: 0 } : { kind }));
    const fields: Float32Array[] = [];
    for (const score of scores) fields.push((await fieldOf(method, graph, x, { score })).data);
    for (const field of fields) expect(field.every(Number.isFinite)).toBe(true);
    const isFree = claims.includes('score-free') || claims.includes('class-free');
    for (const field of fields.slice(1)) expectSame(distance(field, fields[0]!), isFree);
  });

  test('explains the class asked for, unless it claims to be free of it', async () => {
    const [one, other] = [await fieldOf(method, graph, x, { target: 2 }), await fieldOf(method, graph, x, { target: 1 })];
    expectSame(distance(one.data, other.data), method.claims(tinyParams(method), graph).includes('class-free'));
  });

  test('takes the passes that it declares', async () => {
    const params = tinyParams(method);
    const { passes } = await explain({ graph, method, x, target: 2, seed: 3, params, background: giveBackground }, testHost());
    const declared = method.passes(params, { shape: x.shape.slice(1), classes: TOY_CLASSES, graph });
    if (declared.exact) expect(passes).toEqual({ forward: declared.forward, backward: declared.backward });
    expect(passes.forward).toBeLessThanOrEqual(declared.forward);
    expect(passes.backward).toBeLessThanOrEqual(declared.backward);
  });

  mirrorLaw(method, x);
  completenessLaw(method, x);
}

const expectSame = (difference: number, same: boolean) => (same ? expect(difference).toBe(0) : expect(difference).toBeGreaterThan(0));

/** On a network of stride 1: the mirrored image through the mirrored network gives the mirrored field. */
function mirrorLaw(method: Method, x: tf.Tensor): void {
  const graph = toyCnn();
  if (method.needs(graph, tinyParams(method)) !== undefined) return;
  const params = { ...tinyParams(method), ...('classes' in method.params ? { classes: TOY_CLASSES } : {}) } as Values;
  if (!method.claims(params, graph).includes('deterministic')) return;
  test('a mirrored world gives a mirrored field', async () => {
    const plain = await fieldOf(method, graph, x, { params });
    const flipped = await fieldOf(method, toyCnn({ mirrored: true }), tf.reverse(x, 2), { params });
    const back = tf.tidy(() => tf.reverse(tf.tensor(flipped.data, flipped.shape), 2).dataSync());
    expect(distance(plain.data, back)).toBeLessThan(1e-5 * largest(plain.data));
  });
}

/** On a smooth network: Σ attribution = f(x) − f(baseline) up to the quadrature, for every score. */
function completenessLaw(method: Method, x: tf.Tensor): void {
  const graph = toyCnn({ activation: 'softplus' });
  const params = defaults(method.params);
  if (!method.claims(params, graph).includes('complete')) return;
  test.each(SCORES)('is complete: %s', async (kind) => {
    const { gap, baselineValue, value } = await explain({ graph, method, x, target: 2, score: { kind }, seed: 3, params, background: giveBackground }, testHost());
    expect(baselineValue).not.toBe(value);
    expect(Math.abs(gap!)).toBeLessThan(5e-3);
  });
}
