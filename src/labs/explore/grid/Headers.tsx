/** The heads of rows and columns: who looks, what it says, how it was asked. Choosing them selects them; a model's mark takes it in and out. */
import { memo, type CSSProperties } from 'react';
import type { MethodEntry } from '../../../worker/protocol.ts';
import { Bar } from '../../../ui/Bar.tsx';
import { isControl } from '../../../ui/families.ts';
import { probability } from '../../../ui/numbers.ts';
import type { Row } from '../useGrid.ts';

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
  readonly votes: boolean;
  onSelect(model: string): void;
  onToggle(model: string): void;
}

export const RowHeader = memo(function RowHeader({ row, classes, selected, votes, onSelect, onToggle }: RowProps) {
  const { model, prediction, problem, hollow, shown } = row;
  const top = prediction && classes[prediction.top];
  const share = prediction?.probabilities[prediction.top] ?? 0;
  const says = top ? `predicts ${top}, ${probability(share)}${hollow ? (votes ? ', another class, votes all the same' : ', another class, does not vote') : ''}` : problem;
  return (
    <div className="row-head" role="rowheader" aria-label={model.title} data-selected={selected || undefined} data-hollow={hollow || undefined}>
      <button type="button" className="row-mark" aria-label={`${model.title} in the committee`} aria-pressed={shown} onClick={() => onToggle(model.id)}>
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <circle cx="6" cy="6" r="4.25" data-filled={(shown && !hollow) || undefined} />
        </svg>
      </button>
      <button type="button" className="head-button" aria-label={[model.title, says].filter(Boolean).join(': ')} aria-pressed={selected} onClick={() => onSelect(model.id)} disabled={!shown}>
        <span className="head-title">{model.title}</span>
        {shown && (
          <span className="head-detail" title={problem}>
            {top ? (
              <>
                {top} <b>{probability(share)}</b>
              </>
            ) : (
              (problem ?? 'looking …')
            )}
          </span>
        )}
        {shown && <Bar share={share} hollow={hollow} />}
        {!shown && <span className="head-detail">out of the committee</span>}
      </button>
    </div>
  );
});
