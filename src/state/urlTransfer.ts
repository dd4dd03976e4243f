/** The Transfer page's choice in a link, as `transfer.…`. What is as at first is left out. */
import { choice, flag, float, int, type Param } from '../engine/params.ts';
import { STUDY_IMAGES } from './urlStudy.ts';
import { DEFAULT_TRANSFER } from './defaults.ts';
import { readOne, type Read } from './urlRead.ts';
import type { TransferChoice } from './view.ts';

/** What the numbers of a region may be; the sliders of the page are these. */
export const REGION_NUMBERS = {
  share: float({ title: 'Share shown, q', min: 0.01, max: 1, scale: 'log', default: DEFAULT_TRANSFER.share }),
  level: float({ title: 'Level, τ', min: 0.02, max: 1, default: DEFAULT_TRANSFER.level }),
  side: int({ title: 'Side', min: 4, max: 48, unit: 'px', default: DEFAULT_TRANSFER.side }),
  stride: int({ title: 'Stride', min: 1, max: 48, unit: 'px', default: DEFAULT_TRANSFER.stride }),
  windows: int({ title: 'Windows, K', min: 1, max: 32, default: DEFAULT_TRANSFER.windows }),
} as const satisfies Partial<Record<keyof TransferChoice, Param>>;

/** At most so many points of a curve. */
export const MOST_SHARES = 12;

const FIELDS = {
  region: choice(['top', 'threshold', 'windows'], { title: 'transfer.region', default: DEFAULT_TRANSFER.region }),
  ...REGION_NUMBERS,
  reduction: choice(['absolute', 'positive'], { title: 'transfer.reduction', default: DEFAULT_TRANSFER.reduction }),
  fill: choice(['black', 'mean', 'grey', 'blurred', 'noise'], { title: 'transfer.fill', default: DEFAULT_TRANSFER.fill }),
  leaveOut: flag({ title: 'transfer.leave-out', default: DEFAULT_TRANSFER.leaveOut }),
  order: choice(['family', 'clustered'], { title: 'transfer.order', default: DEFAULT_TRANSFER.order }),
  measure: choice(['kept', 'accuracy', 'probability'], { title: 'transfer.measure', default: DEFAULT_TRANSFER.measure }),
  agreement: choice(['spearman', 'ssim', 'overlap'], { title: 'transfer.agreement', default: DEFAULT_TRANSFER.agreement }),
} as const satisfies Partial<Record<keyof TransferChoice, Param>>;
type FieldName = keyof typeof FIELDS;
const NAMES = Object.keys(FIELDS) as FieldName[];

const keyOf = (name: FieldName): string => `transfer.${name === 'leaveOut' ? 'leave-out' : name}`;

/** Numbers of (0, 1], ascending, each once. */
function readShares({ link, say }: Read, fallback: readonly number[]): readonly number[] {
  const text = link.get('transfer.shares');
  if (text === null) return fallback;
  const { min, max } = REGION_NUMBERS.share;
  const sound = [...new Set(text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part))))].filter((share) => share >= min && share <= max);
  const shares = sound.sort((a, b) => a - b).slice(0, MOST_SHARES);
  if (shares.length === 0) say('transfer.shares', text, `has no share between ${min} and ${max}`, fallback.join());
  return shares.length > 0 ? shares : fallback;
}

/** `transfer.at=generator/tester`; what the page does not know of it, it does not point at. */
function readPair({ link, say }: Read): Pick<TransferChoice, 'generator' | 'tester'> {
  const text = link.get('transfer.at');
  if (text === null) return {};
  const [, generator, tester] = /^([\w.\- ]*)\/([\w.\- ]*)$/.exec(text) ?? [];
  if (generator === undefined) say('transfer.at', text, 'names no pair (it should read generator/tester)', 'none');
  return { ...(generator ? { generator } : {}), ...(tester ? { tester } : {}) };
}

function readImageAt(read: Read): Pick<TransferChoice, 'image'> {
  const image = readOne<number | undefined>(read, { kind: 'int', title: 'transfer.image', min: 1, max: STUDY_IMAGES.max, default: 1 }, undefined);
  return image === undefined ? {} : { image: image - 1 };
}

export function readTransfer(read: Read, base: TransferChoice): TransferChoice {
  const fields = Object.fromEntries(NAMES.map((name) => [name, readOne(read, FIELDS[name], base[name], keyOf(name))])) as Pick<TransferChoice, FieldName>;
  return { ...fields, shares: readShares(read, base.shares), ...readImageAt(read), ...readPair(read) };
}

export function writeTransfer(value: TransferChoice, base: TransferChoice): [string, string][] {
  const parts = NAMES.filter((name) => value[name] !== base[name]).map((name): [string, string] => [keyOf(name), String(value[name])]);
  const shares: [string, string][] = value.shares.join() === base.shares.join() ? [] : [['transfer.shares', value.shares.join()]];
  const image: [string, string][] = value.image === undefined ? [] : [['transfer.image', String(value.image + 1)]];
  const { generator = '', tester = '' } = value;
  const pair: [string, string][] = generator || tester ? [['transfer.at', `${generator}/${tester}`]] : [];
  return [...parts, ...shares, ...image, ...pair];
}
