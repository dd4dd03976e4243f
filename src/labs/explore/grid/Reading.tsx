/** The value under the linked crosshair, over a cell. */
import { useRef } from 'react';
import { useReading } from '../../../ui/pointer.ts';

/** What `read` says of the place under the linked crosshair (whose lines are the grid's own: Heatmaps.css). `read` must be stable. */
export function Reading({ read }: { readonly read: (across: number, down: number) => string }) {
  const ref = useRef<HTMLSpanElement>(null);
  useReading(ref, read);
  return <span className="cell-value" aria-hidden="true" ref={ref} />;
}
