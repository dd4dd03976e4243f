/** Over the cells of a matrix: finds the one under the pointer, and is the one that the keyboard has reached. Draws a frame around it; the cells themselves are marks. */
import { useLayoutEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import type { Lattice } from '../../draw/figure/marks.ts';
import { positionByKey, type Position } from '../useRoving.ts';

interface Props {
  readonly lattice: Lattice;
  /** Which cell is pointed at or walked to, if any. */
  onTell(cell: Position | undefined): void;
  onPick?(series: readonly string[]): void;
}

/** The last that begins before `at`, if `at` lies in it. */
function indexAt(starts: readonly number[], size: number, at: number): number | undefined {
  const index = starts.findLastIndex((start) => start <= at);
  return index >= 0 && at < starts[index]! + size ? index : undefined;
}

export function cellAt({ rows, columns, cellWidth, cellHeight }: Lattice, x: number, y: number): Position | undefined {
  const [row, column] = [indexAt(rows, cellHeight, y), indexAt(columns, cellWidth, x)];
  return row === undefined || column === undefined ? undefined : { row, column };
}

export function LatticeLayer({ lattice, onTell, onPick }: Props) {
  const { rows, columns, cellWidth, cellHeight } = lattice;
  const [wanted, setWanted] = useState<Position>({ row: 0, column: 0 });
  const [hovered, setHovered] = useState<Position>();
  const cursor = useRef<SVGRectElement>(null);
  const walked = useRef(false);
  const stop = { row: Math.min(wanted.row, rows.length - 1), column: Math.min(wanted.column, columns.length - 1) };
  useLayoutEffect(() => {
    if (walked.current) cursor.current?.focus();
    walked.current = false;
  }, [stop.row, stop.column]);
  if (rows.length === 0 || columns.length === 0) return null;
  const find = (event: MouseEvent<SVGElement>) => {
    const svg = event.currentTarget.ownerSVGElement!;
    const frame = svg.getBoundingClientRect();
    return cellAt(lattice, event.clientX - frame.left + svg.viewBox.baseVal.x, event.clientY - frame.top);
  };
  const hover = (at: Position | undefined) => {
    if (at?.row === hovered?.row && at?.column === hovered?.column) return;
    setHovered(at);
    onTell(at);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey) return;
    const next = positionByKey(stop, event.key, event.ctrlKey || event.metaKey, rows.length, columns.length);
    if (onPick && (event.key === 'Enter' || event.key === ' ')) onPick(lattice.series(stop.row, stop.column));
    else if (!next) return;
    else {
      walked.current = next.row !== stop.row || next.column !== stop.column;
      setWanted(next);
    }
    event.preventDefault();
  };
  const frame = (at: Position) => ({ x: columns[at.column]! + 0.5, y: rows[at.row]! + 0.5, width: cellWidth - 1, height: cellHeight - 1 });
  const [left, top] = [columns[0]!, rows[0]!];
  const pick = (at: Position | undefined) => at && onPick?.(lattice.series(at.row, at.column));
  return (
    <>
      {hovered && hovered.row < rows.length && hovered.column < columns.length && <rect className="figure-hovered" {...frame(hovered)} />}
      <rect
        key={`${stop.row} ${stop.column}`}
        ref={cursor}
        className="figure-cursor"
        {...{ role: onPick ? 'button' : 'img', tabIndex: 0 }}
        aria-label={lattice.name(stop.row, stop.column)}
        {...frame(stop)}
        onFocus={() => onTell(stop)}
        onKeyDown={onKeyDown}
      />
      <rect
        className="figure-over"
        x={left}
        y={top}
        width={columns.at(-1)! + cellWidth - left}
        height={rows.at(-1)! + cellHeight - top}
        onPointerDown={(event) => hover(find(event))}
        onPointerMove={(event) => hover(find(event))}
        onPointerLeave={(event) => event.pointerType !== 'touch' && hover(undefined)}
        {...(onPick ? { onClick: (event: MouseEvent<SVGElement>) => pick(find(event)) } : {})}
      />
    </>
  );
}
