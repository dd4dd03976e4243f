/** The consensus of one column as a cell of the last row: a map of its own with its contour. Votes are counted elsewhere. */
import { memo, useCallback } from 'react';
import { formatValue } from '../../../draw/legend.ts';
import type { PlaneMap } from '../../../fields/field.ts';
import { valueAt } from '../../../fields/regions.ts';
import { voteWords, type Consensus, type NoConsensus } from '../../../fields/vote.ts';
import type { View } from '../../../state/view.ts';
import type { Status } from '../../../worker/client.ts';
import { Picture } from '../../../ui/Picture.tsx';
import { summaryOf } from '../maps.ts';
import { cellName } from '../words.ts';
import { CellFrame, type CellProps } from './Cell.tsx';
import { Marks } from '../../../ui/Marks.tsx';
import { Reading } from './Reading.tsx';
import { rasterOf, type Look } from './useCellRaster.ts';

interface Props extends Pick<CellProps, 'slot' | 'method' | 'row' | 'column' | 'tabIndex' | 'selected' | 'onFocusCell' | 'onSelect'> {
  readonly consensus: Consensus | NoConsensus | undefined;
  readonly disagreement: boolean;
  /** Of the maps that it is made of, the one that is least far. */
  readonly status: Status;
  readonly members: number;
  readonly look: Look;
  readonly region: View['region'];
  readonly contour: string | undefined;
  readonly outline: string | undefined;
}

export const ConsensusCell = memo(function ConsensusCell(props: Props) {
  const { method, consensus, disagreement, status, members, look } = props;
  const found = consensus?.kind === 'consensus' ? consensus : undefined;
  const map = found && (disagreement ? found.spread : found.mean);
  const settled = status !== 'queued' && status !== 'running'; // until then the votes are not all in
  const reason = settled && consensus?.kind === 'none' ? consensus.reason : undefined;
  const votes = found && voteWords(found, disagreement, members);
  const summary = map && [votes, summaryOf(map, false)].join('; ');
  const name = cellName({ model: disagreement ? 'Disagreement' : 'Consensus', method, status, message: reason, summary });
  return (
    <CellFrame {...props} status={status} name={name}>
      {map && <Picture raster={rasterOf(map, largestOf(map.data), false, look)} />}
      {map && <Marks region={props.region} contour={props.contour} outline={props.outline} />}
      {map && <MapReading map={map} />}
      {reason && <p className="cell-reason">{reason}</p>}
    </CellFrame>
  );
});

function MapReading({ map }: { readonly map: PlaneMap }) {
  const read = useCallback((across: number, down: number) => formatValue(valueAt(map, across, down)), [map]);
  return <Reading read={read} />;
}

const largestOf = (values: Float32Array): number => values.reduce((most, value) => (value > most ? value : most), 0) || 1;
