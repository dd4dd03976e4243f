/** The WASM heap: how large it is, and when a job must stop. Holds nothing. */
import * as tf from '../engine/tf.ts';

const wasmMemory = () => (tf.backend() as unknown as { wasm: { asm?: { memory?: WebAssembly.Memory }; HEAPU8?: Uint8Array } }).wasm;

/** Bytes of the WASM heap; 0 on other backends. */
export function heapBytes(): number {
  if (tf.getBackend() !== 'wasm') return 0;
  const { asm, HEAPU8 } = wasmMemory();
  return asm?.memory?.buffer.byteLength ?? HEAPU8?.byteLength ?? 0;
}

/** A WASM heap ends at 4 GiB, and an allocation that fails there goes unnoticed; so a job stops before. */
const HEAP_LIMIT = 3.5 * 2 ** 30;

export class OutOfMemory extends Error {
  override name = 'OutOfMemory';
}

/** After each burst: throws where the memory is at its end. */
export function checkMemory(): void {
  const bytes = heapBytes();
  if (bytes < HEAP_LIMIT) return;
  throw new OutOfMemory(`The WASM memory is full (${(bytes / 2 ** 30).toFixed(1)} of 4 GiB): choose fewer samples, or a GPU backend`);
}
