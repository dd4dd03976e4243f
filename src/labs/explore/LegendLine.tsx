/** The legend along the bottom: strip, numbers, scope and clip rule in words; and how maps are drawn, each a way to the controls. */
import { legendOf, type Legend } from '../../draw/legend.ts';
import { scaleWords } from '../../fields/scale.ts';
import { SLOTS } from '../../state/store.ts';
import type { DisplayChoice } from '../../state/view.ts';
import { useView } from '../../ui/app.ts';
import { useHoveredSlot } from '../../ui/pointer.ts';
import type { Look } from './grid/useCellRaster.ts';
import type { Drawn } from './maps.ts';
import { useGridContext } from './useGrid.ts';

interface Props {
  readonly look: Look;
  onDisplay(): void;
}

export function LegendLine({ look, onDisplay }: Props) {
  const grid = useGridContext();
  const display = useView((view) => view.display);
  const selected = useView((view) => view.selected);
  const hovered = useHoveredSlot();
  const all = [...grid.maps.values()];
  const chosen = grid.maps.get(hovered ?? '') ?? grid.maps.get(SLOTS.cell(selected.model ?? '', selected.method ?? '')) ?? all.find(({ method }) => method.id === selected.method) ?? all.find(({ signed }) => signed) ?? all[0];
  const legend = chosen && legendOf(chosen.scale, scaleWords(display, chosen.scale.basis), chosen.signed ? look.signed : look.unsigned);
  return (
    <footer className="legend" aria-label="Legend">
      {legend && chosen ? (
        <>
          <p className="legend-whose">{whose(chosen, display)}</p>
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
  display.overlay ? `overlay ${Math.round(100 * display.opacity)} %` : 'no overlay',
  `channels: ${POOLING[display.pooling]}`,
  `sign: ${SIGN[display.sign]}`,
  display.contour ? 'consensus contour on' : 'consensus contour off',
];
