/** The legend along the bottom: strip, numbers, scope and clip rule in words; and how maps are drawn, each a way to the controls. */
import { legendOf, type Legend } from '../../draw/legend.ts';
import { percentText } from '../../fields/percent.ts';
import { scaleWords, type CellScale } from '../../fields/scale.ts';
import { CONSENSUS, SLOTS } from '../../state/store.ts';
import type { PlaneMap } from '../../fields/field.ts';
import { voteWords, type Consensus } from '../../fields/vote.ts';
import type { DisplayChoice } from '../../state/view.ts';
import { useView } from '../../ui/app.ts';
import { useHoveredSlot } from '../../ui/pointer.ts';
import type { Look } from './grid/useCellRaster.ts';
import type { Drawn } from './maps.ts';
import { useGridContext, type Grid } from './useGrid.ts';

interface Props {
  readonly look: Look;
  onDisplay(): void;
}

export function LegendLine({ look, onDisplay }: Props) {
  const grid = useGridContext();
  const display = useView((view) => view.display);
  const selected = useView((view) => view.selected);
  const disagreement = useView((view) => view.consensus.disagreement);
  const hovered = useHoveredSlot();
  const all = [...grid.maps.values()];
  const chosen = grid.maps.get(hovered ?? '') ?? grid.maps.get(SLOTS.cell(selected.model ?? '', selected.method ?? '')) ?? all.find(({ method }) => method.id === selected.method) ?? all.find(({ signed }) => signed) ?? all[0];
  const shown = hoveredConsensus(grid, hovered, disagreement);
  const members = grid.rows.filter((row) => row.shown).length;
  const legend = shown
    ? legendOf(plainScale(shown.map), voteWords(shown.found, disagreement, members), look.unsigned)
    : chosen && legendOf(chosen.scale, scaleWords(display, chosen.scale.basis), chosen.signed ? look.signed : look.unsigned);
  return (
    <footer className="legend" aria-label="Legend">
      {legend ? (
        <>
          <p className="legend-whose">{shown ? shown.title : chosen && whose(chosen, display)}</p>
          <Strip legend={legend} />
          <p className="legend-words">{[legend.words, ...legend.notes].join(' · ')}</p>
        </>
      ) : (
        <p className="legend-words">The legend comes with the first map.</p>
      )}
      <div className="legend-choices">
        {choices(display).map((words) => (
          <button key={words} type="button" className="legend-choice" onClick={onDisplay}>
            {words}
          </button>
        ))}
      </div>
    </footer>
  );
}

/** The consensus under the pointer, with the map that is drawn of it. */
function hoveredConsensus({ methods, consensus }: Grid, slot: string | undefined, disagreement: boolean): { readonly title: string; readonly found: Consensus; readonly map: PlaneMap } | undefined {
  const method = methods.find(({ id }) => slot === SLOTS.cell(CONSENSUS, id));
  const found = method && consensus.get(method.id);
  if (found?.kind !== 'consensus') return undefined;
  return { title: `${method!.title}, ${disagreement ? 'disagreement' : 'consensus'}`, found, map: disagreement ? found.spread : found.mean };
}

/** 0 … the largest value, as a consensus is drawn. */
function plainScale({ data }: PlaneMap): CellScale {
  const limit = data.reduce((most, value) => Math.max(most, value), 0) || 1;
  return { basis: 'raw', divisor: 1, limit, rawLimit: limit, low: 0, high: limit, clipped: 0, nearZero: false, notes: [] };
}

/** Whose colours the strip shows: with a shared scale those of many cells. */
function whose({ method, model }: Drawn, { scope }: DisplayChoice): string {
  switch (scope) {
    case 'all':
      return 'All maps';
    case 'column':
      return method.title;
    case 'row':
      return model;
    case 'cell':
      return `${method.title}, this map`;
    default:
      return scope satisfies never;
  }
}

const STRIP = 180;

function Strip({ legend }: { readonly legend: Legend }) {
  return (
    <figure className="legend-strip" role="img" aria-label={legend.spoken}>
      <svg viewBox={`0 0 ${STRIP} 10`} preserveAspectRatio="none" aria-hidden="true">
        <defs>
          <linearGradient id="legend-gradient">
            {legend.stops.map(({ at, colour }) => (
              <stop key={at} offset={at} stopColor={colour} />
            ))}
          </linearGradient>
        </defs>
        <rect width={STRIP} height="10" fill="url(#legend-gradient)" />
      </svg>
      <span className="legend-ticks" aria-hidden="true">
        {legend.ticks.map(({ at, label }) => (
          <span key={at}>{label}</span>
        ))}
      </span>
    </figure>
  );
}

const POOLING = { sum: 'sum', mean: 'mean', 'abs-sum': 'sum of |value|', 'max-abs': 'largest |value|', l2: 'root of squares' } as const satisfies Record<DisplayChoice['pooling'], string>;
const SIGN = { both: 'both', positive: 'for', negative: 'against', absolute: '|value|' } as const satisfies Record<DisplayChoice['sign'], string>;

/** The display in words, as the drawing has them. */
export const choices = (display: DisplayChoice): string[] => [
  display.overlay ? `overlay ${percentText(display.opacity)}` : 'no overlay',
  `channels: ${POOLING[display.pooling]}`,
  `sign: ${SIGN[display.sign]}`,
  display.contour ? 'consensus contour on' : 'consensus contour off',
];
