/** Starts the engine's backend for a command and gives the surroundings of its jobs. Chooses nothing by itself. */
import { registerWasmKernels } from '../engine/kernels/index.ts';
import type { Host } from '../engine/job/job.ts';
import { useBackend } from '../engine/testing/backends.ts';
import { UsageError, type Flag } from './command.ts';

export type CliBackend = 'cpu' | 'wasm';

export const backendFlag: Flag = { value: 'wasm|cpu', help: 'where the numbers are computed (wasm)' };

/** Makes `name` current, with the project's kernels on WASM. */
export async function startBackend(name: string): Promise<void> {
  if (name !== 'cpu' && name !== 'wasm') throw new UsageError(`--backend ${name}: the command line has 'wasm' and 'cpu'`);
  await useBackend(name);
  if (name === 'wasm') await registerWasmKernels();
}

/** A host that is never cancelled. `progress` is told of every tick. */
export const terminalHost = (batch: number, progress: Host['progress'] = () => {}): Host => ({
  batch,
  cancelled: () => false,
  progress,
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
});
