/** From the page's choice to what the study asks with. Pure. */
import type { TransferSettings } from '../../studies/transfer/settings.ts';
import type { TransferChoice } from '../../state/view.ts';

/** Without a curve: only the chosen region is asked. */
export const settingsOf = ({ region, share, level, side, stride, windows, reduction, fill, leaveOut }: TransferChoice, shares: readonly number[] = []): TransferSettings => ({
  region, share, level, side, stride, windows, reduction, fill, leaveOut, shares,
});
