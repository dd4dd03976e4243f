/** One feature: what is left of the image, and a mark for each model that sees it. Decides nothing. */
import { memo, useMemo } from 'react';
import { Button } from 'react-aria-components';
import type { RowRegions } from '../../../studies/transfer/regions.ts';
import { Picture } from '../../../ui/Picture.tsx';
import { featureRaster, type Canvas } from './features.ts';
import type { Reaction } from './useReactions.ts';

interface Props {
  readonly regions: RowRegions;
  readonly title: string;
  readonly canvas: Canvas;
  /** Index of the class that a right answer names. */
  readonly target: number;
  /** Model ids, in the order of the marks. */
  readonly testers: readonly string[];
  readonly reactions: ReadonlyMap<string, Reaction> | undefined;
  readonly isOpen: boolean;
  /** The model whose mark is set off. */
  readonly tester?: string | undefined;
  onOpen(row: string): void;
}

export const Tile = memo(function Tile({ regions: { row, common }, title, canvas, target, testers, reactions, isOpen, tester, onOpen }: Props) {
  const [region] = common;
  const raster = useMemo(() => region && featureRaster(canvas, region), [canvas, region]);
  const right = testers.filter((id) => reactions?.get(id)?.top === target).length;
  const known = testers.filter((id) => reactions?.has(id)).length;
  const late = testers.some((id) => reactions?.get(id)?.late);
  const says = known === 0 ? 'not asked yet' : `${right} of ${known} right`;
  return (
    <li className="tile" data-open={isOpen || undefined} data-kind={row.kind} data-row={row.id}>
      <Button aria-pressed={isOpen} aria-label={`${title}: ${says}`} onPress={() => onOpen(row.id)}>
        <Picture raster={raster} />
        <span className="tile-title">{title}</span>
        <Marks testers={testers} reactions={reactions} target={target} tester={tester} />
        <span className="tile-count" data-late={late || undefined}>
          {known === 0 ? '…' : `${right} of ${known}`}
        </span>
      </Button>
    </li>
  );
});

const ACROSS = 10;
const STEP = 8;

/** Filled: names the class; hollow: something else; a point: not asked yet. In words beside it. */
function Marks({ testers, reactions, target, tester }: Pick<Props, 'testers' | 'reactions' | 'target' | 'tester'>) {
  const rows = Math.ceil(testers.length / ACROSS);
  return (
    <svg className="tile-marks" viewBox={`0 0 ${ACROSS * STEP} ${rows * STEP}`} aria-hidden="true">
      {testers.map((id, i) => {
        const answer = reactions?.get(id);
        const [x, y] = [(i % ACROSS) * STEP + 1, Math.floor(i / ACROSS) * STEP + 1];
        const state = answer === undefined ? 'unknown' : answer.top === target ? 'right' : 'wrong';
        return state === 'unknown' ? <circle key={id} cx={x + 3} cy={y + 3} r="0.8" className="mark-unknown" /> : <rect key={id} x={x + 0.5} y={y + 0.5} width="5" height="5" className={`mark-${state}`} data-tester={id === tester || undefined} />;
      })}
    </svg>
  );
}
