import { expect, test } from 'vitest';
import { OPS } from '../engine/graph/ops/index.ts';
import { registerWasmKernels } from '../engine/kernels/index.ts';
import { useBackend } from '../engine/testing/backends.ts';
import * as tf from '../engine/tf.ts';
import { differ, selfTest, selfTestNumbers } from './selfTest.ts';
import { GRADIENT_PROBES, LOGITS } from './selfTest.golden.ts';
import { selfTestNet } from './selfTestNet.ts';
import { OP_PROBES } from './selfTestOps.golden.ts';
import { probesOf, TESTED_OPS, wrongOp } from './selfTestOps.ts';

test('the network contains every op of the table, but for those of imported networks, which are tested alone', () => {
  const used = new Set([...selfTestNet().nodes.map(({ op }) => op), ...TESTED_OPS]);
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

test('each op alone: the numbers that are checked in are those of the JavaScript backend, and say something', async () => {
  await useBackend('cpu');
  if (process.env.PRINT_GOLDEN) {
    for (const op of TESTED_OPS) console.log(`  ${op}: [${(await probesOf(op)).map((v) => Number(v.toFixed(5))).join(', ')}],`);
    return;
  }
  expect(Object.keys(OP_PROBES)).toEqual(TESTED_OPS);
  for (const op of TESTED_OPS) {
    const probes = await probesOf(op);
    probes.forEach((value, i) => expect(value, op).toBeCloseTo(OP_PROBES[op][i]!, 3));
    const silent = op === 'constant' ? 2 : 0; // it hands nothing back
    expect(probes.filter((value) => Math.abs(value) < 1e-3), op).toHaveLength(silent);
  }
});

test('each op alone: WASM computes it right, and leaves no tensor', async () => {
  await useBackend('wasm');
  await registerWasmKernels();
  const before = tf.memory().numTensors;
  expect(await wrongOp(TESTED_OPS)).toBeUndefined();
  expect(tf.memory().numTensors).toBe(before);
});

test('an op that is wrong is named, where a network has it', async () => {
  await useBackend('cpu');
  const stock = tf.getKernel('Cos', 'cpu');
  tf.unregisterKernel('Cos', 'cpu');
  tf.registerKernel({ kernelName: 'Cos', backendName: 'cpu', kernelFunc: ({ inputs }) => tf.getKernel('Sin', 'cpu').kernelFunc({ inputs, backend: tf.backend() }) });
  expect(await wrongOp(['conv2d', 'relu', 'exp'])).toBeUndefined();
  expect(await wrongOp(['relu', 'cos'])).toMatch(/wrong cos/);
  tf.unregisterKernel('Cos', 'cpu');
  tf.registerKernel(stock);
});

test('not a number is wrong too', () => {
  expect(differ('logits', [1, NaN], [1, 2])).toMatch(/not a number/);
});
