/**
 * Registers the kernels that TensorFlow.js's WASM backend lacks or does slowly, so that gradients and training run fast on one core.
 * Not a backend: what is not listed here stays the stock kernel, and so do the cases a kernel of ours declines.
 */
import * as tf from '../tf.ts';
import { arithmetics } from './broadcast.ts';
import { openContext, type Context, type Kernel, type WasmBackend } from './context.ts';
import { conv2dFilterGradient, conv2dInputGradient } from './convolution.ts';
import { concat, fill, pad, reverse, slice, tile, transpose } from './copy.ts';
import { depthwiseConvolution, depthwiseFilterGradient, depthwiseInputGradient } from './depthwise.ts';
import { comparisons, extremes, functions, passBetween, select, smoothUnits } from './elementwise.ts';
import { batchMatMul } from './matMul.ts';
import { averagePoolGradient, maxPoolGradient } from './pool.ts';
import { RECOMPOSED } from './recomposed.ts';
import { batchNorm, gather, reductions, segmentSum } from './rows.ts';

const KERNELS: readonly Kernel[] = [
  batchMatMul, conv2dInputGradient, conv2dFilterGradient, depthwiseConvolution, depthwiseInputGradient, depthwiseFilterGradient, maxPoolGradient, averagePoolGradient,
  ...functions, ...smoothUnits, ...arithmetics, ...extremes, ...comparisons, select, passBetween, ...reductions, gather, segmentSum, batchNorm, transpose, slice, concat, tile, reverse, pad, fill,
];

/** One context a backend; `undefined` where its engine has no SIMD. */
const contexts = new WeakMap<object, Context | undefined>();

/** Ours where SIMD runs and the call suits it, else the stock kernel, else ops put together. */
function install({ name, run }: Kernel): void {
  const stock = tf.getKernel(name, 'wasm');
  if (stock) tf.unregisterKernel(name, 'wasm');
  tf.registerKernel({
    kernelName: name,
    backendName: 'wasm',
    kernelFunc(call) {
      const context = contexts.get(call.backend);
      const result = context && run(context, call.inputs, call.attrs ?? {});
      if (result) return result;
      if (stock) return stock.kernelFunc(call);
      const recomposed = RECOMPOSED[name];
      if (!recomposed) throw new Error(`the WASM backend has no kernel '${name}' for this call, and none is put together in kernels/recomposed.ts`);
      return recomposed(call.inputs, call.attrs ?? {});
    },
  });
}

let installed = false;

/** Call once the WASM backend is current (`tf.setBackend('wasm')`, `tf.ready()`); calling again is harmless, another backend is an error. */
export async function registerWasmKernels(): Promise<void> {
  if (tf.getBackend() !== 'wasm') throw new Error(`registerWasmKernels needs the WASM backend, the current one is '${tf.getBackend()}': call tf.setBackend('wasm') first`);
  const backend = tf.backend() as unknown as WasmBackend;
  if (contexts.has(backend)) return;
  contexts.set(backend, await openContext(backend));
  if (installed) return;
  installed = true;
  for (const kernel of KERNELS) install(kernel);
}
