/** The pinned region: every cell's sum in it, as a table. */
import { MARK_SIZE } from '../../../draw/contour.ts';
import { useMemo } from 'react';
import { Button } from 'react-aria-components';
import { pinRegion } from '../../../state/actions.ts';
import type { View } from '../../../state/view.ts';
import { discMask, sumWithin } from '../../../fields/regions.ts';
import { formatShare, formatValue } from '../../../draw/legend.ts';
import { useApp } from '../../../ui/app.ts';
import { Slider } from '../../../ui/Slider.tsx';
import type { Drawn } from '../maps.ts';
import type { Grid } from '../useGrid.ts';

const RADIUS = { kind: 'float', title: 'Radius of the region', min: 0.5, max: 32, step: 0.5, default: 6, unit: 'px' } as const;

export function RegionSums({ region, grid }: { readonly region: NonNullable<View['region']>; readonly grid: Grid }) {
  const { store } = useApp();
  const { x, y, radius } = region;
  const mask = useMemo(() => discMask({ x, y, radius }, MARK_SIZE, MARK_SIZE), [x, y, radius]);
  const rows = grid.rows.filter((row) => row.shown);
  return (
    <section className="card controls" aria-labelledby="region-head">
      <h2 className="section-head" id="region-head">
        Pinned region
      </h2>
      <Slider param={RADIUS} value={radius} onChange={(next) => pinRegion(store, { ...region, radius: next })} />
      <div className="table-pane" tabIndex={0} role="group" aria-label="Sums in the region">
        <table className="sums">
          <caption className="quiet">Sum of each map in the region, centre ({Math.floor(x)}, {Math.floor(y)}), in the unit of the scale.</caption>
          <thead>
            <tr>
              <th scope="col">Method</th>
              {rows.map(({ model }) => (
                <th scope="col" key={model.id}>
                  {model.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {grid.methods.map((method) => (
              <tr key={method.id}>
                <th scope="row">{method.title}</th>
                {rows.map(({ model }) => (
                  <td key={model.id}>{sumText(grid.maps.get(`${model.id}/${method.id}`), mask)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Button className="button button-text" onPress={() => pinRegion(store, undefined)}>
        Unpin (Esc)
      </Button>
    </section>
  );
}

function sumText(drawn: Drawn | undefined, mask: ReturnType<typeof discMask>): string {
  if (!drawn) return '–';
  if (drawn.growing) return '…';
  const value = sumWithin(drawn.plane, mask).sum / drawn.scale.divisor;
  return drawn.scale.basis === 'raw' ? formatValue(value) : formatShare(value);
}
