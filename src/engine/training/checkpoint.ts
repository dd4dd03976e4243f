/** A training run as bytes, so that it can go on later as if it had never stopped. Not the model's file (models/zoo.ts). */
import type { TrainingState } from './state.ts';

const VECTORS = ['weights', 'momentum', 'squares', 'average', 'statistics'] as const;

/** What a run was started with; a checkpoint of another run is refused. */
export interface RunLabel {
  readonly id: string;
  readonly seed: number;
  readonly scenes: number;
  readonly epochs: number;
}

/** What a checkpoint also knows: processor time spent so far, in seconds. */
export interface Spent {
  cpuSeconds: number;
}

/** Header (JSON, padded to 1024 bytes), then the vectors as float32 of this machine. */
export function packState(label: RunLabel, state: TrainingState, { cpuSeconds }: Spent = { cpuSeconds: 0 }): Uint8Array {
  const header = JSON.stringify({ ...label, cpuSeconds, step: state.step, lengths: VECTORS.map((name) => state[name].length) });
  const text = new TextEncoder().encode(header.padEnd(1024));
  const out = new Uint8Array(1024 + VECTORS.reduce((n, name) => n + 4 * state[name].length, 0));
  out.set(text.subarray(0, 1024));
  VECTORS.reduce((at, name) => {
    const { buffer, byteOffset, byteLength } = state[name];
    out.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    return at + byteLength;
  }, 1024);
  return out;
}

/** Reads a checkpoint into `state`, whose vectors must have the saved lengths, and tells the time spent. Throws where it belongs to another run. */
export function unpackState(bytes: Uint8Array, label: RunLabel, state: TrainingState): Spent {
  const header = JSON.parse(new TextDecoder().decode(bytes.slice(0, 1024))) as RunLabel & Partial<Spent> & { step: number; lengths: number[] };
  for (const key of ['id', 'seed', 'scenes', 'epochs'] as const)
    if (header[key] !== label[key]) throw new Error(`the checkpoint has ${key} ${header[key]}, this run ${label[key]}: use --fresh to begin anew, or the run's own values to go on`);
  VECTORS.forEach((name, i) => {
    if (header.lengths[i] !== state[name].length) throw new Error(`the checkpoint's ${name} has ${header.lengths[i]} numbers, this network ${state[name].length}: the architecture has changed; use --fresh`);
  });
  VECTORS.reduce((at, name) => {
    const length = 4 * state[name].length;
    state[name].set(new Float32Array(bytes.slice(at, at + length).buffer));
    return at + length;
  }, 1024);
  state.step = header.step;
  return { cpuSeconds: header.cpuSeconds ?? 0 };
}
