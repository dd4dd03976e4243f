/** A choice among many, as the browser's own list. Holds no state. */
import { useId } from 'react';

interface Props<T extends string> {
  readonly title: string;
  /** Neighbours of one group stand under its name. */
  readonly options: readonly { readonly id: T; readonly title: string; readonly group?: string }[];
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
        {grouped(options).map(([group, members]) => {
          const listed = members.map((option) => (
            <option key={option.id} value={option.id}>
              {option.title}
            </option>
          ));
          return group === undefined ? listed : (
            <optgroup key={group} label={group}>
              {listed}
            </optgroup>
          );
        })}
      </select>
      {help && (
        <p className="slider-help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}

function grouped<O extends { readonly group?: string }>(options: readonly O[]): (readonly [group: string | undefined, members: O[]])[] {
  const groups: [string | undefined, O[]][] = [];
  for (const option of options) {
    if (groups.length > 0 && groups.at(-1)![0] === option.group) groups.at(-1)![1].push(option);
    else groups.push([option.group, [option]]);
  }
  return groups;
}
