/** The control of any declared parameter: slider, choice or switch. Knows declarations, not methods. */
import type { Param, Value } from '../engine/params.ts';
import { Segmented } from './Segmented.tsx';
import { Select } from './Select.tsx';
import { Slider } from './Slider.tsx';
import { Toggle } from './Toggle.tsx';

interface Props {
  readonly param: Param;
  readonly value: Value;
  /** `final` is false while a slider is being dragged. */
  onChange(value: Value, final: boolean): void;
}

/** Choices whose words fit on a line stand side by side; longer ones fold into a list. */
const LETTERS_IN_A_LINE = 26;

export function ParamControl({ param, value, onChange }: Props) {
  switch (param.kind) {
    case 'int':
    case 'float':
      return <Slider param={param} value={Number(value)} onChange={onChange} />;
    case 'flag':
      return <Toggle title={param.title} value={value === true} onChange={(next) => onChange(next, true)} />;
    case 'choice': {
      const options = param.options.map((id) => ({ id, title: param.labels?.[id] ?? id.replaceAll('-', ' ') }));
      const letters = options.reduce((sum, option) => sum + option.title.length, 0);
      const shared = { title: param.title, options, value: String(value), onChange: (id: string) => onChange(id, true) };
      return letters <= LETTERS_IN_A_LINE ? <Segmented {...shared} /> : <Select {...shared} {...(param.help ? { help: param.help } : {})} />;
    }
    default:
      return param satisfies never;
  }
}
