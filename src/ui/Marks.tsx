/** What lies over the pixels of a map: pinned region, consensus contour, outline of the true object. Vector, so that lines stay thin. */
import { MARK_SIZE } from '../draw/contour.ts';
import type { View } from '../state/view.ts';

interface Props {
  readonly region?: View['region'];
  /** Paths in units of the model's input. */
  readonly contour?: string | undefined;
  readonly outline?: string | undefined;
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
