/** A choice among many, as the browser's own list. Holds no state. */
import { useId } from 'react';

interface Props<T extends string> {
  readonly title: string;
  readonly options: readonly { readonly id: T; readonly title: string }[];
  readonly value: T;
  onChange(value: T): void;
  readonly help?: string;
}

export function Select<T extends string>({ title, options, value, onChange, help }: Props<T>) {
  const id = useId();
  return (
    <div className="select">
      <label htmlFor={id}>{title}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value as T)} aria-describedby={help ? `${id}-help` : undefined}>
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.title}
          </option>
        ))}
      </select>
      {help && (
        <p className="slider-help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}
