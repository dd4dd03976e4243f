/** What each part of the scene truly does on each model, beside what the selected method credits it with. Asked for by the plan (state/request.ts). */
import { useMemo } from 'react';
import { Button } from 'react-aria-components';
import { useShallow } from 'zustand/react/shallow';
import { MARK_SIZE, outlinePath } from '../../../draw/contour.ts';
import { formatShare } from '../../../draw/legend.ts';
import { idMask } from '../../../fields/regions.ts';
import { EFFECT_DRAWS } from '../../../state/request.ts';
import { SLOTS, type State } from '../../../state/store.ts';
import { imageKey } from '../../../worker/key.ts';
import type { Entry } from '../../../worker/client.ts';
import type { EffectsResult, MethodEntry } from '../../../worker/protocol.ts';
import { useAppState, useView } from '../../../ui/app.ts';
import { download } from '../../../ui/download.ts';
import { duration, percent, short, signed } from '../../../ui/numbers.ts';
import { SignedBar } from '../../../ui/SignedBar.tsx';
import { agreement, creditsOf, effectsCsv, effectWords, type Credited, type EffectsTable } from '../effects.ts';
import { planeOf } from '../maps.ts';
import type { Grid, Row } from '../useGrid.ts';

interface Props {
  readonly grid: Grid;
  readonly model: string | undefined;
  readonly method: MethodEntry | undefined;
  /** The outline of the unit under pointer or focus, in units of the models' input; none when it leaves. */
  onOutline(path: string | undefined): void;
}

interface Column extends EffectsTable {
  readonly row: Row;
  readonly targetIndex: number;
}

/** Methods that the sentence ranks besides the selected one. */
const OTHERS = 2;

export function PartEffects({ grid, model, method, onOutline }: Props) {
  const image = useView((view) => view.image);
  const seed = useView((view) => view.seed);
  const members = useMemo(() => grid.rows.filter((row) => row.shown), [grid.rows]);
  const entries = useAppState(useShallow((state: State) => members.map((row) => state.entries[SLOTS.effects(row.model.id)])));
  const columns = useMemo(() => members.flatMap((row, i) => columnOf(row, entries[i], imageKey(image), grid, method)), [members, entries, image, grid, method]);
  const told = columns.find(({ row }) => row.model.id === model) ?? columns[0];
  if (image.kind !== 'scene') return null;
  return (
    <section className="card" aria-labelledby="effects-head">
      <h2 className="section-head" id="effects-head">
        What each part does
      </h2>
      {told && <p className="prose">{effectWords(told.model, told.target, told.result.units, creditedOn(told, grid, method))}</p>}
      {told?.credited && <Agreement told={told} credited={told.credited} />}
      {columns.length < members.length && <p className="quiet">{waitingWords(entries)}</p>}
      {told && (
        <>
          <EffectsView columns={columns} units={told.result} method={method} onOutline={onOutline} />
          <p className="quiet">
            Effect: the logit with the unit minus the logit without it, on this one scene. Parts, shadow, other things and sticker are removed; ground and background are drawn anew {EFFECT_DRAWS} times (seed {seed}), ± their standard deviation.
            {method && ` Credit: the sum of ${method.title}’s map (channels summed) on the unit’s pixels, as a share of the sum of |map|.`} Bars to the right are positive; each column has its own scale.
          </p>
          <Button className="button" onPress={() => download(`chorale-effects-${image.seed}.csv`, new Blob([effectsCsv(columns, { scene: imageKey(image), draws: EFFECT_DRAWS, seed })], { type: 'text/csv' }))}>
            Save as CSV
          </Button>
        </>
      )}
    </section>
  );
}

/** What is known of one model for the image on show; nothing while its effects speak of another. */
function columnOf(row: Row, entry: Entry | undefined, image: string, grid: Grid, method: MethodEntry | undefined): Column[] {
  const { request, result } = entry?.shown ?? {};
  if (request?.kind !== 'effects' || result?.kind !== 'effects' || imageKey(request.image) !== image) return [];
  const credited = method && creditOf(row.model.id, method, request.target, result, grid);
  return [{ row, model: row.model.title, target: grid.classes[request.target] ?? String(request.target), targetIndex: request.target, result, ...(credited ? { credited } : {}) }];
}

