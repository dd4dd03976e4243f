/** How much of a sampled map is chance: the same cell with the next seed, and how far the two agree. Asked for by the plan (state/request.ts). */
import { useMemo } from 'react';
import { topOverlap, spearman } from '../../../fields/similarity.ts';
import type { PlaneMap } from '../../../fields/field.ts';
import { nextSeed } from '../../../state/request.ts';
import { SLOTS } from '../../../state/store.ts';
import { keyOf } from '../../../worker/key.ts';
import type { Entry } from '../../../worker/client.ts';
import { useAppState, useView } from '../../../ui/app.ts';
import { percent, probability } from '../../../ui/numbers.ts';
import { planeOf, type Drawn } from '../maps.ts';

/** The share of places that "the strongest" are. */
const TOP = 0.1;
/** Overlap of two independent choices of that share: s / (2 − s). */
const CHANCE = TOP / (2 - TOP);

export function NoiseFloor({ drawn }: { readonly drawn: Drawn }) {
  const entry = useAppState((state) => state.entries[SLOTS.secondSeed]);
  const pooling = useView((view) => view.display.pooling);
  const second = answering(entry, drawn);
  const agreement = useMemo(() => second && seedAgreement(drawn.plane, planeOf(second, pooling)), [second, drawn.plane, pooling]);
  if (!entry) return null;
  const [one, other] = [drawn.request.seed, nextSeed(drawn.request.seed)];
  return (
    <section className="card" aria-labelledby="seeds-head">
      <h2 className="section-head" id="seeds-head">
        Two seeds
      </h2>
      {agreement ? (
        <>
          <p className="prose prose-small">{seedWords(agreement)}</p>
          <dl className="facts">
            <div>
              <dt>Rank correlation, seeds {one} and {other}</dt>
              <dd>{Number.isFinite(agreement.correlation) ? probability(agreement.correlation).replace('-', '−') : 'not defined'}</dd>
            </div>
            <div>
              <dt>Overlap of the strongest tenth</dt>
              <dd>{percent(agreement.overlap)}</dd>
            </div>
          </dl>
          <p className="quiet">By chance alone the overlap is about {percent(CHANCE)}. Spearman’s ρ, and intersection over union of the places with the largest |value|.</p>
        </>
      ) : (
        <p className="quiet">{entry.status === 'failed' ? entry.message : `The same map with seed ${other} comes when all else is done, to tell how much of it is chance.`}</p>
      )}
    </section>
  );
}

/** The finished result that is `drawn` with the next seed and nothing else changed. */
function answering(entry: Entry | undefined, { request }: Drawn) {
  const shown = entry?.shown;
  if (!shown || shown.partial || shown.result.kind !== 'explain') return undefined;
  return keyOf(shown.request) === keyOf({ ...request, seed: nextSeed(request.seed) }) ? shown.result : undefined;
}

export interface SeedAgreement {
  /** Spearman's ρ of the values; NaN where one map is constant. */
  readonly correlation: number;
  /** Of the strongest tenth of places, 0 … 1. */
  readonly overlap: number;
}

export const seedAgreement = (first: PlaneMap, second: PlaneMap): SeedAgreement => ({
  correlation: spearman(first.data, second.data),
  overlap: topOverlap(first.data, second.data, TOP),
});

/** What the two numbers mean. */
export function seedWords({ correlation, overlap }: SeedAgreement): string {
  if (!(correlation >= 0.5) && overlap < 2 * CHANCE) return 'This map is mostly chance: another seed draws another one.';
  if (correlation >= 0.9 && overlap >= 0.7) return 'Another seed gives nearly the same map.';
  return 'Part of this map is chance: read only what both seeds show. More samples bring them together.';
}
