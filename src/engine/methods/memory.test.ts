/** The law of memory, for every method of the registry: a burst of few rows holds few rows, within what the method declares. */
import { expect, test } from 'vitest';
import { registerWasmKernels } from '../kernels/index.ts';
import { sizeOf } from '../graph/size.ts';
import { useBackend } from '../testing/backends.ts';
import { fieldOf, testHost, tinyParams } from '../testing/laws.ts';
import { toyCnn, toyImage, toyTransformer } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { METHODS } from './index.ts';
import type { Method } from './method.ts';

await useBackend('wasm');
await registerWasmKernels();

/** Twice the toys' usual side, so that values outweigh what a method keeps besides them. */
const SIDE = 16;
const NETS = [toyCnn(), toyTransformer(), toyCnn({ activation: 'softplus' })];
/** The transformer's positions are for four tokens. */
const sideOf = (graph: (typeof NETS)[number]) => (graph === NETS[1] ? 8 : SIDE);

/** Bytes above what was there before, at the worst moment of a run. */
async function peakOf(method: Method, graph: (typeof NETS)[number], batch: number): Promise<number> {
  const x = toyImage(0, sideOf(graph));
  const background = tf.concat(Array.from({ length: 64 }, (_, i) => toyImage(i + 1, sideOf(graph))));
  const run = () => fieldOf(method, graph, x, { params: tinyParams(method), background }, testHost({ batch }));
  await run(); // what is derived from the weights stays with the model
  const before = tf.memory().numBytes;
  const { peakBytes } = await tf.profile(async () => {
    await run();
    return tf.scalar(0);
  });
  tf.dispose([x, background]);
  return peakBytes - before;
}

test.each(METHODS.map((method) => [method.id, method] as const))('%s holds no more in a burst of four rows than it declares', async (_, method) => {
  const graph = NETS.find((net) => method.needs(net, tinyParams(method)) === undefined)!;
  const side = sideOf(graph);
  const { tapeBytes } = sizeOf(graph, [side, side, 3]);
  const image = 4 * side * side * 3;
  const peak = await peakOf(method, graph, 4);
  // Besides its tapes a row may hold sixteen images: draws, masks, spectra, sums. Here they outweigh a tape, on a real model they are nothing.
  expect(peak).toBeLessThanOrEqual(4 * ((method.memory?.tapes ?? 2.2) * tapeBytes + 16 * image));
});
