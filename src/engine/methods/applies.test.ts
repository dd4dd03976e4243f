/**
 * No method is silent on a model: on each architecture of the zoo with fresh weights, and on the toy networks, it gives a finite field that is not
 * zero everywhere, or says in words what it lacks. Not tested here: what the field is (laws, oracle).
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { describeMethod } from '../describe.ts';
import { forward, type Graph } from '../graph/graph.ts';
import { canonize } from '../graph/canonize.ts';
import { registerWasmKernels } from '../kernels/index.ts';
import { ARCHITECTURES, type Architecture } from '../models/architectures/index.ts';
import { toGraph } from '../models/plain.ts';
import { useBackend } from '../testing/backends.ts';
import { fieldOf, largest, tinyParams } from '../testing/laws.ts';
import { TOY_CLASSES, TOY_SIDE, toyCnn, toyImage, toyImported, toyTransformer } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import type { Values } from '../params.ts';
import { METHODS } from './index.ts';
import type { Method } from './method.ts';

/** Half of what the zoo's models read: quick, and enough for every stride; but for those whose weights know how many places there are. */
const sideOf = ({ id }: Architecture) => (['swin-s', 'mixer-s', 'linear'].includes(id) ? 64 : 32);

/** With fresh weights and normalisation folded, as it runs on the page; a token grid is that of the smaller image. */
function fresh(one: Architecture): Graph {
  const graph = canonize(toGraph(one.build(3, TOY_CLASSES)));
  const [tokens, share] = [graph.features?.tokens, sideOf(one) / 64];
  return tokens ? { ...graph, features: { ...graph.features!, tokens: { ...tokens, rows: tokens.rows * share, cols: tokens.cols * share } } } : graph;
}

/** Patches, windows and their steps sixteen pixels wide on large images: as many of them as the tiny ones have on small images. */
function paramsFor(method: Method, side: number): Values {
  const tiny = tinyParams(method);
  if (side <= 32) return tiny;
  return { ...tiny, ...Object.fromEntries(['patch', 'stride', 'grain', 'window'].filter((name) => typeof tiny[name] === 'number').map((name) => [name, 16])) } as Values;
}

/** The class that the network speaks for: of another, a map of support alone may be empty. */
const topClass = (graph: Graph, x: tf.Tensor) => tf.tidy(() => tf.argMax(forward(graph, x), -1).dataSync()[0]!);

const NETS: readonly { readonly name: string; readonly side: number; readonly make: () => Graph }[] = [
  ...ARCHITECTURES.map((one) => ({ name: one.id as string, side: sideOf(one), make: () => fresh(one) })),
  ...(['relu', 'softplus', 'gelu'] as const).map((activation) => ({ name: `toy ${activation}`, side: TOY_SIDE, make: () => toyCnn({ activation }) })),
  { name: 'toy transformer', side: TOY_SIDE, make: toyTransformer },
  { name: 'toy as importers give it', side: TOY_SIDE, make: toyImported },
];

describe.each(NETS)('$name', ({ side, make }) => {
  let graph: Graph;
  let x: tf.Tensor;
  let background: tf.Tensor;
  let top: number;
  beforeAll(async () => {
    await useBackend('wasm');
    await registerWasmKernels();
    graph = make();
    x = toyImage(0, side);
    top = topClass(graph, x);
    background = tf.concat(Array.from({ length: 64 }, (_, i) => toyImage(i + 1, side)));
  });

  test.each(METHODS.map((method) => [method.id, method] as const))('%s gives a field, or says why not', async (_, method) => {
    const params = paramsFor(method, side);
    const { reason, passes, claims } = describeMethod(method, graph, params, { shape: [side, side, 3], classes: TOY_CLASSES });
    expect([passes.forward, passes.backward].every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
    if (reason === undefined) {
      const count = method.references?.(params) ?? 0;
      const ask = { target: top, background: count > 0 ? tf.slice(background, 0, count) : undefined };
      const { data, shape } = await fieldOf(method, graph, x, { ...ask, params });
      expect(shape.slice(0, 3)).toEqual([1, side, side]);
      expect(data.every(Number.isFinite)).toBe(true);
      // Positive weights of features that may be negative can leave nothing above 0, as the card says; below 0 there is something then.
      const cut = params.relu === true && largest(data) === 0;
      expect(largest(cut ? (await fieldOf(method, graph, x, { ...ask, params: { ...params, relu: false } })).data : data)).toBeGreaterThan(0);
      expect(new Set(claims).size).toBe(claims.length);
    } else {
      // In words for the visitor: a sentence that says what is needed or missing, never the engine's own error with its node's id.
      expect(reason).toMatch(/^[A-Z].*[.!]$/);
      expect(reason.split(/\s+/).length).toBeGreaterThanOrEqual(4);
      expect(reason).toMatch(/\b(needs?|lacks?|no|none|without|only|not)\b/i);
      expect(reason).not.toMatch(/has no rule for '|undefined|\[object/);
    }
  });
});
