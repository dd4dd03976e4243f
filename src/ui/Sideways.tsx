/** A frame for what may be wider than the screen: it scrolls sideways, by keys too. Holds no state. */
import type { ReactNode } from 'react';

interface Props {
  readonly label: string;
  /** Pixels at the left under which nothing comes to rest: what is focused scrolls clear of them. */
  readonly covered?: number;
  readonly children: ReactNode;
}

export function Sideways({ label, covered, children }: Props) {
  return (
    <div className="sideways" role="region" aria-label={label} tabIndex={0} {...(covered === undefined ? {} : { style: { scrollPaddingLeft: covered } })}>
      {children}
    </div>
  );
}
