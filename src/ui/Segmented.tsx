/** A choice among a few words, all in sight. Holds no state. */
import { Label, Radio, RadioGroup } from 'react-aria-components';

interface Props<T extends string> {
  readonly title: string;
  /** Says the title to screen readers only. */
  readonly hideTitle?: boolean;
  readonly options: readonly { readonly id: T; readonly title: string; readonly isDisabled?: boolean }[];
  readonly value: T;
  onChange(value: T): void;
}

export function Segmented<T extends string>({ title, hideTitle, options, value, onChange }: Props<T>) {
  return (
    <RadioGroup className="segmented" value={value} onChange={(id) => onChange(id as T)} orientation="horizontal">
      <Label className={hideTitle ? 'visually-hidden' : 'segmented-title quiet'}>{title}</Label>
      {options.map((option) => (
        <Radio key={option.id} value={option.id} isDisabled={option.isDisabled} className="segment">
          {option.title}
        </Radio>
      ))}
    </RadioGroup>
  );
}
