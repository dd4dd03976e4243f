/** The bench's tables, and what they are judged by. Measures nothing. */
import type { GradientRow } from './bench.ts';
import type { KernelRate } from './kernels.ts';
import type { MethodRow } from './methods.ts';
import type { StockGradient } from './stock.ts';

/** What a gradient may cost in bare forwards of the same batch, from this batch on, and how much faster than `tf.grad` it shall be. */
const BOUNDS = { ratio: { transformer: 3.5, other: 2.5 }, fromBatch: 8, speedUp: 4 } as const;

const ms = (value: number) => value.toFixed(1).padStart(9);
const times = (value: number | undefined) => (value === undefined ? '' : `${value.toFixed(1)} ×`).padStart(8);
const verdict = (holds: boolean) => (holds ? 'ok' : 'FAIL');

/** → how many bounds are missed. */
export function printKernels(ours: readonly KernelRate[], stock: readonly KernelRate[]): number {
  console.log('Kernels: best rates by CPU time, ours and stock');
  console.log(`  ${''.padEnd(58)} ${'ours'.padStart(8)} ${'stock'.padStart(8)}  unit     faster   bound`);
  let missed = 0;
  for (const { title, unit, rate, least, leastSpeedUp } of ours) {
    const before = stock.find((row) => row.title === title)?.rate;
    const holds = rate >= (least ?? 0) && rate >= (leastSpeedUp ?? 0) * (before ?? 0);
    if (!holds) missed++;
    const bound = least === undefined ? `≥ ${leastSpeedUp} ×` : `≥ ${least}`;
    console.log(`  ${title.padEnd(58)} ${rate.toFixed(1).padStart(8)} ${(before?.toFixed(1) ?? '').padStart(8)}  ${unit.padEnd(7)}${times(before && rate / before)}   ${bound.padEnd(6)} ${verdict(holds)}`);
  }
  console.log();
  return missed;
}

/** → how many bounds are missed. */
export function printGradients(rows: readonly GradientRow[], stock: readonly StockGradient[] = []): number {
  console.log('Gradient (forward and backward) against a bare forward pass and against tf.grad with the stock kernels, 64×64 (ms of CPU time per batch, the best of the rounds)');
  console.log(`  ${'network'.padEnd(20)} batch   forward   gradient   ratio   bound          tf.grad   faster   bound ≥ ${BOUNDS.speedUp}`);
  let missed = 0;
  for (const { id, title, family, batch, times: found } of rows) {
    const bound = family === 'transformer' ? BOUNDS.ratio.transformer : BOUNDS.ratio.other;
    const judged = batch >= BOUNDS.fromBatch;
    const holds = !judged || found.ratio <= bound;
    const other = stock.find((row) => row.id === id && row.batch === batch);
    const speedUp = other?.time && other.time.best / found.gradient.best;
    const fast = speedUp === undefined || speedUp >= BOUNDS.speedUp;
    missed += Number(!holds) + Number(!fast);
    const against = other?.problem ? `cannot: ${other.problem.slice(0, 90)}` : other?.time ? `${ms(other.time.best)} ${times(speedUp)}   ${verdict(fast)}` : '';
    console.log(`  ${title.padEnd(20)} ${String(batch).padStart(5)} ${ms(found.forward.best)}  ${ms(found.gradient.best)}   ${found.ratio.toFixed(2).padStart(5)}   ${judged ? `≤ ${bound}   ${verdict(holds).padEnd(4)}` : ''.padEnd(12)} ${against}`);
  }
  console.log();
  return missed;
}

/** Families whose backward passes are gradients, so that `tf.grad` could stand in for them. */
const BY_GRADIENT = new Set(['gradient', 'path', 'cam', 'exploration']);

/** How much longer the run's gradients alone would take with `tf.grad`, at the largest measured batch that is no larger than the run's. */
function againstStock({ model, family, batch = 1, passes, ms }: MethodRow, stock: readonly StockGradient[]): number | undefined {
  if (!passes || !ms || passes.backward === 0 || !BY_GRADIENT.has(family)) return undefined;
  const together = Math.min(batch, Math.max(1, passes.forward));
  const near = stock.filter((row) => row.id === model && row.time && row.batch <= together).sort((a, b) => b.batch - a.batch)[0];
  return near?.time && (passes.backward * near.time.best) / near.batch / ms;
}

export function printMethods(rows: readonly MethodRow[], stock: readonly StockGradient[] = []): void {
  console.log('Methods, as the worker runs them: CPU time; a pass (forward or backward) in bare forward passes of the same batch; the longest');
  console.log('burst between two ticks, by the clock, with its rows; how much longer its gradients alone would take with tf.grad');
  for (const model of new Set(rows.map((row) => row.model))) {
    console.log(`\n  ${model.padEnd(30)} parameters  batch   forward backward        ms  per pass   longest burst     tf.grad`);
    for (const row of rows.filter((candidate) => candidate.model === model)) console.log(`  ${row.method.padEnd(30)} ${lineOf(row, stock)}`);
  }
  console.log();
}

function lineOf(row: MethodRow, stock: readonly StockGradient[]): string {
  const { reason, failure, setting = '', batch, passes, ms: whole = NaN, perPass, longestBurst } = row;
  if (reason !== undefined) return `—  ${reason}`;
  if (failure !== undefined) return `FAILED: ${failure}`;
  const burst = longestBurst ? `${longestBurst.ms.toFixed(0).padStart(6)} ms /${String(longestBurst.rows).padStart(3)}` : '';
  return `${setting.padEnd(10)} ${String(batch).padStart(6)} ${String(passes?.forward).padStart(9)} ${String(passes?.backward).padStart(8)} ${ms(whole)} ${(perPass?.toFixed(2) ?? '').padStart(9)}   ${burst.padEnd(14)} ${times(againstStock(row, stock))}`;
}
