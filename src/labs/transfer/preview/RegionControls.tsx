/** What a model's feature is, as controls. Each is in the link and can be undone; while a slider is held the preview follows and the study waits. */
import type { NumberParam, Param, Value } from '../../../engine/params.ts';
import { endDrag, setTransfer } from '../../../state/actions.ts';
import type { TransferChoice } from '../../../state/view.ts';
import { TRANSFER_PARAMS } from '../../../studies/transfer/settings.ts';
import { useApp, useView } from '../../../ui/app.ts';
import { ParamControl } from '../../../ui/ParamControl.tsx';
import { Slider } from '../../../ui/Slider.tsx';

/** The numbers of each kind of region. */
const NUMBERS = { top: ['share'], threshold: ['level'], windows: ['windows', 'side', 'stride'] } as const satisfies Record<TransferChoice['region'], readonly (keyof TransferChoice)[]>;

export function RegionControls() {
  const { store } = useApp();
  const choice = useView((view) => view.transfer);
  const set = (name: keyof typeof TRANSFER_PARAMS, value: Value, final: boolean) => {
    setTransfer(store, { [name]: value }, { dragging: !final });
    if (final) endDrag(store);
  };
  const control = (name: keyof typeof TRANSFER_PARAMS) => <ParamControl key={name} param={withoutHelp(TRANSFER_PARAMS[name])} value={choice[name]} onChange={(value, final) => set(name, value, final)} />;
  return (
    <form className="region-controls" aria-label="The region of the feature" onSubmit={(event) => event.preventDefault()}>
      {control('region')}
      {NUMBERS[choice.region].map((name) => (name === 'share' ? <Slider key={name} param={SHARE} value={choice.share} onChange={(value, final) => set('share', value, final)} /> : control(name)))}
      {control('fill')}
      {control('reduction')}
      {control('leaveOut')}
    </form>
  );
}

/** Beside the preview the pictures say what a control does. */
function withoutHelp<P extends Param>(param: P): P {
  const { help: _, ...rest } = param;
  return rest as P;
}

const SHARE: NumberParam = { ...withoutHelp<NumberParam>(TRANSFER_PARAMS.share), title: 'Share of the image shown, q', unit: 'percent' };
