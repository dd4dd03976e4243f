/** The drawing of a network, a list box of its nodes: arrows walk, pointing shows, Enter opens a fold. Colours are written into the SVG, so that it can be saved. */
import { memo, useEffect, useId, useRef, type KeyboardEvent, type RefObject } from 'react';
import { edgePath } from '../../../draw/network/layers.ts';
import type { GraphResult } from '../../../worker/protocol.ts';
import { compact, plural } from '../../../ui/numbers.ts';
import type { Drawing, Drawn, Row } from './network.ts';
import { opWords, ruleTone, shapeWords } from './nodeWords.ts';

interface Props {
  readonly svg: RefObject<SVGSVGElement | null>;
  readonly drawing: Drawing;
  readonly graph: GraphResult;
  /** By node. */
  readonly rules: ReadonlyMap<string, string>;
  readonly label: string;
  readonly active: string | undefined;
  onActive(id: string | undefined): void;
  onUnfold(): void;
}

const MARGIN = 8;
const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

export function Diagram({ svg, drawing, graph, rules, label, active, onActive, onUnfold }: Props) {
  const prefix = useId();
  const frame = useRef<HTMLDivElement>(null);
  const middle = drawing.boxes[0]!.x + drawing.boxes[0]!.width / 2;
  useEffect(() => {
    if (frame.current) frame.current.scrollLeft = MARGIN + middle - frame.current.clientWidth / 2;
  }, [middle]);
  const { stops, homes } = drawing;
  const idOf = (stop: string) => `${prefix}${stop}`;
  const show = (stop: string) => {
    onActive(stop);
    document.getElementById(idOf(stop))?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const at = active === undefined ? -1 : stops.indexOf(active);
    if ((event.key === 'Enter' || event.key === ' ') && drawing.boxes.some(({ id, folded }) => folded && id === active)) onUnfold();
    else if (step === undefined) return;
    else show(stops[Math.min(stops.length - 1, Math.max(0, at + step))]!);
    event.preventDefault();
  };
  const home = active === undefined ? undefined : homes.get(active);
  return (
    <div className="network-frame" ref={frame}>
      <svg
        ref={svg}
        role="listbox"
        tabIndex={0}
        aria-label={label}
        aria-activedescendant={active === undefined ? undefined : idOf(active)}
        width={drawing.width + 2 * MARGIN}
        height={drawing.height + 2 * MARGIN}
        viewBox={`${-MARGIN} ${-MARGIN} ${drawing.width + 2 * MARGIN} ${drawing.height + 2 * MARGIN}`}
        onKeyDown={onKeyDown}
        onFocus={() => active === undefined && onActive(stops[0])}
      >
        <g role="presentation" className="network-edges">
          {drawing.edges.map((edge) => (
            <path key={`${edge.from} ${edge.to}`} d={edgePath(edge)} data-active={edge.from === home || edge.to === home || undefined} />
          ))}
        </g>
        {drawing.boxes.map((box) => (
          <Box key={box.id} box={box} graph={graph} rules={rules} active={homes.get(active ?? '') === box.id ? active : undefined} idOf={idOf} onActive={onActive} onUnfold={onUnfold} />
        ))}
      </svg>
    </div>
  );
}

interface BoxProps {
  readonly box: Drawn;
  readonly graph: GraphResult;
  readonly rules: ReadonlyMap<string, string>;
  readonly active: string | undefined;
  idOf(stop: string): string;
  onActive(id: string): void;
  onUnfold(): void;
}

function Box({ box, graph, rules, active, idOf, onActive, onUnfold }: BoxProps) {
  const { id, x, y, width, height, rows, folded, hidden } = box;
  return (
    <g role="presentation" transform={`translate(${x} ${y})`}>
      <rect className="network-box" data-folded={folded !== undefined || undefined} width={width} height={height} rx="5" />
      {rows.map((row) => (
        <NodeRow key={row.node.id} id={idOf(row.node.id)} row={row} width={width} rule={rules.get(row.node.id)!} active={active === row.node.id} isFeatures={graph.features?.node === row.node.id} onActive={onActive} />
      ))}
      {folded !== undefined && (
        // The list box takes the keys (Diagram).
        <g id={idOf(id)} role="option" aria-selected={active === id} aria-label={`${plural(folded, 'more block')} like the one above, ${plural(hidden!, 'node')}: press Enter to draw`} className="network-fold" onClick={onUnfold} onPointerEnter={() => onActive(id)}>
          <rect className="network-row" data-active={active === id || undefined} width={width} height={height} rx="5" />
          <text className="network-op" x={width / 2} y="19" textAnchor="middle">
            {plural(folded, 'more block')} like this
          </text>
          <text className="network-quiet" x={width / 2} y="35" textAnchor="middle">
            {plural(hidden!, 'node')}: draw them
          </text>
        </g>
      )}
      {rows.length === 0 && folded === undefined && (
        <text className="network-op" x={width / 2} y="18" textAnchor="middle">
          image, {shapeWords(graph.input.shape)}
        </text>
      )}
    </g>
  );
}

interface RowProps {
  readonly id: string;
  readonly row: Row;
  readonly width: number;
  readonly rule: string;
  readonly active: boolean;
  readonly isFeatures: boolean;
  onActive(id: string): void;
}

const NodeRow = memo(function NodeRow({ id, row, width, rule, active, isFeatures, onActive }: RowProps) {
  const { node, y, height, twoLines } = row;
  const size = node.parameters > 0 ? `, ${compact(node.parameters)} parameters` : '';
  return (
    <g
      id={id}
      role="option"
      aria-selected={active}
      aria-label={`${opWords(node)}, ${shapeWords(node.shape)}${size}, rule ${rule}${isFeatures ? ', the features that class activation maps read' : ''}`}
      transform={`translate(0 ${y})`}
      onPointerEnter={() => onActive(node.id)}
      onClick={() => onActive(node.id)}
    >
      <rect className="network-row" data-active={active || undefined} x="2" width={width - 4} height={height} rx="3" />
      <rect className="network-rule" data-rule={ruleTone(rule)} x="6" y="4" width="4" height={height - 8} rx="2" />
      <text className="network-op" x="16" y="15">
        {opWords(node)}
      </text>
      <text className="network-quiet" x={width - 8} y="15" textAnchor="end">
        {rule}
      </text>
      {twoLines && (
        <text className="network-quiet" x="16" y="30">
          {shapeWords(node.shape)}
          {node.parameters > 0 && ` · ${compact(node.parameters)}`}
          {isFeatures && ' · features'}
        </text>
      )}
    </g>
  );
});
