/** Over the grid: the opening line; while maps are computed, how far it is, with cancel and resume. Announces politely when it stands still. */
import { useEffect, useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { useShallow } from 'zustand/react/shallow';
import { SLOTS, type State } from '../../state/store.ts';
import type { Status } from '../../worker/client.ts';
import { Announcer } from '../../ui/Announcer.tsx';
import { useAppState } from '../../ui/app.ts';
import { announcement, progressLine, tally, type Tally } from './words.ts';

/** Work that ends sooner shows no progress line. */
const PATIENCE_MS = 500;

/** Status and share of every cell of the grid, in a form that compares cheaply. */
const cellStates = ({ view, entries }: State): string[] =>
  view.models.flatMap((model) =>
    view.methods.map((method) => {
      const entry = entries[SLOTS.cell(model, method)];
      return `${entry?.status ?? 'queued'} ${entry?.progress?.done ?? 0} ${entry?.progress?.total ?? 0}`;
    }),
  );

function useTally(): Tally & { readonly late: boolean } {
  const states = useAppState(useShallow(cellStates));
  const cells = useMemo(
    () =>
      states.map((state) => {
        const [status, done, total] = state.split(' ');
        return { status: status as Status, progress: { done: Number(done), total: Number(total) } };
      }),
    [states],
  );
  const busy = cells.some(({ status }) => status === 'running' || status === 'queued');
  const [startedAt, setStartedAt] = useState<number>();
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!busy) return;
    setStartedAt(performance.now());
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLate(false);
      setStartedAt(undefined);
    };
  }, [busy]);
  return { ...tally(cells, startedAt === undefined ? undefined : performance.now() - startedAt), late: busy && late };
}

interface Props {
  readonly opening: string;
  readonly paused: boolean;
  onPause(paused: boolean): void;
}

export function StatusLine({ opening, paused, onPause }: Props) {
  const t = useTally();
  return (
    <div className="status-line">
      <p className="opening">{opening}</p>
      {(t.late || paused) && t.total > 0 && (
        <div className="grid-progress">
          <progress aria-label="Maps computed" max={1} value={t.share} />
          <span>{paused ? `stopped at ${progressLine({ ...t, msLeft: undefined })}` : progressLine(t)}</span>
          <Button className="button button-text" onPress={() => onPause(!paused)}>
            {paused ? 'Resume' : 'Cancel'}
          </Button>
        </div>
      )}
      <Announcer sentence={announcement(t)} />
    </div>
  );
}