/** What a finished map of this image and class credits the units with. */
function creditOf(model: string, method: MethodEntry, target: number, result: EffectsResult, grid: Grid): Credited | undefined {
  const drawn = grid.maps.get(SLOTS.cell(model, method.id));
  if (!drawn?.current || drawn.growing || drawn.request.target !== target) return undefined;
  return { method: method.title, credits: creditsOf(result, planeOf(drawn.result, 'sum')) };
}

/** The selected method and a few others of the grid, as far as their maps are there. */
function creditedOn({ row, result, targetIndex }: Column, grid: Grid, method: MethodEntry | undefined): Credited[] {
  const others = grid.methods.filter(({ id, family }) => id !== method?.id && family !== 'control');
  const inOrder = [...(method ? [method] : []), ...others];
  return inOrder.flatMap((entry) => creditOf(row.model.id, entry, targetIndex, result, grid) ?? []).slice(0, OTHERS + (method ? 1 : 0));
}

function Agreement({ told, credited }: { readonly told: Column; readonly credited: Credited }) {
  const found = agreement(told.result.units, credited.credits);
  if (!found) return null;
  return (
    <p className="prose prose-small">
      {credited.method} puts {found.same} of {found.compared} pairs of units in the order of their true effects (Kendall concordance {found.value.toFixed(2).replace('-', '−')}; 1 is the same order, 0 is chance).
    </p>
  );
}

function waitingWords(entries: readonly (Entry | undefined)[]): string {
  const failed = entries.find((entry) => entry?.status === 'failed');
  if (failed?.message) return failed.message;
  const running = entries.find((entry) => entry?.status === 'running')?.progress;
  if (!running) return 'Comes when the maps are ready: the scene is rendered without each unit, and every model looks again.';
  const left = running.msLeft === undefined ? '' : `, about ${duration(running.msLeft)} left for this model`;
  return `Looking at the scene without each unit: ${percent(running.done / running.total)}${left}.`;
}

interface ViewProps {
  readonly columns: readonly Column[];
  readonly units: EffectsResult;
  readonly method: MethodEntry | undefined;
  onOutline(path: string | undefined): void;
}

function EffectsView({ columns, units, method, onOutline }: ViewProps) {
  const outline = (id: number) => onOutline(outlinePath(idMask(units.ids, new Set([id]), units.size, units.size), MARK_SIZE, MARK_SIZE));
  const clear = () => onOutline(undefined);
  return (
    <div className="table-pane" tabIndex={0} role="group" aria-label="True effects and credits">
      <table className="sums effects">
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              Unit
            </th>
            {columns.map(({ row, target }) => (
              <th scope="colgroup" colSpan={method ? 2 : 1} key={row.model.id}>
                {row.model.title}, “{target}”
              </th>
            ))}
          </tr>
          <tr>
            {columns.map(({ row }) => [
              <th scope="col" key={`${row.model.id} effect`}>
                effect
              </th>,
              method && (
                <th scope="col" key={`${row.model.id} credit`}>
                  {method.title}
                </th>
              ),
            ])}
          </tr>
        </thead>
        <tbody>
          {units.units.map(({ id, title, pixels }, index) => (
            <tr key={id} onPointerEnter={() => outline(id)} onPointerLeave={clear}>
              <th scope="row">
                <button type="button" className="unit-name" title={`${pixels} of ${units.ids.length} pixels; outlined in every map`} onFocus={() => outline(id)} onBlur={clear}>
                  {title}
                </button>
              </th>
              {columns.map((column) => (
                <Numbers key={column.row.model.id} column={column} index={index} credits={method !== undefined} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const largest = (values: readonly number[]): number => values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);

function Numbers({ column: { result, credited }, index, credits }: { readonly column: Column; readonly index: number; readonly credits: boolean }) {
  const { effect, deviation } = result.units[index]!;
  const credit = credited?.credits[index];
  return (
    <>
      <td>
        {signed(effect)}
        {deviation !== undefined && <span className="quiet"> ± {short(deviation)}</span>}
        <SignedBar value={effect} limit={largest(result.units.map((unit) => unit.effect))} />
      </td>
      {credits && (
        <td>
          {credit === undefined || !Number.isFinite(credit) ? '–' : `${credit > 0 ? '+' : ''}${formatShare(credit)}`}
          <SignedBar value={credit ?? 0} limit={largest(credited?.credits ?? [])} />
        </td>
      )}
    </>
  );
}
