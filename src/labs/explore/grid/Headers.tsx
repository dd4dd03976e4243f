/** The heads of rows and columns: who looks, what it says, how it was asked. Choosing them selects them; a model's mark takes it in and out. */
import { Button, ToggleButton } from 'react-aria-components';
import type { CSSProperties } from 'react';
import type { Value } from '../../../engine/params.ts';
import type { MethodEntry } from '../../../worker/protocol.ts';
import { Bar } from '../../../ui/Bar.tsx';
import { probability } from '../../../ui/numbers.ts';
import type { Row } from '../useGrid.ts';
import { paramSummary } from '../words.ts';

interface ColumnProps {
  readonly column: number;
  readonly method: MethodEntry;
  readonly values: Readonly<Record<string, Value>>;
  readonly selected: boolean;
  onSelect(method: string): void;
}

export function ColumnHeader({ column, method, values, selected, onSelect }: ColumnProps) {
  const summary = paramSummary(method, values);
  return (
    <div className="column-head" role="columnheader" style={{ '--n': column } as CSSProperties} aria-label={method.title} data-selected={selected || undefined}>
      <Button className="head-button" aria-label={summary ? `${method.title}, ${summary}` : method.title} aria-pressed={selected} onPress={() => onSelect(method.id)}>
        <span className="head-title">{method.title}</span>
        <span className="head-detail">{summary}</span>
      </Button>
    </div>
  );
}

interface RowProps {
  readonly row: Row;
  readonly classes: readonly string[];
  readonly selected: boolean;
  readonly votes: boolean;
  onSelect(model: string): void;
  onToggle(model: string): void;
}

export function RowHeader({ row, classes, selected, votes, onSelect, onToggle }: RowProps) {
  const { model, prediction, problem, hollow, shown } = row;
  const top = prediction && classes[prediction.top];
  const share = prediction?.probabilities[prediction.top] ?? 0;
  const says = top ? `predicts ${top}, ${probability(share)}${hollow ? (votes ? ', another class, votes all the same' : ', another class, does not vote') : ''}` : problem;
  return (
    <div className="row-head" role="rowheader" aria-label={model.title} data-selected={selected || undefined} data-hollow={hollow || undefined}>
      <ToggleButton className="row-mark" aria-label={`${model.title} in the committee`} isSelected={shown} onChange={() => onToggle(model.id)}>
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <circle cx="6" cy="6" r="4.25" data-filled={(shown && !hollow) || undefined} />
        </svg>
      </ToggleButton>
      <Button className="head-button" aria-label={[model.title, says].filter(Boolean).join(': ')} aria-pressed={selected} onPress={() => onSelect(model.id)} isDisabled={!shown}>
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
      </Button>
    </div>
  );
}
