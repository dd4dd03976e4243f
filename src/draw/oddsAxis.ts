/** A horizontal axis for shares that crowd towards 1: places are even in the logarithm of the odds, p / (1 − p). Data to numbers; draws nothing. */
import { scaleLinear } from 'd3-scale';

/** Places where a tick may stand. */
const TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999] as const;

const logOdds = (share: number) => Math.log(share / (1 - share));

export interface OddsAxis {
  /** Along the axis, 0 … 1. Shares beyond its ends stand at the ends. */
  at(share: number): number;
  readonly ticks: readonly { readonly share: number; readonly at: number }[];
}

/** The axis that holds all `shares`, from a tick to a tick. */
export function oddsAxis(shares: readonly number[]): OddsAxis {
  const known = shares.filter((share) => Number.isFinite(share));
  const [least, most] = [Math.min(...known, 0.9), Math.max(...known, 0.98)];
  const low = TICKS.findLast((tick) => tick <= least) ?? TICKS[0];
  const high = TICKS.find((tick) => tick >= most) ?? TICKS.at(-1)!;
  const scale = scaleLinear([logOdds(low), logOdds(high)], [0, 1]).clamp(true);
  const at = (share: number) => scale(logOdds(Math.min(1 - 1e-9, Math.max(1e-9, share))));
  return { at, ticks: TICKS.filter((tick) => tick >= low && tick <= high).map((share) => ({ share, at: at(share) })) };
}
