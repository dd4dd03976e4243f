import { expect, test } from 'vitest';
import { OPS } from '../engine/graph/ops/index.ts';
import { registerWasmKernels } from '../engine/kernels/index.ts';
import { useBackend } from '../engine/testing/backends.ts';
import * as tf from '../engine/tf.ts';
import { differ, selfTest, selfTestNumbers } from './selfTest.ts';
import { GRADIENT_PROBES, LOGITS } from './selfTest.golden.ts';
import { selfTestNet } from './selfTestNet.ts';

test('the network contains every op of the table', () => {
  const used = new Set(selfTestNet().nodes.map(({ op }) => op));
  expect(Object.keys(OPS).filter((op) => !used.has(op as never))).toEqual([]);
});

test('the numbers that are checked in are those of the JavaScript backend', async () => {
  await useBackend('cpu');
  const { logits, probes } = await selfTestNumbers();
  if (process.env.PRINT_GOLDEN) console.log(JSON.stringify({ logits, probes }));
  const near = (found: readonly number[], expected: readonly number[]) => found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 3));
  near(logits, LOGITS);
  near(probes, GRADIENT_PROBES);
});

test('WASM passes with the project’s kernels, and leaves no tensor', async () => {
  await useBackend('wasm');
  await registerWasmKernels();
  const before = tf.memory().numTensors;
  expect(await selfTest()).toBeUndefined();
  expect(tf.memory().numTensors).toBe(before);
});

test('a kernel that is wrong is found out, by name of what is wrong', async () => {
  await useBackend('cpu');
  const stock = tf.getKernel('Erf', 'cpu');
  tf.unregisterKernel('Erf', 'cpu');
  tf.registerKernel({ kernelName: 'Erf', backendName: 'cpu', kernelFunc: ({ inputs }) => tf.getKernel('Tanh', 'cpu').kernelFunc({ inputs, backend: tf.backend() }) });
  expect(await selfTest()).toMatch(/wrong logits/);
  tf.unregisterKernel('Erf', 'cpu');
  tf.registerKernel(stock);
  expect(await selfTest()).toBeUndefined();
});

test('not a number is wrong too', () => {
  expect(differ('logits', [1, NaN], [1, 2])).toMatch(/not a number/);
});
