/** A drawing one can point at and walk through: one tab stop, arrows among its spots or cells, what is under the pointer or the focus in words beneath, and lit everywhere. */
import { useCallback, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import type { Drawing, SpotMark, Stays } from '../../draw/figure/marks.ts';
import { Sideways } from '../Sideways.tsx';
import type { Position } from '../useRoving.ts';
import { LatticeLayer } from './LatticeLayer.tsx';
import { light, useLitMarks } from './lit.ts';
import { Marks } from './Marks.tsx';
import { walk } from './walk.ts';

interface Props {
  readonly drawing: Drawing;
  /** Its accessible name. */
  readonly label: string;
  /** Pixels that it may fill: where it is wider it scrolls sideways, not the page, and the names of its rows stay. */
  readonly room: number;
  /** Enter, Space or a click on a spot or cell; with it they are buttons. */
  onPick?(series: readonly string[]): void;
}

const spotOf = (target: EventTarget | null) => (target instanceof Element ? target.closest('[data-spot]')?.getAttribute('data-spot') ?? undefined : undefined);

export function Chart({ drawing, label, room, onPick }: Props) {
  const { width, height, marks, lattice } = drawing;
  const stays = width > room ? drawing.stays : undefined;
  const from = stays?.from ?? 0;
  const svg = useRef<SVGSVGElement>(null);
  const [told, setTold] = useState<string | Position>();
  const [stop, setStop] = useState<string>();
  useLitMarks(svg, drawing);
  const spots = useMemo(() => new Map(marks.flatMap((mark): [string, SpotMark][] => (mark.kind === 'spot' ? [[mark.id, mark]] : []))), [marks]);
  const reached = stop !== undefined && spots.has(stop) ? stop : spots.keys().next().value;
  const role = onPick ? 'button' : 'img';
  const spotProps = useCallback((id: string, name: string) => ({ role, 'aria-label': name, tabIndex: id === reached ? 0 : -1 }), [reached, role]);
  const tell = (spot: string | Position | undefined) => {
    setTold(spot);
    light(typeof spot === 'object' ? lattice?.series(spot.row, spot.column) : spots.get(spot ?? '')?.series);
  };
  const words = typeof told === 'object' ? lattice && told.row < lattice.rows.length && told.column < lattice.columns.length && lattice.name(told.row, told.column) : spots.get(told ?? '')?.name;
  const onKeyDown = (event: KeyboardEvent) => {
    const id = spotOf(event.target);
    if (event.key === 'Escape' && told !== undefined) {
      event.stopPropagation();
      return tell(undefined);
    }
    if (id === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = walk([...spots.values()], id, event.key);
    if (onPick && (event.key === 'Enter' || event.key === ' ')) onPick(spots.get(id)!.series);
    else if (next === undefined) return;
    else svg.current?.querySelector<SVGGElement>(`[data-spot="${CSS.escape(next)}"]`)?.focus();
    event.preventDefault();
  };
  const chart = (
    <svg
      ref={svg}
      className="figure-drawing"
      role="group"
      aria-label={label}
      width={width - from}
      height={height}
      viewBox={`${from} 0 ${width - from} ${height}`}
      data-picks={onPick ? true : undefined}
      onKeyDown={onKeyDown}
      onPointerOver={(event: PointerEvent) => !lattice && tell(spotOf(event.target))}
      onPointerLeave={(event: PointerEvent) => event.pointerType !== 'touch' && tell(undefined)}
      onFocus={(event) => {
        const id = spotOf(event.target);
        if (id === undefined) return;
        setStop(id);
        tell(id);
      }}
      onBlur={() => tell(undefined)}
      onClick={(event) => {
        const id = spotOf(event.target);
        if (onPick && id !== undefined) onPick(spots.get(id)!.series);
      }}
    >
      <Marks marks={marks} spots={spotProps} />
      {lattice && <LatticeLayer lattice={lattice} onTell={tell} {...(onPick ? { onPick } : {})} />}
    </svg>
  );
  return (
    <>
      {width > room ? (
        <Sideways label={`${label}, wider than the screen`} {...(stays ? { covered: stays.width } : {})}>
          {stays ? <Beside stays={stays} height={height} drawing={drawing}>{chart}</Beside> : chart}
        </Sideways>
      ) : (
        chart
      )}
      <p className="figure-words" data-said={words ? true : undefined}>
        {words || 'Point at a mark, or walk among them with the arrow keys.'}
      </p>
    </>
  );
}

/** The names of rows stay at the left, the rest scrolls beneath them. A picture only: each cell's name says whose it is. */
function Beside({ stays: { width, marks }, height, drawing, children }: { readonly stays: Stays; readonly height: number; readonly drawing: Drawing; readonly children: ReactNode }) {
  const svg = useRef<SVGSVGElement>(null);
  useLitMarks(svg, drawing);
  return (
    <div className="figure-beside">
      <svg ref={svg} className="figure-drawing figure-stays" aria-hidden="true" width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
        <Marks marks={marks} />
      </svg>
      {children}
    </div>
  );
}
