/** From the page's choice to what the study asks with. Pure. */
import type { TransferSettings } from '../../studies/transfer/settings.ts';

/** Without a curve: only the chosen region is asked. */
export const settingsOf = ({ region, share, level, side, stride, windows, reduction, fill, leaveOut }: Omit<TransferSettings, 'shares' | 'draws'>, shares: readonly number[] = []): TransferSettings => ({
  region, share, level, side, stride, windows, reduction, fill, leaveOut, shares,
});
