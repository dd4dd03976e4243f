/** One cell of the grid: the map or why there is none, its status and its name in words. Asks for nothing itself. */
import { memo, useCallback, type CSSProperties, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { valueAt } from '../../../fields/regions.ts';
import { formatShare, formatValue } from '../../../draw/legend.ts';
import type { Entry } from '../../../worker/client.ts';
import type { Loading } from '../../../state/store.ts';
import type { View } from '../../../state/view.ts';
import { Picture } from '../../../ui/Picture.tsx';
import { setPoint, shareOf } from '../../../ui/pointer.ts';
import { summaryOf, type Drawn } from '../maps.ts';
import { cellName, GAP_LIMIT } from '../words.ts';
import { Marks } from '../../../ui/Marks.tsx';
import { Reading } from './Reading.tsx';
import { rasterOf, type Look } from './useCellRaster.ts';

export interface CellProps {
  readonly slot: string;
  readonly model: string;
  readonly method: string;
  readonly entry: Entry | undefined;
  readonly drawn: Drawn | undefined;
  /** The model's weights are on the way, and nothing is drawn yet. */
  readonly loading: Loading | undefined;
  /** Only then is a sum that is off marked. */
  readonly claimsComplete: boolean;
  readonly look: Look;
  readonly selected: boolean;
  readonly region: View['region'];
  readonly contour: string | undefined;
  readonly outline: string | undefined;
  readonly row: number;
  readonly column: number;
  readonly tabIndex: number;
  onFocusCell(row: number, column: number): void;
  /** Chosen by click (with the place) or by Enter. */
  onSelect(slot: string, place?: { readonly across: number; readonly down: number }): void;
  onRetry(slot: string): void;
}

export const Cell = memo(function Cell(props: CellProps) {
  const { slot, model, method, entry, drawn, look } = props;
  const status = entry?.status ?? 'queued';
  const summary = drawn && summaryOf(drawn.plane, drawn.signed);
  const gap = props.claimsComplete ? drawn?.result.gap : undefined;
  const hasMap = drawn !== undefined && status !== 'failed' && status !== 'not-applicable';
  const raster = hasMap ? rasterOf(drawn.map, drawn.scale.rawLimit, drawn.signed, look) : undefined;
  const name = cellName({ model, method, status, progress: entry?.progress, message: entry?.message, summary: hasMap ? summary : undefined, gap, preview: drawn?.preview, growing: drawn?.growing });
  return (
    <CellFrame {...props} status={status} name={name} growing={hasMap && drawn.growing}>
      {hasMap && <Picture raster={raster} />}
      {hasMap && <Marks region={props.region} contour={props.contour} outline={props.outline} />}
      {hasMap && <CellReading drawn={drawn} />}
      {hasMap && drawn.growing && <GrowingMark status={status} />}
      {status === 'done' && gap !== undefined && Math.abs(gap) > GAP_LIMIT && <span className="cell-gap" aria-hidden="true" />}
      {status === 'not-applicable' && <p className="cell-reason">{entry?.message}</p>}
      {status === 'failed' && (
        <div className="cell-failure">
          <p>{entry?.message}</p>
          <Button className="button button-text" onPress={() => props.onRetry(slot)} excludeFromTabOrder={false}>
            Retry
          </Button>
        </div>
      )}
      {(status === 'queued' || status === 'running') && <Hairline entry={entry} loading={props.loading} />}
    </CellFrame>
  );
});

/** In a word that the map is not whole yet; the cell's name says the same. */
const GrowingMark = ({ status }: { readonly status: string }) => (
  <span className="cell-growing" aria-hidden="true">
    {status === 'running' ? 'growing' : 'unfinished'}
  </span>
);

function CellReading({ drawn }: { readonly drawn: Drawn }) {
  const read = useCallback((across: number, down: number) => readingOf(drawn, across, down), [drawn]);
  return <Reading read={read} />;
}

/** The value of a cell at a place, in the unit of its scale. */
export function readingOf({ plane, scale, signed }: Drawn, across: number, down: number): string {
  const value = valueAt(plane, across, down) / scale.divisor;
  const text = scale.basis === 'raw' ? formatValue(value) : formatShare(value);
  return value > 0 && signed ? `+${text}` : text;
}

interface FrameProps extends Pick<CellProps, 'slot' | 'selected' | 'row' | 'column' | 'tabIndex' | 'onFocusCell' | 'onSelect'> {
  readonly status: string;
  readonly name: string;
  /** Its map is what is known so far. */
  readonly growing?: boolean;
  readonly children: ReactNode;
}

/** The gridcell itself: focus, keys, pointer. */
export function CellFrame({ slot, status, name, growing, selected, row, column, tabIndex, onFocusCell, onSelect, children }: FrameProps) {
  const press = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    onSelect(slot);
  };
  const click = (event: MouseEvent<HTMLElement>) => {
    if (!(event.target instanceof Element) || event.target.closest('button')) return;
    onSelect(slot, shareOf(event));
  };
  return (
    <div
      className="cell"
      role="gridcell"
      aria-label={name}
      aria-selected={selected}
      data-status={status}
      data-growing={growing || undefined}
      data-slot={slot}
      data-row={row}
      data-column={column}
      style={{ '--n': column } as CSSProperties}
      tabIndex={tabIndex}
      onFocus={() => onFocusCell(row, column)}
      onKeyDown={press}
      onClick={click}
      onPointerMove={(event) => setPoint({ ...shareOf(event), slot })}
      onPointerLeave={() => setPoint(undefined)}
    >
      {children}
    </div>
  );
}

/** How far the map is, or before it the weights of its model. */
function Hairline({ entry, loading }: Pick<CellProps, 'entry' | 'loading'>) {
  const { done, total } = loading ?? entry?.progress ?? { done: 0, total: 0 };
  const share = total > 0 ? done / total : 0;
  return (
    <svg className="cell-hairline" data-running={entry?.status === 'running' || loading !== undefined || undefined} viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true">
      <rect className="bar-track" width="100" height="2" />
      <rect className="bar-fill" width={100 * share} height="2" />
    </svg>
  );
}
