/** Sums that recall: what was kept is not computed again, the sum is the same to the bit, and the estimate on the way is honest. */
import { expect, test } from 'vitest';
import { runJob, type Host, type Memo } from '../job/job.ts';
import { quadrature } from '../math/quadrature.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, largest, testHost } from '../testing/laws.ts';
import { toyCnn, toyImage } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { integrate } from './integratedGradients.ts';
import { smooth } from './smoothGrad.ts';

await useBackend('wasm');

const graph = toyCnn();
const x = toyImage();
const black = tf.zerosLike(x);
const question = { graph, x, target: 2, score: { kind: 'logit' } as const };

/** Keeps everything; `names` in the order in which they were kept. */
function memoOf(): Memo & { kept: Map<string, tf.Tensor> } {
  const kept = new Map<string, tf.Tensor>();
  return { kept, recall: (name) => kept.get(name), keep: (name, t) => void kept.set(name, tf.keep(tf.clone(t))) };
}

async function integrated(steps: number, host: Partial<Host>, rule: 'nested' | 'midpoint' = 'nested') {
  const { result, passes } = await runJob(testHost(host), async (job) => (await integrate({ ...question, baseline: black, name: 'line' }, quadrature(rule, steps), job)).data());
  return { data: result as Float32Array, passes };
}

test('recalled, computed or half of each, in any batch: the same bits', async () => {
  const plain = await integrated(13, { batch: 64 });
  for (const batch of [4, 8, 64]) {
    const memo = memoOf();
    await integrated(7, { batch: 64, memo });
    const half = await integrated(13, { batch, memo });
    const again = await integrated(13, { batch, memo });
    expect([half.passes.recalled, half.passes.backward, again.passes.recalled, again.passes.backward]).toEqual([7, 6, 13, 0]);
    expect(distance(half.data, plain.data) + distance(again.data, plain.data)).toBe(0);
    expect(memo.kept.size).toBe(13);
    tf.dispose([...memo.kept.values()]);
  }
  expect(plain.passes).toEqual({ forward: 13, backward: 13 });
});

test('thrice as many midpoints recall a third', async () => {
  const memo = memoOf();
  await integrated(5, { memo }, 'midpoint');
  expect((await integrated(15, { memo }, 'midpoint')).passes).toEqual({ forward: 10, backward: 10, recalled: 5 });
  expect((await integrated(10, { memo }, 'midpoint')).passes.recalled).toBeUndefined();
  tf.dispose([...memo.kept.values()]);
});

test('no tensor is left but those that are kept; a memo that forgets at once does no harm', async () => {
  const plain = await integrated(9, { batch: 4 });
  const before = tf.memory().numTensors;
  const forgetful: Memo = { recall: () => undefined, keep: () => {} };
  expect(distance((await integrated(9, { batch: 4, memo: forgetful })).data, plain.data)).toBe(0);
  expect(tf.memory().numTensors).toBe(before);
});

test('what is shown on the way is the mean of the nodes so far, (x − b) ⊙ Σ w g / Σ w', async () => {
  const seen: Float32Array[] = [];
  const { data } = await integrated(12, { batch: 4, viewer: { wants: () => true, take: (field) => seen.push(field) } });
  expect(seen).toHaveLength(2); // after four and eight of twelve
  const total = (field: ArrayLike<number>) => Array.from(field).reduce((sum, v) => sum + v, 0);
  for (const field of seen) expect(Math.abs(total(field) - total(data))).toBeLessThan(0.6 * Math.abs(total(data)));
  expect(distance(seen[1]!, data)).toBeLessThan(distance(seen[0]!, data) + 0.2 * largest(data));
});

test('SmoothGrad shows its growing mean and recalls its samples', async () => {
  const memo = memoOf();
  const seen: Float32Array[] = [];
  const noise = (from: number, to: number) => tf.tensor(Float32Array.from({ length: (to - from) * 192 }, (_, i) => 0.02 * (((from * 192 + i) % 7) - 3)), [to - from, 8, 8, 3]);
  const run = async (samples: number, statistic: 'mean' | 'variance', host: Partial<Host> = {}) =>
    runJob(testHost({ batch: 4, ...host }), async (job) => (await smooth({ ...question, name: 'noise' }, samples, statistic, noise, job)).data() as Promise<Float32Array>);
  const four = await run(4, 'mean');
  await run(8, 'mean', { memo, viewer: { wants: () => true, take: (field) => seen.push(field) } });
  expect(seen).toHaveLength(1);
  expect(distance(seen[0]!, four.result)).toBe(0);
  const [recalled, computed] = [await run(10, 'variance', { memo }), await run(10, 'variance')];
  expect([recalled.passes.recalled, recalled.passes.backward]).toEqual([8, 2]);
  expect(distance(recalled.result, computed.result)).toBe(0);
  tf.dispose([...memo.kept.values()]);
});
