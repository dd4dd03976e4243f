/** Causal fidelity: do a map's sums over the units of a scene order them as their true effects do? Effects come as an argument; nothing is rendered or asked here. */
import { concordance, countPairs, type CreditedUnit, type PairCounts } from '../../fields/concordance.ts';
import { pool } from '../../fields/pool.ts';
import { sumWithin } from '../../fields/regions.ts';
import { float } from '../params.ts';
import { defineMetric, type Judged, type Measurement, type UnitTruth } from './metric.ts';

/**
 * What a map credits each unit with: Σ over its pixels and channels, signed. An unsigned map says how much, not which way: it is held against |effect|.
 * A unit without a pixel cannot be credited and is left out.
 */
export function creditedUnits({ map, signed }: Pick<Judged, 'map' | 'signed'>, units: readonly UnitTruth[]): CreditedUnit[] {
  const plane = pool(map, 'sum');
  return units.flatMap(({ mask, effect, error }) => {
    const { sum, pixels } = sumWithin(plane, mask);
    return pixels === 0 ? [] : [{ credit: sum, effect: signed ? effect : Math.abs(effect), error }];
  });
}

/** The pairs that a measurement of causal fidelity counted. */
export function pairsOf({ detail }: Measurement): PairCounts {
  const { concordant = 0, discordant = 0, even = 0, indistinct = 0 } = detail ?? {};
  return { concordant, discordant, even, indistinct };
}

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

/**
 * Σ(C − D) / Σ(C + D + E) over the pairs of units whose effects differ by more than `noise` standard errors; pairs of all scenes are pooled.
 * METHODS.md section 8; Somers 1962 (D of credit given effect), Kendall's τ_a without ties. Units: parts, ground, background, shadow, other things, sticker.
 * Cost: no pass (the host measures the effects once for all methods).
 */
export const causalFidelity = defineMetric({
  id: 'causal-fidelity',
  title: 'Causal fidelity',
  cite: 'somers1962',
  category: 'faithfulness',
  better: 'higher',
  range: [-1, 1],
  sensitiveTo: ['sign', 'offset'],
  needs: ['units'],
  card: {
    says:
      'In a rendered scene every unit (a part of the object, the ground, the background, the shadow, the other things) can be truly taken away or redrawn, and the model asked again: its effect on the logit is known, not estimated. ' +
      'The metric asks whether the map’s sums over the units stand in the same order: 1 if every pair does, −1 if every pair is reversed, 0 for a coin.',
    formula: 'F = \\frac{\\sum_s (C_s - D_s)}{\\sum_s (C_s + D_s + E_s)}',
    misleads:
      'One scene has five to ten units, so only the score pooled over many scenes says anything. Large units gather large sums: read it beside a control that credits area only, and one that credits the object’s area only. ' +
      'Units act together, and taking one away measures it last; a part may also be missed because the picture without it looks strange. An unsigned map is held against the size of the effects, an easier question: compare it with unsigned ones.',
  },
  params: {
    noise: float({
      title: 'Noise margin',
      help: 'Pairs of units whose effects differ by fewer standard errors than this are not compared. Only redrawn grounds and backgrounds have such an error.',
      min: 0,
      max: 4,
      step: 0.5,
      default: 2,
    }),
  },
  pooled: (images) => finite(concordance(images.map(pairsOf))),
  async measure({ map, signed, units, params }, job) {
    const counts = countPairs(creditedUnits({ map, signed }, units), params.noise);
    await job.tick(1, 1);
    return { score: finite(concordance([counts])), detail: { ...counts } };
  },
});
