/** The SIMD module itself, and gradients that run through many kernels. Single kernels are tested beside their files. */
import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { useBackend } from '../testing/backends.ts';
import { expectClose, values } from '../testing/kernelCase.ts';
import * as tf from '../tf.ts';
import { openContext, type WasmBackend } from './context.ts';
import { SIMD_BASE64 } from './simd.generated.ts';

beforeEach(() => useBackend('wasm'));

describe('the module', () => {
  test('is compiled from the sources that stand beside it', async () => {
    const { compile, generatedFile } = (await import(new URL('../../../scripts/build-simd.mjs', import.meta.url).href)) as {
      compile(): Promise<{ source: string; bytes: Uint8Array }>;
      generatedFile: string;
    };
    const { source, bytes } = await compile();
    expect(await readFile(generatedFile, 'utf8'), 'run node scripts/build-simd.mjs').toBe(source);
    expect(Buffer.from(SIMD_BASE64, 'base64').equals(Buffer.from(bytes))).toBe(true);
  }, 300_000); // the compiler takes 3 s on an idle machine, a minute on a busy one

  test("has no data of its own, which would overwrite the backend's memory", async () => {
    const sections: number[] = [];
    const bytes = Buffer.from(SIMD_BASE64, 'base64');
    for (let at = 8; at < bytes.length; ) {
      sections.push(bytes[at++]!);
      let size = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++]!;
        size |= (byte & 127) << shift;
        if (byte < 128) break;
      }
      at += size;
    }
    expect(sections).toContain(10); // code
    expect(sections).not.toContain(11); // data
  });
});

describe('a full memory', () => {
  test('is an error that names the size and the remedy, and leaves nothing allocated', async () => {
    const freed: object[] = [];
    const dataId = {};
    const context = await openContext({
      wasm: { asm: { memory: (tf.backend() as unknown as WasmBackend).wasm.asm.memory } },
      dataIdMap: { get: () => ({ memoryOffset: 0 }) }, // what a failed malloc leaves behind
      makeOutput: (shape, dtype) => ({ dataId, shape: [...shape], dtype }),
      disposeData: (id) => freed.push(id) > 0,
    });
    expect(() => context!.output([1024, 1024])).toThrow('WASM memory is full: no room for 4.0 MB (shape 1024×1024); use a smaller batch');
    expect(freed).toEqual([dataId]);
  });
});

describe('tf.grad on WASM', () => {
  test('runs through convolutions, attention and gather, and agrees with the CPU', async () => {
    const run = async (backend: 'cpu' | 'wasm') => {
      await useBackend(backend);
      const before = tf.memory().numTensors;
      const x = tf.tensor4d(values([2, 8, 8, 3], 0), [2, 8, 8, 3]);
      const [w, d, q] = [tf.tensor4d(values([3, 3, 3, 8], 1), [3, 3, 3, 8]), tf.tensor4d(values([3, 3, 8, 1], 2), [3, 3, 8, 1]), tf.tensor2d(values([8, 8], 3), [8, 8])];
      const loss = (x: tf.Tensor, w: tf.Tensor, d: tf.Tensor, q: tf.Tensor) => {
        const h = tf.tanh(tf.depthwiseConv2d(tf.relu(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same')), d as tf.Tensor4D, 1, 'same'));
        const tokens = tf.reshape(h, [2, 16, 8]);
        const heads = tf.transpose(tf.reshape(tf.matMul(tokens, tf.tile(tf.expandDims(q, 0), [2, 1, 1])), [2, 16, 2, 4]), [0, 2, 1, 3]);
        const mixed = tf.matMul(tf.softmax(tf.matMul(heads, heads, false, true)), heads);
        return tf.sum(tf.square(tf.erf(tf.gather(mixed, tf.tensor1d([0, 3, 3], 'int32'), 2)))) as tf.Scalar;
      };
      const gradients = tf.grads(loss)([x, w, d, q]);
      const data = gradients.map((g) => g.dataSync());
      tf.dispose([x, w, d, q, ...gradients]);
      expect(tf.memory().numTensors).toBeLessThanOrEqual(before + 1);
      return data;
    };
    const [ours, theirs] = [await run('wasm'), await run('cpu')];
    ours.forEach((gradient, i) => expectClose(gradient, theirs[i]!, 1e-4));
  });
});
