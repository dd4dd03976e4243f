/**
 * The vote of a committee on one image of a study: from outcomes to what is voted on (pixels, or superpixels where the method weighs these), the consensus,
 * and back to pixels. Pure; the counting itself is fields/vote.ts. The page draws what this returns, the record measures it.
 */
import type { PlaneMap } from '../../fields/field.ts';
import { pool } from '../../fields/pool.ts';
import { resizeMap } from '../../fields/resize.ts';
import { segmentMeans, segmentSizes } from '../../fields/segments.ts';
import { appliedRule, vote, type AppliedRule, type Consensus, type Member, type NoConsensus } from '../../fields/vote.ts';
import type { ImageFacts, MapOutcome } from '../explanations.ts';
import { SIDE, type StudySetup } from '../setup.ts';
import { votersOf, type RecordSettings } from './settings.ts';

export interface Poll {
  readonly rule: AppliedRule;
  /** Its maps are over places of the vote: `draw` brings them to pixels. */
  readonly consensus: Consensus | NoConsensus;
  /** Pooled, in the unit that the models share, over places of the vote: by model id, the ensemble's too. */
  readonly values: ReadonlyMap<string, Float32Array>;
  /** Superpixels that were voted on; absent where pixels were. */
  readonly superpixels?: number;
  /** From places of the vote to [side, side] pixels; coarse maps as the blocks they are. */
  draw(values: Float32Array): PlaneMap;
}

const sameLabels = (a: Uint8Array, b: Uint8Array | undefined): boolean => b !== undefined && a.length === b.length && a.every((label, i) => label === b[i]);

/** The superpixels that all maps share, if they do: they hang on the image alone. */
function sharedSegments(maps: readonly MapOutcome[]): Uint8Array | undefined {
  const labels = maps[0]?.segments;
  return labels && maps.every(({ segments }) => sameLabels(labels, segments)) ? labels : undefined;
}

/** A map's value of each superpixel; `shared`: each pixel shows its share of it. */
function overSegments({ data }: PlaneMap, labels: Uint8Array, shared: boolean): PlaneMap {
  const sizes = segmentSizes(labels);
  return { data: Float32Array.from(segmentMeans(data, labels), (mean, label) => (shared ? mean * sizes[label]! : mean)), height: 1, width: sizes.length };
}

/** Logits of different models are not commensurable, probabilities are: in the squares' vote, which alone keeps the unit, other maps enter as shares of Σ|w|. */
function inSharedUnit(map: PlaneMap, rule: AppliedRule, score: StudySetup['score']): PlaneMap {
  if (rule !== 'square' || score === 'probability') return map;
  const mass = map.data.reduce((total, value) => total + Math.abs(value), 0);
  return mass > 0 && mass < Infinity ? { ...map, data: map.data.map((value) => value / mass) } : map;
}

/** Side of the image in pixels. */
export const sideOf = ({ mask }: Pick<ImageFacts, 'mask'>): number => (mask ? Math.sqrt(mask.length) : SIDE);

/**
 * c = Σ ωᵢ ballot(wᵢ) over the voters (Li et al. 2023; METHODS 5.2), one entry a superpixel where the method weighs superpixels, else one a place of
 * the finest map. `ensemble` (its id and map) is scored and never votes.
 */
export function pollOf(facts: Pick<ImageFacts, 'maps' | 'mask'>, setup: Pick<StudySetup, 'models' | 'method' | 'params' | 'score'>, settings: RecordSettings, ensemble?: readonly [string, MapOutcome]): Poll {
  const { models, method, params, score } = setup;
  const rule = appliedRule(settings.rule, method);
  const voters = new Set(votersOf(models, settings).map(({ id }) => id));
  const all = [...models.flatMap((model) => { const map = facts.maps.get(model.id); return map ? [{ ...model, map }] : []; }), ...(ensemble ? [{ id: ensemble[0], family: '', role: 'member' as const, map: ensemble[1] }] : [])];
  const labels = sharedSegments(all.map(({ map }) => map));
  const members = all.map(({ id, family, role, map }): Member => {
    const plane = pool(map, settings.pooling);
    const own = inSharedUnit(labels ? overSegments(plane, labels, params['paint'] === 'share') : plane, rule, score);
    return { id, family, map: own, votes: voters.has(id), ...(role === 'member' ? {} : { why: role }) };
  });
  const consensus = vote(members, rule, { balance: settings.balance });
  const side = sideOf(facts);
  const grid = members.reduce(({ height, width }, { map }) => ({ height: Math.max(height, map.height), width: Math.max(width, map.width) }), { height: 1, width: 1 });
  const draw = labels
    ? (values: Float32Array): PlaneMap => ({ data: Float32Array.from(labels, (label) => values[label]!), height: side, width: side })
    : (data: Float32Array): PlaneMap => resizeMap({ data, ...grid }, side, side, 'nearest');
  return { rule, consensus, values: new Map(members.map(({ id, map }) => [id, map.data])), ...(labels ? { superpixels: grid.width } : {}), draw };
}
