/** How maps are drawn: nothing here asks a network for anything. */
import { endDrag, setDisplay } from '../../../state/actions.ts';
import type { DisplayChoice } from '../../../state/view.ts';
import { useApp, useView } from '../../../ui/app.ts';
import { Segmented } from '../../../ui/Segmented.tsx';
import { Select } from '../../../ui/Select.tsx';
import { Slider } from '../../../ui/Slider.tsx';
import { Toggle } from '../../../ui/Toggle.tsx';

type Options<K extends keyof DisplayChoice> = readonly { readonly id: DisplayChoice[K] & string; readonly title: string }[];

const SCOPES: Options<'scope'> = [
  { id: 'cell', title: 'Cell' },
  { id: 'row', title: 'Row' },
  { id: 'column', title: 'Column' },
  { id: 'all', title: 'All' },
];
const UNITS: Options<'unit'> = [
  { id: 'share', title: 'Shares' },
  { id: 'raw', title: 'Raw numbers' },
];
const POOLINGS: Options<'pooling'> = [
  { id: 'sum', title: 'Sum' },
  { id: 'mean', title: 'Mean' },
  { id: 'abs-sum', title: 'Sum of |value|' },
  { id: 'max-abs', title: 'Largest |value|' },
  { id: 'l2', title: 'Root of squares' },
];
const SIGNS: Options<'sign'> = [
  { id: 'both', title: 'Both' },
  { id: 'positive', title: 'For' },
  { id: 'negative', title: 'Against' },
  { id: 'absolute', title: '|value|' },
];
const DIVERGING: Options<'diverging'> = [
  { id: 'blue-red', title: 'Blue – red' },
  { id: 'purple-orange', title: 'Purple – orange' },
];
const SEQUENTIAL: Options<'sequential'> = [
  { id: 'inferno', title: 'Inferno' },
  { id: 'viridis', title: 'Viridis' },
];
const PERCENTILE = { kind: 'float', title: 'Clip at the percentile of |value|', min: 90, max: 100, step: 0.5, default: 99 } as const;
const OPACITY = { kind: 'float', title: 'Opacity of the map', min: 0, max: 1, step: 0.05, default: 0.8, unit: 'percent' } as const;

export function DisplayControls() {
  const { store } = useApp();
  const display = useView((view) => view.display);
  const set = <K extends keyof DisplayChoice>(key: K) => (value: DisplayChoice[K], final = true) => {
    setDisplay(store, { [key]: value }, { dragging: !final });
    if (final) endDrag(store);
  };
  return (
    <section className="card controls" aria-label="Display">
      <Segmented title="Shared scale" options={SCOPES} value={display.scope} onChange={set('scope')} />
      <Segmented title="Unit" options={UNITS} value={display.unit} onChange={set('unit')} />
      <Slider param={PERCENTILE} value={display.percentile} onChange={set('percentile')} text={(value) => (value === 100 ? 'none' : String(value))} />
      <Toggle title="Over the image" value={display.overlay} onChange={set('overlay')} />
      <Slider param={OPACITY} value={display.opacity} onChange={set('opacity')} />
      <Segmented title="Sign" options={SIGNS} value={display.sign} onChange={set('sign')} />
      <Select title="Colour channels" options={POOLINGS} value={display.pooling} onChange={set('pooling')} />
      <Segmented title="Signed maps" options={DIVERGING} value={display.diverging} onChange={set('diverging')} />
      <Segmented title="Unsigned maps" options={SEQUENTIAL} value={display.sequential} onChange={set('sequential')} />
      <Toggle title="Consensus contour over every cell" value={display.contour} onChange={set('contour')} />
      <Toggle title="Outline of the true object" value={display.outline} onChange={set('outline')} />
      <Toggle title="Hatch negative places" value={display.hatch} onChange={set('hatch')} />
      <Toggle title="Smooth coarse maps" value={display.smooth} onChange={set('smooth')} />
    </section>
  );
}
