/** A model of one's own on the command line: a linear network written as ONNX, whose maps are known in closed form. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ImportProblem } from '../engine/importers/problem.ts';
import { useBackend } from '../engine/testing/backends.ts';
import { writeOnnx } from '../engine/testing/onnxWriter.ts';
import { verifyImports } from '../engine/testing/verifyImports.ts';
import * as tf from '../engine/tf.ts';
import { readNpy, writeNpy } from '../fields/npy.ts';
import { UsageError } from './command.ts';
import { explainImage } from './commands/explain.ts';
import { inspectModel } from './commands/inspect.ts';
import { folderReader } from './commands/verify.ts';
import { openOwnModel } from './ownModel.ts';

await useBackend('cpu');

const SIZE = 8;
const WEIGHTS = [[1, -2, 0.5], [0.25, 3, -1]] as const;
const BIAS = [0.1, -0.2] as const;
const read = () => Promise.reject(new UsageError('the zoo is not asked'));

/** logit_k = b_k + Σ_c w_kc · mean of channel c. */
const bytes = writeOnnx({
  producer: 'pytorch',
  inputs: { image: ['N', 3, SIZE, SIZE] },
  outputs: ['logits'],
  initialisers: { w: { shape: [2, 3], values: WEIGHTS.flat() }, b: { shape: [2], values: BIAS } },
  nodes: [
    { type: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
    { type: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
    { type: 'Gemm', inputs: ['flat', 'w', 'b'], outputs: ['logits'], attributes: { transB: { int: 1 } } },
  ],
});

let folder = '';
let path = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chorale-own-'));
  await mkdir(join(folder, 'linear'));
  path = join(folder, 'linear/model.onnx');
  await writeFile(path, bytes);
  await writeFile(join(folder, 'names.txt'), 'cat\ndog\n');
});
afterAll(() => rm(folder, { recursive: true }));

test('explain: the gradient of a logit is the weight, over the deviation and the places', async () => {
  const before = tf.memory().numTensors;
  const common = { model: path, image: 'scene:3', method: 'gradient', params: {}, target: 'dog', seed: 0, read };
  const found = await explainImage({ ...common, own: { preprocess: 'tf', labels: join(folder, 'names.txt') } });
  expect([found.class, found.height, found.width]).toEqual(['dog', SIZE, SIZE]);
  found.data.forEach((value, i) => expect(value).toBeCloseTo(WEIGHTS[1][i % 3]! / 0.5 / SIZE ** 2, 6));
  // BGR: the first weight reads blue.
  const turned = await explainImage({ ...common, own: { preprocess: 'order=bgr,scale=255', labels: join(folder, 'names.txt') } });
  turned.data.forEach((value, i) => expect(value).toBeCloseTo((255 * WEIGHTS[1][2 - (i % 3)]!) / SIZE ** 2, 3));
  expect(tf.memory().numTensors).toBe(before);
});

test('inspect: what it holds, the guess with its reason, and methods', async () => {
  const lines: string[] = [];
  await inspectModel(path, { labels: join(folder, 'names.txt') }, 'scene:3', (line) => lines.push(line));
  const text = lines.join('\n');
  expect(text).toContain('ONNX; producer pytorch');
  expect(text).toContain("torchvision (guessed, likely: exported by PyTorch, so torchvision's)");
  expect(text).toMatch(/methods that run: .*integrated-gradients/);
  expect(text).toMatch(/not attention-rollout: /);
  expect(text).toMatch(/%.*(cat|dog)/);
});

test('what cannot be opened is refused, with the remedy', async () => {
  await expect(openOwnModel(path, { labels: 'imagenet' })).rejects.toThrow('1,000 names, the network 2 outputs');
  await expect(openOwnModel(path, { preprocess: 'nonsense' })).rejects.toThrow(ImportProblem);
  await expect(openOwnModel(join(folder, 'none.onnx'))).rejects.toThrow('there is no file or folder');
  await expect(openOwnModel(join(folder, 'names.txt'))).rejects.toThrow(ImportProblem);
});

test('verify: every case within its tolerance, and a wrong reference fails', async () => {
  const x = Float32Array.from({ length: 2 * SIZE * SIZE * 3 }, (_, i) => Math.sin(i));
  const logits = [0, 1].map((n) => WEIGHTS.map((w, k) => BIAS[k]! + w.reduce((sum, weight, c) => sum + (weight * x.subarray(n * SIZE * SIZE * 3).reduce((total, value, i) => total + (i < SIZE * SIZE * 3 && i % 3 === c ? value : 0), 0)) / SIZE ** 2, 0)));
  const gradient = Float32Array.from(x, (_, i) => WEIGHTS[1][i % 3]! / SIZE ** 2);
  const shape = [2, SIZE, SIZE, 3];
  const put = (name: string, data: Float32Array) => writeFile(join(folder, 'linear', `${name}.npy`), writeNpy({ data, shape }));
  await put('input', x);
  await put('grad_logit', gradient);
  await put('ig_midpoint16', x.map((value, i) => value * gradient[i]!));
  const expected = (wrong: number) => writeFile(join(folder, 'linear/expected.json'), JSON.stringify({ inputSize: SIZE, targetClass: 1, logits: logits.map((row) => row.map((value) => value + wrong)) }));
  const run = async () => {
    const lines: string[] = [];
    const verdict = await verifyImports(folderReader(folder), { print: (line) => lines.push(line), npy: readNpy });
    return { verdict, lines };
  };
  await expected(0);
  const before = tf.memory().numTensors;
  const { verdict, lines } = await run();
  expect(lines.filter((line) => !line.startsWith('ok   linear ')).slice(0, -1)).toEqual([]);
  expect(verdict).toEqual({ passed: 3, failed: 0, skipped: 0 });
  expect(tf.memory().numTensors).toBe(before);
  await expected(2e-4);
  expect((await run()).lines[0]).toMatch(/^FAIL linear logits class=1 2\.0e-4/);
  await put('grad_logit', gradient.map((value) => 1.002 * value));
  expect((await run()).verdict.failed).toBe(2);
});
