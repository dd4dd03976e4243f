/** The visible square of a photograph: moved by pointer and by keys, sized by its corner. What is done with the square is the caller's. */
import { useRef, type CSSProperties, type KeyboardEvent, type PointerEvent } from 'react';
import { moveSquare, sizeSquare, squareByKey, type Square } from '../../../fields/picture.ts';

interface Props {
  /** The whole photograph, in the same pixels as the square. */
  readonly width: number;
  readonly height: number;
  readonly square: Square;
  /** `final` is false while the square is being dragged. */
  onChange(square: Square, final: boolean): void;
}

interface Drag {
  readonly from: Square;
  readonly clientX: number;
  readonly clientY: number;
  /** Picture pixels per screen pixel. */
  readonly scale: number;
  readonly sizing: boolean;
}

export function CropFrame({ width, height, square, onChange }: Props) {
  const drag = useRef<Drag>(undefined);
  const bounds = { width, height };

  function start(event: PointerEvent<HTMLElement>, sizing: boolean) {
    event.preventDefault();
    event.stopPropagation();
    const frame = event.currentTarget.closest('.crop')!;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { from: square, clientX: event.clientX, clientY: event.clientY, scale: width / frame.getBoundingClientRect().width, sizing };
    frame.querySelector<HTMLElement>('.crop-square')?.focus();
  }
  function move(event: PointerEvent, final: boolean) {
    const now = drag.current;
    if (!now) return;
    const [dx, dy] = [(event.clientX - now.clientX) * now.scale, (event.clientY - now.clientY) * now.scale];
    if (final) drag.current = undefined;
    onChange(now.sizing ? sizeSquare(now.from, now.from.size + 2 * Math.max(dx, dy), bounds) : moveSquare(now.from, dx, dy, bounds), final);
  }
  function press(event: KeyboardEvent) {
    const next = squareByKey(square, event.key, event.shiftKey, bounds);
    if (!next) return;
    event.preventDefault();
    onChange(next, true);
  }

  const place = {
    '--left': `${(100 * square.x) / width}%`,
    '--top': `${(100 * square.y) / height}%`,
    '--width': `${(100 * square.size) / width}%`,
  } as CSSProperties;
  const handlers = (sizing: boolean) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => start(event, sizing),
    onPointerMove: (event: PointerEvent) => move(event, false),
    onPointerUp: (event: PointerEvent) => move(event, true),
    onPointerCancel: (event: PointerEvent) => move(event, true),
  });
  return (
    <div className="crop">
      {/* A square has two dimensions and a size: no widget of ARIA has three. A group that says its keys is heard best. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className="crop-square"
        style={place}
        role="group"
        aria-roledescription="crop square"
        aria-label={`What the models see: ${square.size} pixels wide, ${square.x} from the left, ${square.y} from the top. Arrows move it, plus and minus size it, Home restores it.`}
        tabIndex={0}
        onKeyDown={press}
        {...handlers(false)}
      >
        <span className="crop-corner" {...handlers(true)} />
      </div>
    </div>
  );
}
