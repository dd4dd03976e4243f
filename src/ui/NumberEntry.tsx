/** A number that can be typed: it looks like text until it is pointed at. Out-of-range numbers come to the nearest bound, nonsense is dropped. */
import { useState, type KeyboardEvent } from 'react';
import type { NumberParam } from '../engine/params.ts';
import { parseValue } from './sliderScale.ts';

interface Props {
  readonly param: NumberParam;
  readonly text: string;
  onCommit(value: number): void;
}

export function NumberEntry({ param, text, onCommit }: Props) {
  const [draft, setDraft] = useState<string>();
  const commit = () => {
    const value = draft === undefined ? undefined : parseValue(param, draft);
    if (value !== undefined) onCommit(value);
    setDraft(undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') commit();
    if (event.key === 'Escape') setDraft(undefined);
  };
  return (
    <input
      className="number-entry"
      type="text"
      size={8}
      inputMode="decimal"
      autoComplete="off"
      aria-label={`${param.title}, typed`}
      value={draft ?? text}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={onKeyDown}
    />
  );
}
