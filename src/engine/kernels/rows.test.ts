/** Sums, gather, batch normalisation and strided copies against the CPU backend. */
import { beforeEach, describe, expect, test } from 'vitest';
import { useBackend } from '../testing/backends.ts';
import { agree, expectClose, values } from '../testing/kernelCase.ts';
import * as tf from '../tf.ts';

beforeEach(() => useBackend('wasm'));

describe('sums, gather, normalisation', () => {
  for (const [shape, axis] of [[[2, 5, 6, 16], [0, 1, 2]], [[2, 5, 6, 7], [1, 2]], [[300, 21], [0]], [[3, 4, 5], [1]], [[3, 4, 5], [0, 2]], [[3, 4, 5], [2]], [[3, 4], [0, 1]]] as const)
    for (const keepDims of [true, false])
      for (const op of ['sum', 'mean'] as const)
        test(`${op} of ${shape.join('×')} over ${axis}, keepDims ${keepDims}`, async () => {
          const run = async (backend: 'cpu' | 'wasm') => {
            await useBackend(backend);
            const y = tf.tidy(() => tf[op](tf.tensor(values(shape, 0), [...shape]), [...axis], keepDims));
            return { shape: y.shape, data: y.dataSync() };
          };
          const [ours, theirs] = [await run('wasm'), await run('cpu')];
          expect(ours.shape).toEqual(theirs.shape);
          expectClose(ours.data, theirs.data, 1e-5);
        });

  test('gather and its gradient', async () => {
    const run = async (backend: 'cpu' | 'wasm') => {
      await useBackend(backend);
      return tf.tidy(() => {
        const x = tf.tensor(values([3, 5, 7], 0), [3, 5, 7]);
        const ids = tf.tensor1d([4, 0, 0, 3], 'int32');
        const weights = tf.tensor(values([3, 4, 7], 1), [3, 4, 7]);
        return [tf.gather(x, ids, 1).dataSync(), tf.grad((t: tf.Tensor) => tf.sum(tf.mul(tf.gather(t, ids, 1), weights)))(x).dataSync()] as const;
      });
    };
    const [ours, theirs] = [await run('wasm'), await run('cpu')];
    expectClose(ours[0], theirs[0], 0);
    expectClose(ours[1], theirs[1], 1e-6);
  });

  test('gather refuses an index outside the axis and frees what it had begun', () => {
    const [x, ids] = [tf.zeros([3, 2]), tf.tensor1d([0, 3], 'int32')];
    const before = tf.engine().backend.numDataIds();
    expect(() => tf.gather(x, ids)).toThrow(/position 1 lies outside 0 … 2/);
    expect(tf.engine().backend.numDataIds()).toBe(before);
  });

  for (const channels of [3, 16])
    test(`batch normalisation of ${channels} channels`, agree('FusedBatchNorm', {
      inputs: { x: [2, 3, 4, channels], mean: [channels], variance: [channels], offset: [channels], scale: [channels] },
      attrs: { varianceEpsilon: 1e-3 },
      make: (data) => data.map(Math.abs),
    }));
  test('batch normalisation without scale and offset', agree('FusedBatchNorm', { inputs: { x: [2, 5, 6], mean: [6], variance: [6] }, attrs: { varianceEpsilon: 1e-3 }, make: (data) => data.map(Math.abs) }));
});

describe('copies', () => {
  const orders = [[[5, 9], [1, 0]], [[2, 6, 3, 16], [0, 2, 1, 3]], [[2, 6, 3, 5], [0, 2, 3, 1]], [[2, 6, 3, 5], [0, 3, 1, 2]], [[3, 4, 8, 5], [3, 1, 2, 0]],
    [[2, 3, 4, 5, 6], [2, 0, 3, 1, 4]], [[2, 3, 4, 5, 6], [4, 2, 0, 3, 1]], [[2, 3, 2, 3, 2, 3], [5, 3, 1, 4, 2, 0]], [[4, 8, 12], [2, 0, 1]], [[4, 8, 12], [2, 1, 0]]] as const;
  for (const [shape, perm] of orders) test(`transpose ${shape.join('×')} by ${perm}`, agree('Transpose', { inputs: { x: shape }, attrs: { perm } }, 0));
  for (const [shape, begin, size] of [[[4, 6, 8, 5], [0, 1, 2, 1], [4, 3, -1, 3]], [[7], [2], [3]], [[3, 4], [1, 0], [2, 4]], [[3, 4], [1, 1], [0, 2]]] as const)
    test(`slice ${shape.join('×')} from ${begin}`, agree('Slice', { inputs: { x: shape }, attrs: { begin, size } }, 0));
  for (const axis of [0, 1, 2]) {
    const shapes = [[2, 3, 4], [2, 3, 4], [2, 3, 4]].map((shape, i) => shape.map((n, a) => (a === axis ? n + i : n)));
    test(`concat along ${axis}`, async () => {
      const run = async (backend: 'cpu' | 'wasm') => {
        await useBackend(backend);
        return tf.tidy(() => tf.concat(shapes.map((shape, i) => tf.tensor(values(shape, i), shape)), axis).dataSync());
      };
      expect(await run('wasm')).toEqual(await run('cpu'));
    });
  }
  for (const [shape, reps] of [[[2, 1, 1, 5], [1, 3, 4, 1]], [[3, 2], [2, 3]], [[4], [3]]] as const) test(`tile ${shape.join('×')} by ${reps}`, agree('Tile', { inputs: { x: shape }, attrs: { reps } }, 0));
  for (const dims of [[0, 1], [2], [0, 3]]) test(`reverse ${dims}`, agree('Reverse', { inputs: { x: [3, 3, 4, 5] }, attrs: { dims } }, 0));
  for (const paddings of [[[0, 0], [1, 2], [0, 1]], [[2, 0], [0, 0], [3, 3]]])
    test(`pad by ${paddings.join(' ')}`, agree('PadV2', { inputs: { x: [3, 4, 5] }, attrs: { paddings, constantValue: -1.5 } }, 0));
  test('fill', () => expect([...tf.fill([2, 3], 2.5).dataSync()]).toEqual([2.5, 2.5, 2.5, 2.5, 2.5, 2.5]));
});
