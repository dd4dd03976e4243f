/** A frame for what may be wider than the screen: it scrolls sideways, by keys too. Holds no state. */
import type { ReactNode } from 'react';

export function Sideways({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="sideways" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
