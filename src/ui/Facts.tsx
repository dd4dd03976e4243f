/** Names with what they are, as a list of definitions. Shows; knows nothing of what it shows. */
import type { ReactNode } from 'react';

interface Props {
  readonly facts: readonly (readonly [name: string, value: ReactNode])[];
  /** 'facts': short numbers; 'parameters': ranges with sentences. */
  readonly look?: 'facts' | 'parameters';
}

export function Facts({ facts, look = 'facts' }: Props) {
  return (
    <dl className={look}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
