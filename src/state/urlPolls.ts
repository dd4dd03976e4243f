/** The Consensus page's choice in a link, as `polls.…`. What is as at first is left out. */
import { choice, flag, float, int, type Param } from '../engine/params.ts';
import { FINDING_SETTINGS, RECORD_SETTINGS, SCORES, SIGMA } from '../studies/consensus/settings.ts';
import { readOne, type Read } from './urlRead.ts';
import { STUDY_IMAGES } from './urlStudy.ts';
import type { PollsChoice } from './view.ts';

/** The sliders of the page. */
export const POLLS_NUMBERS = {
  sigma: float({ title: 'σ', ...SIGMA, scale: 'log', default: FINDING_SETTINGS.sigma }),
  images: int({ title: 'Images', min: 1, max: 24, scale: 'log', default: 2 }),
} as const satisfies Partial<Record<keyof PollsChoice, Param>>;

const FIELDS = {
  rule: choice(['published', 'square', 'min-max', 'rank'], { title: 'polls.rule', default: RECORD_SETTINGS.rule }),
  pooling: choice(['abs-sum', 'sum'], { title: 'polls.channels', default: RECORD_SETTINGS.pooling }),
  leaveOneOut: flag({ title: 'polls.leave-one-out', default: RECORD_SETTINGS.leaveOneOut }),
  balance: flag({ title: 'polls.balance', default: RECORD_SETTINGS.balance }),
  weak: flag({ title: 'polls.weak', default: RECORD_SETTINGS.weak }),
  score: choice(SCORES, { title: 'polls.score', default: FINDING_SETTINGS.score }),
  sigma: { ...POLLS_NUMBERS.sigma, title: 'polls.sigma' },
  counted: flag({ title: 'polls.counted', default: FINDING_SETTINGS.weak }),
  images: { ...POLLS_NUMBERS.images, title: 'polls.images' },
} as const satisfies Partial<Record<keyof PollsChoice, Param>>;
type FieldName = keyof typeof FIELDS;
const NAMES = Object.keys(FIELDS) as FieldName[];

/** Counted from 1, as the page does. */
function readImage(read: Read): Pick<PollsChoice, 'image'> {
  const image = readOne<number | undefined>(read, { kind: 'int', title: 'polls.image', min: 1, max: STUDY_IMAGES.max, default: 1 }, undefined);
  return image === undefined ? {} : { image: image - 1 };
}

export function readPolls(read: Read, methods: (fallback: readonly string[]) => readonly string[], base: PollsChoice): PollsChoice {
  const fields = Object.fromEntries(NAMES.map((name) => [name, readOne(read, FIELDS[name], base[name])])) as Pick<PollsChoice, FieldName>;
  return { ...fields, methods: methods(base.methods), ...readImage(read) };
}

export function writePolls(value: PollsChoice, base: PollsChoice): [string, string][] {
  const parts = NAMES.filter((name) => value[name] !== base[name]).map((name): [string, string] => [FIELDS[name].title, String(value[name])]);
  const methods: [string, string][] = value.methods.join() === base.methods.join() ? [] : [['polls.methods', value.methods.join()]];
  const image: [string, string][] = value.image === undefined ? [] : [['polls.image', String(value.image + 1)]];
  return [...parts, ...methods, ...image];
}
