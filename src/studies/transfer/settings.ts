/** What of a transfer study can be set, as declared parameters: they drive sliders, links and flags. Not which models, method and images (../setup.ts). */
import { choice, coerce, defaults, flag, float, int, type Param, type Value, type Values } from '../../engine/params.ts';
import type { FeatureRule } from '../../fields/features.ts';
import { FILLS } from '../../fields/featureImage.ts';

export const TRANSFER_PARAMS = {
  region: choice(['top', 'threshold', 'windows'], {
    title: 'Feature region',
    help: 'Which part of the image a map singles out.',
    labels: { top: 'largest values', threshold: 'values over a threshold', windows: 'best windows' },
  }),
  share: float({ title: 'Share shown, q', help: 'Of the image’s pixels: exactly so many with the largest values.', min: 0.01, max: 1, scale: 'log', default: 0.2 }),
  level: float({ title: 'Level, τ', help: 'Of the map’s largest value.', min: 0.02, max: 1, default: 0.5 }),
  side: int({ title: 'Side', help: 'Of a window.', min: 4, max: 48, default: 16, unit: 'px' }),
  stride: int({ title: 'Stride', help: 'As large as the side: windows that tile the image.', min: 1, max: 48, default: 16, unit: 'px' }),
  windows: int({ title: 'Windows, K', help: 'Those with the largest means.', min: 1, max: 32, default: 3 }),
  reduction: choice(['absolute', 'positive'], {
    title: 'Sign',
    help: 'What of a signed map makes its feature.',
    labels: { absolute: 'magnitude', positive: 'what speaks for the class' },
  }),
  fill: choice(FILLS, {
    title: 'Fill',
    help: 'What stands where nothing is shown.',
    default: 'mean',
    labels: { black: 'black', mean: 'mean colour of the training scenes', grey: 'grey', blurred: 'the image blurred', noise: 'noise' },
  }),
  leaveOut: flag({ title: 'Leave the tester out', help: 'What is harmonised for a tester is made without its own map.', default: true }),
} as const;

/** Of the image's pixels, of the curve over the share shown. */
export const CURVE_SHARES: readonly number[] = [0.05, 0.1, 0.2, 0.3, 0.5];

export interface TransferSettings extends Values<typeof TRANSFER_PARAMS> {
  /** Shares that the curve asks beside `region`, ascending; none for no curve. They choose the largest values, whatever `region` is. */
  readonly shares: readonly number[];
  /** Matched random regions for each feature, whose answers are averaged; 1 where absent. */
  readonly draws?: number;
}

export const defaultSettings = (): TransferSettings => ({ ...defaults(TRANSFER_PARAMS), shares: CURVE_SHARES });

/** Settings from what a link or flags say: what is missing or makes no sense is as at first. */
export function settingsOf(said: Readonly<Record<string, Value>>, shares: readonly number[] = CURVE_SHARES): TransferSettings {
  const base = defaults(TRANSFER_PARAMS);
  const set = Object.entries(TRANSFER_PARAMS).map(([name, param]: [string, Param]) => [name, name in said ? (coerce(param, said[name]) ?? param.default) : param.default]);
  return { ...base, ...(Object.fromEntries(set) as Partial<typeof base>), shares: sharesOf(shares) };
}

/** Ascending, each once, those that are more than nothing and no more than all. */
export const sharesOf = (shares: readonly number[]): readonly number[] => [...new Set(shares.filter((share) => share > 0 && share <= 1))].sort((a, b) => a - b);

/** How much is shown at once of every row: the region that was chosen, or a point of the curve. */
export interface Level {
  /** 'chosen', or 'top 0.1'. */
  readonly id: string;
  readonly rule: FeatureRule;
  /** Of the image's pixels, where the rule fixes it. */
  readonly share?: number;
}

/** The chosen region. */
export const CHOSEN = 'chosen';

export function ruleOf({ region, share, level, side, stride, windows }: TransferSettings): FeatureRule {
  switch (region) {
    case 'top':
      return { kind: 'top', share };
    case 'threshold':
      return { kind: 'threshold', level };
    case 'windows':
      return { kind: 'windows', side, stride, count: windows };
    default:
      return region satisfies never;
  }
}

/** The chosen region first, then the curve's shares that it is not itself. */
export function levelsOf(settings: TransferSettings): readonly Level[] {
  const rule = ruleOf(settings);
  const chosen: Level = { id: CHOSEN, rule, ...(rule.kind === 'top' ? { share: rule.share } : {}) };
  return [chosen, ...settings.shares.filter((share) => share !== chosen.share).map((share): Level => ({ id: `top ${share}`, rule: { kind: 'top', share }, share }))];
}
