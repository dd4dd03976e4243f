/** AdamW with warm-up, cosine decay, gradient clipping and weight averaging, on flat vectors. Knows neither graph nor tensors. */
import type { TrainingState } from './state.ts';

const BETA1 = 0.9;
const BETA2 = 0.99;
const EPSILON = 1e-8;
/** Largest Euclidean norm of a step's gradient. */
const CLIP = 1;
/** Share of all steps over which the rate rises from zero. */
const WARM_UP = 0.05;
/** The average forgets over about 1 / (1 − decay) steps, fewer at the start. */
const AVERAGE_DECAY = 0.995;

/** The step size at `step` of `total`: linear to `peak`, then half a cosine to zero. Loshchilov & Hutter 2017. */
export function rateAt(step: number, total: number, peak: number): number {
  const warm = Math.max(1, Math.round(WARM_UP * total));
  if (step < warm) return (peak * (step + 1)) / warm;
  return 0.5 * peak * (1 + Math.cos((Math.PI * (step - warm)) / Math.max(1, total - warm)));
}

/**
 * One AdamW step in place: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², w ← w − η(m̂ / (√v̂ + ε) + λw). Loshchilov & Hutter 2019, alg. 2.
 * `decays` says where λ acts. Then the average of the weights moves towards them. Advances `state.step`.
 */
export function adamStep(state: TrainingState, gradient: Float32Array, rate: number, weightDecay: number, decays: Uint8Array): void {
  const { weights, momentum, squares, average } = state;
  const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
  if (!Number.isFinite(norm)) throw new Error(`step ${state.step}: the gradient is not finite; a smaller rate (recipe.peakRate) may help`);
  const scale = Math.min(1, CLIP / (norm + 1e-12));
  state.step++;
  const first = 1 / (1 - BETA1 ** state.step);
  const second = 1 / (1 - BETA2 ** state.step);
  const keep = averageKeep(state.step);
  for (let i = 0; i < weights.length; i++) {
    const g = gradient[i]! * scale;
    const m = (momentum[i] = BETA1 * momentum[i]! + (1 - BETA1) * g);
    const v = (squares[i] = BETA2 * squares[i]! + (1 - BETA2) * g * g);
    const w = weights[i]!;
    weights[i] = w - rate * ((m * first) / (Math.sqrt(v * second) + EPSILON) + (decays[i] === 1 ? weightDecay * w : 0));
    average[i] = keep * average[i]! + (1 - keep) * weights[i]!;
  }
}

/** How much of an average is kept at `step` (counted from 1). */
export const averageKeep = (step: number): number => Math.min(AVERAGE_DECAY, step / (10 + step));

/** Moves running statistics towards a batch's. */
export function averageInto(running: Float32Array, offset: number, values: Float32Array, step: number): void {
  const keep = averageKeep(step);
  for (let i = 0; i < values.length; i++) running[offset + i] = keep * running[offset + i]! + (1 - keep) * values[i]!;
}
