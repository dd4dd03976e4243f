/** What lies over the pixels of a cell: crosshair with its value, pinned region, contour and outline. Vector, so that lines stay thin. */
import type { View } from '../../../state/view.ts';
import { usePoint } from '../../../ui/pointer.ts';

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

/** The linked crosshair, and what `read` says of the place under it. */
export function Crosshair({ read }: { readonly read?: (across: number, down: number) => string | undefined }) {
  const point = usePoint();
  if (!point) return null;
  const [x, y] = [point.across * MARK_SIZE, point.down * MARK_SIZE];
  const text = read?.(point.across, point.down);
  return (
    <>
      <svg className="marks crosshair" viewBox={`0 0 ${MARK_SIZE} ${MARK_SIZE}`} aria-hidden="true">
        <path className="mark-under" d={`M${x} 0V${MARK_SIZE}M0 ${y}H${MARK_SIZE}`} />
        <path className="mark-over" d={`M${x} 0V${MARK_SIZE}M0 ${y}H${MARK_SIZE}`} />
      </svg>
      {text !== undefined && (
        <span className="cell-value" aria-hidden="true" data-low={point.down > 0.7 || undefined}>
          {text}
        </span>
      )}
    </>
  );
}
