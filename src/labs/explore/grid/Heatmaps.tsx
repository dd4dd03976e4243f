/** The grid: models down, methods across, the consensus under a rule. Draws what the grid context holds; every cell follows its own entry. */
import { MARK_SIZE } from '../../../draw/contour.ts';
import { memo, useCallback, useMemo, useRef, type CSSProperties, type ReactNode } from 'react';
import { select, pinRegion, toggleModel } from '../../../state/actions.ts';
import { capabilitiesOf } from '../../../state/capabilities.ts';
import { failedKeys, retryKeys } from '../../../state/failures.ts';
import { paramsOf } from '../../../state/request.ts';
import { CONSENSUS, SLOTS } from '../../../state/store.ts';
import type { Status } from '../../../worker/client.ts';
import type { MethodEntry } from '../../../worker/protocol.ts';
import { useApp, useAppState, useView } from '../../../ui/app.ts';
import { setPoint, useCrosshair } from '../../../ui/pointer.ts';
import { useGridContext, type Grid, type Row } from '../useGrid.ts';
import { paramSummary, votingWords } from '../words.ts';
import { Cell, type CellProps } from './Cell.tsx';
import { ConsensusCell } from './ConsensusCell.tsx';
import { ColumnHeader, RowHeader } from './Headers.tsx';
import type { Look } from './useCellRaster.ts';
import { useRoving } from '../../../ui/useRoving.ts';

const REGION_RADIUS = 6;
/** With more columns than these the heads are set smaller. */
const MANY = 8;

interface Props {
  readonly look: Look;
  /** Consensus contours by method id, over the maps of models and over the consensus itself; and the true outline, as paths. */
  readonly contours: ReadonlyMap<string, string>;
  readonly consensusContours: ReadonlyMap<string, string>;
  readonly outline: string | undefined;
}

export function Heatmaps({ look, contours, consensusContours, outline }: Props) {
  const grid = useGridContext();
  const root = useRef<HTMLDivElement>(null);
  useCrosshair(root);
  const { store, client } = useApp();
  const shown = grid.rows.filter((row) => row.shown);
  const roving = useRoving(shown.length + 1, grid.methods.length);
  const selected = useView((view) => view.selected);
  const region = useView((view) => view.region);
  const set = useView((view) => view.params);
  const choice = useView((view) => view.consensus);
  const focusAt = useRef(roving.onFocusCell);
  focusAt.current = roving.onFocusCell;

  const onFocusCell = useCallback((row: number, column: number) => focusAt.current(row, column), []);
  const onSelect = useCallback<CellProps['onSelect']>(
    (slot, place) => {
      const [model, method] = slot.split('/');
      select(store, model === CONSENSUS ? { method: method! } : { model: model!, method: method! });
      if (place) pinRegion(store, { x: place.across * MARK_SIZE, y: place.down * MARK_SIZE, radius: store.getState().view.region?.radius ?? REGION_RADIUS });
    },
    [store],
  );
  const onMethod = useCallback((method: string) => select(store, { method }), [store]);
  const onRetry = useCallback(
    (slot: string) => {
      for (const key of retryKeys(store.getState(), slot)) client.retry(key);
    },
    [store, client],
  );
  const columns = { '--columns': grid.methods.length, '--rows': shown.length + 1 } as CSSProperties;
  const shared = { look, region, outline, onFocusCell, onSelect };
  return (
    <div className="heatmaps" ref={root} role="grid" tabIndex={-1} aria-label="Heatmaps" data-many={grid.methods.length > MANY || undefined} style={columns} aria-rowcount={shown.length + 2} aria-colcount={grid.methods.length + 1} onKeyDown={roving.onKeyDown} onPointerLeave={() => setPoint(undefined)}>
      <div className="grid-row grid-heads" role="row">
        <div className="corner" role="columnheader">
          <span className="visually-hidden">Model</span>
        </div>
        {grid.methods.map((method, column) => (
          <ColumnHeader
            key={method.id}
            column={column}
            method={method}
            summary={paramSummary(method, paramsOf(method.params, set[method.id]))}
            selected={selected.method === method.id}
            onSelect={onMethod}
          />
        ))}
      </div>
      {grid.rows.map((row, index) => (
        <ModelRow key={row.model.id} index={index} row={row} grid={grid} selected={selected.model === row.model.id}>
          {row.shown &&
            grid.methods.map((method, column) => (
              <LiveCell
                key={method.id}
                {...shared}
                slot={SLOTS.cell(row.model.id, method.id)}
                model={row.model.title}
                method={method.title}
                drawn={grid.maps.get(SLOTS.cell(row.model.id, method.id))}
                selected={selected.model === row.model.id && selected.method === method.id}
                contour={contours.get(method.id)}
                row={index}
                column={column}
                tabIndex={roving.tabIndexOf(index, column)}
                onRetry={onRetry}
              />
            ))}
        </ModelRow>
      ))}
      {shown.length > 0 && (
        <div className="grid-row consensus-row" role="row" style={{ '--m': shown.length } as CSSProperties}>
          <ConsensusHeader grid={grid} />
          {grid.methods.map((method, column) => (
            <LiveConsensus
              key={method.id}
              {...shared}
              entry={method}
              grid={grid}
              disagreement={choice.disagreement}
              selected={selected.method === method.id && selected.model === undefined}
              contour={choice.disagreement ? undefined : consensusContours.get(method.id)}
              row={shown.length}
              column={column}
              tabIndex={roving.tabIndexOf(shown.length, column)}
            />
          ))}
        </div>
      )}
    </div>
  );
}

