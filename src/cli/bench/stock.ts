/**
 * What the stock kernels and `tf.grad` take for the same work, in a process of its own: a registered kernel holds for the whole process.
 * Started by `bench`, which the child is again with `--stock`.
 */
import { spawn } from 'node:child_process';
import { canonize } from '../../engine/graph/canonize.ts';
import { disposeGraph } from '../../engine/graph/derived.ts';
import { ARCHITECTURES } from '../../engine/models/architectures/index.ts';
import { toGraph } from '../../engine/models/plain.ts';
import { kernelRates, type KernelRate } from './kernels.ts';
import { stockGradient, type Timing } from './measure.ts';

export const CLASSES = 12;
export const SHAPE = [64, 64, 3] as const;
export const SEED = 1;

/** A gradient by `tf.grad`: its time, or the kernel that the backend lacks. */
export interface StockGradient {
  readonly id: string;
  readonly batch: number;
  readonly time?: Timing;
  readonly problem?: string;
}

export interface StockReport {
  readonly kernels: readonly KernelRate[];
  readonly gradients: readonly StockGradient[];
}

/** In the child, its backend started without our kernels. */
export function measureStock(rounds: number, batches: readonly number[], parts: { readonly kernels: boolean }): StockReport {
  const gradients = ARCHITECTURES.flatMap(({ id, build }) => {
    const built = toGraph(build(SEED, CLASSES));
    const graph = canonize(built);
    const rows = batches.map((batch): StockGradient => {
      try {
        return { id, batch, time: stockGradient(graph, SHAPE, batch, rounds) };
      } catch (error) {
        return { id, batch, problem: (error as Error).message.split('\n')[0]! };
      }
    });
    for (const used of [graph, built]) disposeGraph(used);
    return rows;
  });
  return { kernels: parts.kernels ? kernelRates(rounds) : [], gradients };
}

/** Starts the child and reads its report. */
export function askStock(args: readonly string[]): Promise<StockReport> {
  const script = process.argv[1];
  if (!script) throw new Error('the bench starts itself again for the stock kernels: run it as `npm run bench`');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, 'bench', '--stock', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      const line = output.split('\n').find((text) => text.startsWith('{'));
      if (code !== 0 || !line) reject(new Error(`the stock kernels' process ended with code ${code}: ${output}`));
      else resolve(JSON.parse(line) as StockReport);
    });
  });
}
