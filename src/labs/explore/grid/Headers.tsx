/** The heads of rows and columns: who looks, what it says, how it was asked. Choosing them selects them; a model's mark takes it in and out. */
import { memo, type CSSProperties } from 'react';
import { Button } from 'react-aria-components';
import type { Loading } from '../../../state/store.ts';
import type { Standing } from '../../../state/voting.ts';
import type { MethodEntry } from '../../../worker/protocol.ts';
import { Bar } from '../../../ui/Bar.tsx';
import { isControl } from '../../../ui/families.ts';
import { bytesOf, probability } from '../../../ui/numbers.ts';
import type { Row } from '../useGrid.ts';
import { standingWords } from '../words.ts';

interface ColumnProps {
  readonly column: number;
  readonly method: MethodEntry;
  /** Its main parameters as they stand. */
  readonly summary: string;
  readonly selected: boolean;
  onSelect(method: string): void;
}

export const ColumnHeader = memo(function ColumnHeader({ column, method, summary, selected, onSelect }: ColumnProps) {
  const control = isControl(method) ? (/control/i.test(method.title) ? 'no vote' : 'control, no vote') : undefined;
  return (
    <div className="column-head" role="columnheader" style={{ '--n': column } as CSSProperties} aria-label={method.title} data-selected={selected || undefined}>
      <button type="button" className="head-button" aria-label={[method.title, control, summary].filter(Boolean).join(', ')} aria-pressed={selected} onClick={() => onSelect(method.id)}>
        <span className="head-title">{method.title}</span>
        <span className="head-detail">
          {control && <i className="head-control">{control}</i>}
          {control && summary ? ' · ' : ''}
          {summary}
        </span>
      </button>
    </div>
  );
});

interface RowProps {
  readonly row: Row;
  readonly classes: readonly string[];
  readonly selected: boolean;
  /** Its weights are on the way. */
  readonly loading: Loading | undefined;
  onSelect(model: string): void;
  onToggle(model: string): void;
  /** Runs again what failed on the model. */
  onRetry(model: string): void;
}

const STANDING = { votes: '', dissents: 'another class, does not vote', stranger: 'knows no such class, explained on its own, does not vote', weak: 'weak, does not vote', shortcut: 'learned a shortcut, does not vote' } as const satisfies Record<Standing, string>;

/** What the row says, for the ear: prediction and standing, or what is wrong, or that it is being loaded (not how far: that would chatter). */
function rowName({ row: { model, prediction, problem, dissents, standing }, classes, loading }: Pick<RowProps, 'row' | 'classes' | 'loading'>): string {
  const top = prediction && classes[prediction.top];
  if (!top) return [model.title, problem ?? (loading ? 'its weights are being loaded' : undefined)].filter(Boolean).join(': ');
  const vote = standing === 'votes' ? (dissents ? 'another class, votes all the same' : undefined) : STANDING[standing];
  return `${model.title}: ${[`predicts ${top}`, probability(prediction.probabilities[prediction.top] ?? 0), vote].filter(Boolean).join(', ')}`;
}

export const RowHeader = memo(function RowHeader({ row, classes, selected, loading, onSelect, onToggle, onRetry }: RowProps) {
  const { model, prediction, problem, shown, standing } = row;
  const votes = standing === 'votes';
  return (
    <div className="row-head" role="rowheader" aria-label={model.title} data-selected={selected || undefined} data-hollow={!votes || undefined}>
      <button type="button" className="row-mark" aria-label={`${model.title} in the committee`} aria-pressed={shown} onClick={() => onToggle(model.id)}>
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <circle cx="6" cy="6" r="4.25" data-filled={(shown && votes) || undefined} />
        </svg>
      </button>
      <div className="row-says">
        <button type="button" className="head-button" aria-label={rowName({ row, classes, loading })} aria-pressed={selected} onClick={() => onSelect(model.id)} disabled={!shown}>
          <span className="head-title">{model.title}</span>
          <span className="head-detail" title={problem}>
            {shown ? <Says row={row} classes={classes} loading={loading} /> : 'out of the committee'}
          </span>
          {shown && !problem && (loading && !prediction ? <LoadingBar {...loading} /> : <Bar share={prediction?.probabilities[prediction.top] ?? 0} hollow={!votes} />)}
        </button>
        {shown && problem && (
          <Button className="button button-text" aria-label={`Retry ${model.title}`} onPress={() => onRetry(model.id)}>
            Retry
          </Button>
        )}
      </div>
    </div>
  );
});

/** In sight: class and share, and in a word why it does not vote; or how far its weights are. */
function Says({ row: { prediction, problem, standing }, classes, loading }: Pick<RowProps, 'row' | 'classes' | 'loading'>) {
  const top = prediction && classes[prediction.top];
  if (!top) return problem ?? (loading ? bytesOf(loading.done, loading.total) : 'looking …');
  return (
    <>
      {top} <b>{probability(prediction.probabilities[prediction.top] ?? 0)}</b>
      {standing !== 'votes' && <i className="head-control"> {standingWords[standing]}, no vote</i>}
    </>
  );
}

const LoadingBar = ({ done, total }: Loading) => <Bar share={total > 0 ? done / total : 0} />;
