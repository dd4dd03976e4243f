/** Runs one kernel on two backends for the kernels' tests, and compares. Not for shipped code. */
import { expect } from 'vitest';
import { normals } from '../math/rng.ts';
import * as tf from '../tf.ts';
import { useBackend } from './backends.ts';

export interface Case {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly attrs?: object;
  readonly make?: (values: Float32Array) => Float32Array;
}

/** Seeded normal numbers for a tensor of this shape. */
export const values = (shape: readonly number[], index: number) => normals(5, 'kernels', index, shape.reduce((n, s) => n * s, 1));

/** The kernel's output on a backend, its tensors freed; throws where the call leaves tensors or backend memory behind. */
export async function runOn(backend: 'cpu' | 'wasm', kernel: string, { inputs, attrs = {}, make }: Case): Promise<Float32Array> {
  await useBackend(backend);
  const before = [tf.memory().numTensors, tf.engine().backend.numDataIds()];
  const tensors = Object.entries(inputs).map(([name, shape], index) => {
    const data = values(shape, index);
    return [name, tf.tensor(make ? make(data) : data, [...shape])] as const;
  });
  const result = tf.engine().runKernel(kernel, Object.fromEntries(tensors), attrs as tf.NamedAttrMap) as tf.Tensor;
  const data = (await result.data()) as Float32Array;
  result.dispose();
  for (const [, tensor] of tensors) tensor.dispose();
  expect([tf.memory().numTensors, tf.engine().backend.numDataIds()], 'tensors left behind').toEqual(before);
  return data;
}

export const largest = (data: ArrayLike<number>) => Array.from(data).reduce((most, v) => Math.max(most, Math.abs(v)), 0);

/** Entries agree within `tolerance` of the largest. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const error = largest(Array.from(actual, (v, i) => v - expected[i]!));
  expect(error).toBeLessThanOrEqual(tolerance * Math.max(largest(expected), 1e-30));
}

/** A test body: the kernel gives the same on WASM and on the CPU. */
export const agree = (kernel: string, given: Case, tolerance = 1e-5) => async () =>
  expectClose(await runOn('wasm', kernel, given), await runOn('cpu', kernel, given), tolerance);
