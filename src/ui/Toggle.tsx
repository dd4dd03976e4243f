/** An on-off switch with its words on the left. Holds no state. */
import { Switch } from 'react-aria-components';

export function Toggle({ title, value, onChange }: { readonly title: string; readonly value: boolean; onChange(value: boolean): void }) {
  return (
    <Switch className="switch" isSelected={value} onChange={onChange}>
      <span>{title}</span>
      <span className="switch-track" aria-hidden="true" />
    </Switch>
  );
}
