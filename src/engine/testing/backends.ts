/**
 * Starts a TensorFlow.js backend in Node for the tests: gradients registered, WASM with one thread and the project's kernels.
 * Not for shipped code: it reads the file system, which the rest of the engine may not.
 */
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { registerWasmKernels } from '../kernels/index.ts';
import * as tf from '../tf.ts';

export type TestBackend = 'cpu' | 'wasm';

/** Makes `name` the current backend and waits until it is ready. Throws where it cannot start; it never falls back to another. */
export async function useBackend(name: TestBackend, kernels: 'ours' | 'stock' = 'ours'): Promise<void> {
  tf.env().set('IS_TEST', true); // no greeting of the CPU backend
  if (name === 'wasm') {
    const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(join(dirname(main), '/'));
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  }
  if (!(await tf.setBackend(name))) throw new Error(`backend '${name}' did not start: is node_modules complete? (npm ci)`);
  await tf.ready();
  if (name === 'wasm' && kernels === 'ours') await registerWasmKernels();
}
