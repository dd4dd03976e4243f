/**
 * The seam to the WASM backend: its memory, the SIMD module instantiated on it, addresses of tensors, outputs and scratch.
 * Not a kernel: those stand one family to a file and see nothing of the backend but this context.
 */
import type * as tf from '../tf.ts';
import { SIMD_BASE64 } from './simd.generated.ts';

/** What is used of `BackendWasm` (TensorFlow.js 4.22); everything else of it stays hidden. */
export interface WasmBackend {
  readonly wasm: { readonly asm: { readonly memory: WebAssembly.Memory } };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: tf.DataType): tf.TensorInfo;
  disposeData(dataId: object): boolean;
}

type Routine = (...numbers: number[]) => void;
/** The exports of simd/index.ts. Addresses and strides are in bytes. */
export interface Simd
  extends Readonly<
    Record<
      | 'gemm' | 'filterGradient' | 'inputGradient' | 'depthwise' | 'depthwiseInputGradient' | 'depthwiseFilterGradient'
      | 'maxPoolGradient' | 'averagePoolGradient' | 'copyGrid' | 'fill' | 'exp' | 'tanh' | 'erf' | 'gelu' | 'geluPullback' | 'silu' | 'siluPullback' | 'perChannel' | 'perRow'
      | 'extreme' | 'passBetween' | 'compare' | 'select' | 'sumMiddle' | 'segmentSum' | 'normalise',
      Routine
    >
  > {
  readonly gemmScratch: (columns: number, depth: number) => number;
  readonly convolutionScratch: (patch: number, depth: number) => number;
  readonly periodOf: (channels: number) => number;
  /** −1, or the first position whose index is out of range. */
  readonly gather: (...numbers: number[]) => number;
}

export interface Context {
  readonly simd: Simd;
  /** Where the tensor's values begin. Throws where an allocation failed unnoticed. */
  address(tensor: tf.TensorInfo): number;
  /** A fresh tensor, its values undefined. Throws where there is no memory for it. */
  output(shape: readonly number[], dtype?: tf.DataType): tf.TensorInfo;
  /** Gives an output back that will not be returned. */
  free(tensor: tf.TensorInfo): void;
  /** Runs `use` with the address of `bytes` bytes that are freed afterwards. */
  scratch(bytes: number, use: (address: number) => void): void;
}

/** A kernel of ours: `undefined` from `run` hands the call to the stock kernel. */
export interface Kernel {
  readonly name: string;
  run(context: Context, inputs: tf.NamedTensorInfoMap, attrs: tf.NamedAttrMap): tf.TensorInfo | undefined;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Standard base64 to bytes (`atob` and `Buffer` are not of ES2023). */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const text = base64.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const digit of text) {
    held = (held << 6) | digits.indexOf(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (held >> bits) & 255;
  }
  return bytes;
}

/** The context of a WASM backend, or `undefined` where the engine has no SIMD. */
export async function openContext(backend: WasmBackend): Promise<Context | undefined> {
  const bytes = bytesOf(SIMD_BASE64);
  if (!WebAssembly.validate(bytes)) return undefined;
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory: backend.wasm.asm.memory } });
  const placed = (tensor: tf.TensorInfo, bytesWanted: number): number => {
    const { memoryOffset } = backend.dataIdMap.get(tensor.dataId);
    if (memoryOffset > 0 || bytesWanted === 0) return memoryOffset;
    throw new Error(`WASM memory is full: no room for ${(bytesWanted / 2 ** 20).toFixed(1)} MB (shape ${tensor.shape.join('×')}); use a smaller batch`);
  };
  const bytesOfTensor = (t: tf.TensorInfo) => sizeOf(t.shape) * (t.dtype === 'bool' ? 1 : 4);
  const output = (shape: readonly number[], dtype: tf.DataType = 'float32') => {
    const tensor = backend.makeOutput(shape, dtype);
    try {
      placed(tensor, bytesOfTensor(tensor));
      return tensor;
    } catch (error) {
      backend.disposeData(tensor.dataId);
      throw error;
    }
  };
  return {
    simd: instance.exports as unknown as Simd,
    address: (tensor) => placed(tensor, bytesOfTensor(tensor)),
    output,
    free: (tensor) => void backend.disposeData(tensor.dataId),
    scratch(size, use) {
      const tensor = output([Math.ceil((size >>> 0) / 4) + 1]);
      try {
        use(placed(tensor, size));
      } finally {
        backend.disposeData(tensor.dataId);
      }
    },
  };
}