interface ModelRowProps {
  readonly index: number;
  readonly row: Row;
  readonly grid: Grid;
  readonly selected: boolean;
  readonly children: ReactNode;
}

function ModelRow({ index, row, grid, selected, children }: ModelRowProps) {
  const { store, client } = useApp();
  const loading = useAppState((state) => state.loading[row.model.id]);
  const onSelect = useCallback((model: string) => select(store, { model }), [store]);
  const onToggle = useCallback((model: string) => toggleModel(store, model), [store]);
  const onRetry = useCallback((model: string) => failedKeys(store.getState(), model).forEach((key) => client.retry(key)), [store, client]);
  return (
    <div className="grid-row" role="row" data-out={!row.shown || undefined} style={{ '--m': index } as CSSProperties}>
      <RowHeader
        row={row}
        classes={grid.classes}
        selected={selected}
        loading={loading}
        onSelect={onSelect}
        onToggle={onToggle}
        onRetry={onRetry}
      />
      {children}
    </div>
  );
}

/** Drawn again only when something of its own changes: with many rows most of the grid stands still while a map comes. */
const LiveCell = memo(function LiveCell(props: Omit<CellProps, 'entry' | 'claimsComplete' | 'loading'>) {
  const entry = useAppState((state) => state.entries[props.slot]);
  const [model, method] = props.slot.split('/') as [string, string];
  const claimsComplete = useAppState((state) => capabilitiesOf(state, model)?.[method]?.claims.includes('complete') ?? true);
  const loading = useAppState((state) => (props.drawn ? undefined : state.loading[model]));
  return <Cell {...props} entry={entry} claimsComplete={claimsComplete} loading={loading} />;
});

interface LiveConsensusProps extends Pick<CellProps, 'look' | 'region' | 'outline' | 'contour' | 'selected' | 'row' | 'column' | 'tabIndex' | 'onFocusCell' | 'onSelect'> {
  readonly entry: MethodEntry;
  readonly grid: Grid;
  readonly disagreement: boolean;
}

function LiveConsensus({ entry: method, grid, ...props }: LiveConsensusProps) {
  const models = grid.rows.filter((row) => row.shown).map(({ model }) => model.id);
  const statuses = useAppState((state) => models.map((id) => state.entries[SLOTS.cell(id, method.id)]?.status ?? 'queued').join(' '));
  const status = useMemo(() => leastOf(statuses.split(' ') as Status[]), [statuses]);
  return <ConsensusCell {...props} slot={SLOTS.cell(CONSENSUS, method.id)} method={method.title} consensus={grid.consensus.get(method.id)} status={status} members={models.length} />;
}

/** A consensus is ready when all its maps are; where none can come, it says so. */
export function leastOf(statuses: readonly Status[]): Status {
  if (statuses.includes('running')) return 'running';
  if (statuses.includes('queued')) return statuses.every((status) => status === 'queued') ? 'queued' : 'running';
  if (statuses.includes('done')) return 'done';
  return statuses.includes('failed') ? 'failed' : 'not-applicable';
}

function ConsensusHeader({ grid }: { readonly grid: Grid }) {
  const choice = useView((view) => view.consensus);
  const members = grid.rows.filter((row) => row.shown);
  const known = members.filter(({ prediction }) => prediction !== undefined);
  return (
    <div className="row-head consensus-head" role="rowheader" aria-label={choice.disagreement ? 'Disagreement' : 'Consensus'}>
      <p className="head-title">{choice.disagreement ? 'Disagreement' : 'Consensus'}</p>
      {known.length === members.length && <p className="head-detail">{votingWords(members.map(({ standing }) => standing))}</p>}
    </div>
  );
}
