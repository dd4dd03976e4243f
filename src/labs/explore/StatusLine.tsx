/** Over the grid: the opening line; while maps are computed, how far it is, with cancel and resume. Announces politely when it stands still. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { useShallow } from 'zustand/react/shallow';
import { allModels } from '../../state/classes.ts';
import { dearness, paramsOf } from '../../state/request.ts';
import { SLOTS, type State } from '../../state/store.ts';
import type { Status } from '../../worker/client.ts';
import { Announcer } from '../../ui/Announcer.tsx';
import { useAppState, useView } from '../../ui/app.ts';
import { bytesOf, plural } from '../../ui/numbers.ts';
import { timeLeft, type Timed } from './timeLeft.ts';
import { announcement, progressLine, tally, type Tally } from './words.ts';

/** Work that ends sooner shows no progress line. */
const PATIENCE_MS = 500;

/** Status, share and time of every cell of the grid, in a form that compares cheaply. */
const cellStates = ({ view, entries }: State): string[] =>
  view.models.flatMap((model) =>
    view.methods.map((method) => {
      const entry = entries[SLOTS.cell(model, method)];
      const result = entry?.status === 'done' ? entry.shown?.result : undefined;
      return `${entry?.status ?? 'queued'} ${entry?.progress?.done ?? 0} ${entry?.progress?.total ?? 0} ${result?.kind === 'explain' ? result.ms : ''}`;
    }),
  );

/** The cost of every cell as far as it is known beforehand, in the order of `cellStates`. */
function useUnits(): readonly Pick<Timed, 'column' | 'units'>[] {
  const catalog = useAppState((state) => state.catalog);
  const models = useView((view) => view.models);
  const methods = useView((view) => view.methods);
  const params = useView((view) => view.params);
  return useMemo(
    () =>
      models.flatMap((id) =>
        methods.map((column) => {
          const method = catalog.methods.find((entry) => entry.id === column);
          const size = allModels(catalog).find((entry) => entry.id === id)?.multiplyAdds ?? 1;
          return { column, units: size * (method ? dearness(method, paramsOf(method.params, params[column])) : 1) };
        }),
      ),
    [catalog, models, methods, params],
  );
}

/** When the present work started, and how many map-milliseconds were there already; nothing while nothing is to do. */
interface Since {
  readonly at: number;
  readonly spent: number;
}

function useTally(paused: boolean): Tally & { readonly late: boolean } {
  const states = useAppState(useShallow(cellStates));
  const units = useUnits();
  const cells = useMemo(
    () =>
      states.map((state) => {
        const [status, done, total, ms] = state.split(' ');
        return { status: status as Status, progress: { done: Number(done), total: Number(total) }, ms: ms ? Number(ms) : undefined };
      }),
    [states],
  );
  const busy = cells.some(({ status }) => status === 'running' || status === 'queued');
  const begun = cells.some(({ status }) => status === 'running'); // loading and predictions come before, and tell nothing of maps
  const spent = useRef(0);
  spent.current = cells.reduce((sum, { ms }) => sum + (ms ?? 0), 0);
  const [since, setSince] = useState<Since>();
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (paused) setSince(undefined);
    else if (begun) setSince((before) => before ?? { at: performance.now(), spent: spent.current });
  }, [begun, paused]);
  useEffect(() => {
    if (!busy) return;
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLate(false);
      setSince(undefined);
    };
  }, [busy]);
  const timed = cells.map(({ status, progress, ms }, i): Timed => {
    const open = status === 'running' || status === 'queued';
    return { ...(units[i] ?? { column: '', units: 1 }), ...(ms === undefined ? {} : { ms }), ...(open ? { share: progress.total > 0 ? progress.done / progress.total : 0 } : {}) };
  });
  return { ...tally(cells, since && timeLeft(timed, performance.now() - since.at, since.spent)), late: busy && late };
}

/** "Loading 3 models, 0.4 of 1.2 MB": what is on the way. '' for nothing. */
function useLoadingWords(): string {
  const loading = useAppState((state) => state.loading);
  const all = Object.values(loading);
  const of = (part: 'done' | 'total') => all.reduce((sum, bytes) => sum + bytes[part], 0);
  return all.length === 0 ? '' : `loading ${plural(all.length, 'model')}, ${bytesOf(of('done'), of('total'))}`;
}

interface Props {
  readonly opening: string;
  readonly paused: boolean;
  onPause(paused: boolean): void;
}

export function StatusLine({ opening, paused, onPause }: Props) {
  const t = useTally(paused);
  const loading = useLoadingWords();
  return (
    <div className="status-line">
      <p className="opening">{opening}</p>
      {(t.late || paused) && t.total > 0 && (
        <div className="grid-progress">
          <progress aria-label="Maps computed" max={1} value={t.share} />
          <span>{paused ? `stopped at ${progressLine({ ...t, msLeft: undefined })}` : [progressLine(t), loading].filter(Boolean).join(' · ')}</span>
          <Button className="button button-text" onPress={() => onPause(!paused)}>
            {paused ? 'Resume' : 'Cancel'}
          </Button>
        </div>
      )}
      <Announcer sentence={announcement(t)} />
    </div>
  );
}
