/** The engine against other people's libraries: every stored case of the methods that are built, on WASM and on CPU. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderReader } from '../../cli/commands/verify.ts';
import { forward } from '../graph/graph.ts';
import { registerWasmKernels } from '../kernels/index.ts';
import { useBackend, type TestBackend } from './backends.ts';
import { distance, largest, testHost } from './laws.ts';
import { disposeNet, exampleOf, methodsOf, netsOf, readCases, readNet } from './oracle.ts';
import { REPLAYS } from './replay/index.ts';
import { verifyOracle } from './verifyOracle.ts';
import * as tf from '../tf.ts';

const OWN = join(import.meta.dirname, 'fixtures/oracle');
const SHARED = join(import.meta.dirname, '../../../../shared/oracle');
/** The whole oracle where it lies beside the repository; else the part of it that every clone has. */
const FOLDER = existsSync(join(SHARED, 'index.json')) ? SHARED : OWN;
/** Of the repository's part: every case of every method (scripts/oracleFixtures.mjs). */
const OWN_CASES = 283;
/** Hundreds of passes a case, which plain JavaScript takes minutes for; `chorale verify --backend cpu` runs them. */
const SLOW_ON_CPU = ['occlusion', 'integrated_gradients', 'prediction_difference', 'shapley_exact', 'kernel_shap', 'attexplore', 'guided_ig', 'expected_gradients', 'smoothgrad', 'insertion_deletion'];

async function start(backend: TestBackend): Promise<void> {
  await useBackend(backend);
  if (backend === 'wasm') await registerWasmKernels();
}

async function verdictOn(folder: string, methods?: readonly string[]) {
  const lines: string[] = [];
  const verdict = await verifyOracle(folderReader(folder), { methods, print: (line) => lines.push(line), host: testHost({ batch: 64 }) });
  return { ...verdict, failures: lines.filter((line) => line.startsWith('FAIL')), last: lines.at(-1) };
}

describe.each(['wasm', 'cpu'] as const)('%s', (backend) => {
  test('the logits of every net, as stored and with batch normalisation folded', async () => {
    await start(backend);
    const read = folderReader(OWN);
    for (const name of await netsOf(read)) {
      const net = await readNet(read, name);
      const examples = net.inputs.targets.map((_, i) => exampleOf(net.inputs.x, i));
      for (const graph of [net.original, net.graph]) {
        const logits = tf.tidy(() => forward(graph, tf.concat(examples)).dataSync());
        expect(distance(logits, net.inputs.logits.data), name).toBeLessThan(2e-6 * Math.max(1, largest(net.inputs.logits.data)));
      }
      tf.dispose(examples);
      disposeNet(net);
    }
  });
});

test(`wasm: all cases of ${FOLDER === SHARED ? 'the whole oracle' : "the repository's part of the oracle (../shared/oracle is absent)"}`, { timeout: 240_000 }, async () => {
  await start('wasm');
  const before = tf.memory().numTensors;
  const { failures, failed, passed, skipped } = await verdictOn(FOLDER);
  expect(failures).toEqual([]);
  expect({ failed, passed, skipped }).toEqual({ failed: 0, passed: FOLDER === SHARED ? 689 : OWN_CASES, skipped: 0 });
  expect(tf.memory().numTensors).toBe(before);
});

test("the repository's part holds every method and every case of it, on one image net at least", async () => {
  const read = folderReader(OWN);
  const names = new Set<string>();
  for (const net of await netsOf(read)) for (const method of await methodsOf(read, net)) for (const { id } of await readCases(read, net, method)) names.add(`${method} ${id}`);
  expect([...new Set([...names].map((name) => name.split(' ')[0]))].sort()).toEqual(Object.keys(REPLAYS).sort());
  if (FOLDER === OWN) return;
  const index = (await folderReader(SHARED).json('index.json')) as readonly { readonly method: string; readonly case: string }[];
  expect(index.map((row) => `${row.method} ${row.case}`).filter((name) => !names.has(name))).toEqual([]);
});

test('cpu: all cases of the methods that take few passes (the others: chorale verify --backend cpu)', { timeout: 240_000 }, async () => {
  await start('cpu');
  const { failures, passed } = await verdictOn(OWN, Object.keys(REPLAYS).filter((method) => !SLOW_ON_CPU.includes(method)));
  expect(failures).toEqual([]);
  expect(passed).toBeGreaterThan(100);
});

test('a wrong number fails, a method that is not built is skipped, an unknown one is named', async () => {
  await start('wasm');
  const read = folderReader(OWN);
  const wrong = {
    ...read,
    json: async (path: string) => {
      const file = (await read.json(path)) as { cases?: { expected: Record<string, { data?: number[]; b64?: string; shape: number[] }> }[] };
      if (path === 'mlp/gradient.json') file.cases![0]!.expected.attribution!.data![0]! += 1e-3;
      return file;
    },
    list: async (folder: string) => (folder === '' ? ['mlp'] : [...(await read.list(folder)), 'phrenology.json']),
  };
  const lines: string[] = [];
  const fake = { ...wrong, json: async (path: string) => (path === 'mlp/phrenology.json' ? { cases: [{ id: 'a', params: {}, expected: {} }] } : wrong.json(path)) };
  const verdict = await verifyOracle(fake, { methods: ['gradient', 'phrenology'], print: (line) => lines.push(line), host: testHost() });
  expect(verdict).toEqual({ passed: 2, failed: 1, skipped: 1 });
  expect(lines[0]).toMatch(/^FAIL mlp gradient logit \d/);
  expect(lines.at(-1)).toBe('2 passed, 1 failed, 1 skipped');
  await expect(verdictOn(OWN, ['nothing'])).rejects.toThrow("no file 'nothing.json'");
});
