/**
 * Which backend computes: each must first give the known logits and gradient of the self-test; on request they are ranked by a measured gradient.
 * Never falls back from a backend that was asked for. WASM is part of the worker; the others are loaded when they are tried.
 */
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plainBinary from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdBinary from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { backward, gradient, record } from '../engine/graph/graph.ts';
import { registerWasmKernels } from '../engine/kernels/index.ts';
import { ARCHITECTURES } from '../engine/models/architectures/index.ts';
import { disposeGraph } from '../engine/graph/derived.ts';
import { toGraph } from '../engine/models/plain.ts';
import * as tf from '../engine/tf.ts';
import type { BackendName } from './protocol.ts';
import { selfTest } from './selfTest.ts';

export interface Tried {
  readonly backend: BackendName;
  /** Why it is not used, in words. */
  readonly problem?: string;
  /** Of one gradient of the default model, a batch of eight. */
  readonly ms?: number;
}

/** What each backend needs before it can be tried; a string says why it cannot. */
const PREPARE = {
  async webgpu() {
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return 'the browser offers no WebGPU adapter';
    await import('@tensorflow/tfjs-backend-webgpu');
    return undefined;
  },
  async webgl() {
    if (typeof OffscreenCanvas === 'undefined' || !new OffscreenCanvas(1, 1).getContext('webgl2')) return 'the browser offers no WebGL 2 in a worker';
    await import('@tensorflow/tfjs-backend-webgl');
    return tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED') ? undefined : 'it computes in half precision, in which small gradients become zero';
  },
  wasm() {
    // The threaded build is never asked for (workers are the threads), but the paths must be complete.
    setWasmPaths({
      'tfjs-backend-wasm.wasm': absolute(plainBinary),
      'tfjs-backend-wasm-simd.wasm': absolute(simdBinary),
      'tfjs-backend-wasm-threaded-simd.wasm': absolute(simdBinary),
    });
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    return Promise.resolve(undefined);
  },
  async cpu() {
    await import('@tensorflow/tfjs-backend-cpu');
    return undefined;
  },
} satisfies Record<BackendName, () => Promise<string | undefined>>;

const absolute = (url: string) => new URL(url, self.location.href).href;

/** How long a backend may take to prove itself, compiling its programs included; longer where it was asked for by name: a software adapter takes its time. */
const PROOF_MS = 15_000;
const PATIENT_PROOF_MS = 50_000;

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not answer within ${ms / 1000} s`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Makes `name` current and tests it. Returns what is wrong with it. */
async function prove(name: BackendName, limitMs: number): Promise<string | undefined> {
  const proof = async () => {
    const missing = await PREPARE[name]();
    if (missing) return missing;
    if (!(await tf.setBackend(name))) return 'it did not start';
    await tf.ready();
    if (name === 'wasm') await registerWasmKernels();
    return selfTest();
  };
  return within(limitMs, proof()).catch((error: unknown) => (error as Partial<Error> | null)?.message || String(error));
}

/** Milliseconds of the second of two gradients of the default architecture (64×64, batch 8, random weights): the first compiles. */
async function measure(): Promise<number> {
  const graph = toGraph(ARCHITECTURES[0].build(0, 12));
  const x = tf.fill([8, 64, 64, 3], 0.5);
  const once = async () => {
    const started = performance.now();
    const dx = tf.tidy(() => {
      const tape = record(graph, x);
      return backward(tape, tf.onesLike(tape.value.get(graph.output)!), gradient).get(graph.input)!;
    });
    await dx.data();
    dx.dispose();
    return performance.now() - started;
  };
  try {
    await within(PROOF_MS, once());
    return await within(PROOF_MS, once());
  } finally {
    x.dispose();
    disposeGraph(graph);
  }
}

async function attempt(backend: BackendName, timed: boolean, limitMs = PROOF_MS): Promise<Tried> {
  const problem = await prove(backend, limitMs);
  if (problem || !timed) return { backend, problem };
  return measure().then((ms) => ({ backend, ms }), (error: unknown) => ({ backend, problem: String((error as Partial<Error> | null)?.message ?? error) }));
}

/** The first of `names` that proves itself, current. */
async function firstOf(names: readonly BackendName[], limitMs: number): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  for (const name of names) {
    const result = await attempt(name, false, limitMs);
    tried.push(result);
    if (!result.problem) break;
  }
  return tried;
}

/** A software adapter computes rightly and forty times too slowly: it serves who asks for it by name and is not worth a measurement. */
async function softwareWebgpu(): Promise<Tried | undefined> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  return adapter?.info?.isFallbackAdapter ? { backend: 'webgpu', problem: 'the WebGPU adapter is a software one' } : undefined;
}

/** The GPU backends that prove themselves, measured, and WASM for comparison; the fastest GPU backend becomes current. */
async function fastestGpu(): Promise<readonly Tried[]> {
  const gpus = [(await softwareWebgpu()) ?? (await attempt('webgpu', true)), await attempt('webgl', true)];
  const sound = gpus.filter(({ problem }) => !problem).sort((a, b) => a.ms! - b.ms!);
  if (sound.length === 0) return gpus;
  const wasm = await attempt('wasm', true);
  await tf.setBackend(sound[0]!.backend);
  return [...sound, wasm, ...gpus.filter(({ problem }) => problem)];
}

/**
 * Starts a backend. `want`: one by name; 'best', the fastest GPU backend, with WASM measured beside it; absent, WASM or else plain JavaScript.
 * Throws, saying what was tried and why not, where none can be used. Cost: WASM about 0.2 s, 'best' some seconds.
 */
export async function startBackend(want: BackendName | 'best' | undefined): Promise<{ backend: BackendName; tried: readonly Tried[] }> {
  const tried = want === 'best' ? await fastestGpu() : await (want ? firstOf([want], PATIENT_PROOF_MS) : firstOf(['wasm', 'cpu'], PROOF_MS));
  const winner = tried.find(({ problem }) => !problem);
  if (winner) return { backend: winner.backend, tried };
  const reasons = tried.map(({ backend, problem }) => `${backend}: ${problem}`).join('; ');
  if (want && want !== 'best') throw new Error(`The backend '${want}' was asked for and cannot be used (${reasons}). Remove 'backend=${want}' from the address, or choose another`);
  throw new Error(`No backend can be used (${reasons}). Try a current version of Firefox, Chrome, Edge or Safari`);
}
