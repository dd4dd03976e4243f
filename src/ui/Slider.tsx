/** One number: slider, numeric entry, double click for the default. Draws what it is given; while dragging it says so. */
import { useEffect, useEffectEvent, useId, useRef, type CSSProperties } from 'react';
import type { NumberParam } from '../engine/params.ts';
import { NumberEntry } from './NumberEntry.tsx';
import { fromPosition, stopsOf, toPosition, valueByKey, valueText } from './sliderScale.ts';

interface Props {
  readonly param: NumberParam;
  readonly value: number;
  /** `final` is false while the thumb is being dragged. */
  onChange(value: number, final: boolean): void;
  /** The words for the value where the parameter's own unit does not say it. */
  readonly text?: (value: number) => string;
}

export function Slider({ param, value, onChange, text = (v) => valueText(param, v) }: Props) {
  const id = useId();
  const stops = stopsOf(param);
  const position = toPosition(param, value);
  const fill = { '--fill': `${(100 * position) / stops}%` } as CSSProperties;
  const ref = useRef<HTMLInputElement>(null);
  const settle = useEffectEvent(() => onChange(fromPosition(param, Number(ref.current!.value)), true));
  // The browser's own 'change' comes once a drag ends; React's comes at every move.
  useEffect(() => {
    const input = ref.current!;
    const listener = () => settle();
    input.addEventListener('change', listener);
    return () => input.removeEventListener('change', listener);
  }, []);
  return (
    <div className="slider">
      <label className="slider-title" htmlFor={id}>
        {param.title}
      </label>
      <NumberEntry param={param} text={text(value)} onCommit={(next) => onChange(next, true)} />
      <input
        ref={ref}
        id={id}
        type="range"
        style={fill}
        min={0}
        max={stops}
        step={1}
        value={position}
        title={`Double-click for the default, ${text(param.default)}`}
        aria-valuetext={text(value)}
        aria-describedby={param.help ? `${id}-help` : undefined}
        onChange={(event) => onChange(fromPosition(param, Number(event.target.value)), false)}
        onKeyDown={(event) => {
          const next = valueByKey(param, value, event.key);
          if (next === undefined) return;
          event.preventDefault();
          if (next !== value) onChange(next, true);
        }}
        onDoubleClick={() => onChange(param.default, true)}
      />
      {param.help && (
        <p className="slider-help" id={`${id}-help`}>
          {param.help}
        </p>
      )}
    </div>
  );
}
