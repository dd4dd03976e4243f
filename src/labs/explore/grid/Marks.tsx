/** What lies over the pixels of a cell: the value under the crosshair, pinned region, contour and outline. Vector, so that lines stay thin. */
import { useRef } from 'react';
import type { View } from '../../../state/view.ts';
import { useReading } from '../../../ui/pointer.ts';

/** Units of the overlay: pixels of the models' input. */
export const MARK_SIZE = 64;

interface Props {
  readonly region?: View['region'];
  /** Paths in units of the model's input. */
  readonly contour?: string;
  readonly outline?: string;
}

export function Marks({ region, contour, outline }: Props) {
  return (
    <svg className="marks" viewBox={`0 0 ${MARK_SIZE} ${MARK_SIZE}`} aria-hidden="true">
      {outline && <path className="mark-under" d={outline} />}
      {outline && <path className="mark-outline" d={outline} />}
      {contour && <path className="mark-under" d={contour} />}
      {contour && <path className="mark-over" d={contour} />}
      {region && <circle className="mark-under" cx={region.x} cy={region.y} r={region.radius} />}
      {region && <circle className="mark-over" cx={region.x} cy={region.y} r={region.radius} />}
    </svg>
  );
}

/** What `read` says of the place under the linked crosshair (whose lines are the grid's own: Heatmaps.css). `read` must be stable. */
export function Reading({ read }: { readonly read: (across: number, down: number) => string }) {
  const ref = useRef<HTMLSpanElement>(null);
  useReading(ref, read);
  return <span className="cell-value" aria-hidden="true" ref={ref} />;
}
