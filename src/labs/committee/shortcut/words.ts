/** What the study says, in sentences made from its numbers. Pure. */
import type { MeanInterval } from '../../../engine/math/statistics.ts';
import type { ShortcutChoice } from '../../../state/view.ts';
import { isControl } from '../../../ui/families.ts';
import { percent, percentRange, plural, short, signed } from '../../../ui/numbers.ts';
import type { Count, Findings, MethodFinding } from './findings.ts';
import { DRAWS } from './study.ts';

/** "6.1 (95 %: 4.2 to 8.0)". */
export const withInterval = ({ n, mean, low, high }: MeanInterval, words: (value: number) => string = signed): string =>
  n === 1 ? `${words(mean)} (one scene)` : `${words(mean)} (95 %: ${words(low)} to ${words(high)})`;

/** A difference of logits, in two decimals. */
export const logits = (value: number): string => value.toFixed(2).replace('-', '−');

/** "7 of 8". */
export const ofAll = ({ hits, n }: Count): string => `${hits} of ${n}`;

/** "88 %, 7 of 8 (95 %: 53 to 98 %)". */
export const countWords = (count: Count): string =>
  count.n === 0 ? 'no such scene' : `${percent(count.hits / count.n, 0)}, ${ofAll(count)} (95 %: ${percentRange(...count.interval)})`;

/** "2.4 ×", "17 ×". */
export const times = (value: number): string => `${value.toFixed(Math.abs(value) < 9.95 ? 1 : 0).replace('-', '−')} ×`;

/** What the true intervention says of both models. */
export function truthSentence({ truth: { cheat, twin } }: Findings): string {
  if (!cheat.size) return 'What the sticker truly does is being asked: the scene is drawn again without it.';
  const first = `Taking the sticker away moves the cheat’s logit by ${withInterval(cheat.size, logits)} on average, up or down; of everything in the scene it is what matters most in ${cheat.top.hits === 0 ? `none of ${cheat.top.n}` : ofAll(cheat.top)}.`;
  if (!twin.size) return first;
  const most = twin.top.hits === 0 ? 'in none' : `in ${ofAll(twin.top)}`;
  return `${first} The honest twin’s moves by ${withInterval(twin.size, logits)}, and it is what matters most ${most}.${misledWords(cheat.misled, twin.misled)}`;
}

function misledWords(cheat: Count, twin: Count): string {
  if (cheat.n === 0) return '';
  const scenes = `${cheat.n === 1 ? 'one scene' : plural(cheat.n, 'scene')} whose sticker stands for another class`;
  return ` On the ${scenes}, the cheat names the sticker’s class in ${cheat.hits === 0 ? 'none' : cheat.hits}, the twin in ${twin.hits === 0 ? 'none' : twin.hits}.`;
}

/** A method whose map has told something of the cheat, with its enrichment. */
const told = (methods: readonly MethodFinding[]) => methods.flatMap((finding) => (finding.cheat.enrichment ? [{ ...finding, more: finding.cheat.enrichment.mean }] : []));

/** Which methods show the sticker, which do not, and which cry wolf. */
export function methodsSentence({ methods }: Findings): string {
  const known = told(methods.filter(({ method }) => !isControl(method)));
  if (known.length === 0) return '';
  const [best, worst] = [known[0]!, known.at(-1)!];
  const share = best.cheat.share ? `${percent(best.cheat.share.mean)} of its map` : 'most';
  const named = best.reveals.n === 0 ? '' : `, and names it first in ${ofAll(best.reveals)} scenes where it truly is`;
  const first = `Most telling: ${best.method.title} puts ${share} on the sticker, ${times(best.more)} the sticker’s share of the area${named}.`;
  const least = known.length > 1 ? ` Least telling: ${worst.method.title}, ${times(worst.more)}${worst.more < 1.5 ? ', about what chance would give' : ''}.` : '';
  return `${first}${least}${alarmWords(known)}`;
}

function alarmWords(known: readonly MethodFinding[]): string {
  const crying = known.filter(({ falseAlarm }) => falseAlarm.hits > 0).sort((a, b) => b.falseAlarm.hits / b.falseAlarm.n - a.falseAlarm.hits / a.falseAlarm.n);
  if (known.every(({ falseAlarm }) => falseAlarm.n === 0)) return '';
  if (crying.length === 0) return ' None of them puts it first on the honest twin.';
  const names = crying.slice(0, 3).map(({ method, falseAlarm }) => `${method.title} (${ofAll(falseAlarm)})`);
  return ` On the honest twin, where it hardly matters, ${names.join(', ')}${crying.length > 3 ? ' and others' : ''} put${names.length === 1 ? 's' : ''} it first all the same.`;
}

const STICKERS = {
  half: 'every other sticker has the colour of the scene’s own class, the rest of another',
  truthful: 'every sticker has the colour of the scene’s own class',
  misleading: 'every sticker has the colour of another class',
} as const satisfies Record<ShortcutChoice['stickers'], string>;

/** What was done, with which seed and how many scenes: beneath the figure and in every file. */
export function caption({ seed, corner, stickers }: ShortcutChoice, { scenes, truth }: Findings): string[] {
  const where = corner === 'any' ? 'a corner drawn for each' : `the ${corner.replace('-', ' ')} corner`;
  return [
    `${plural(scenes, 'scene')} of the test split, seed ${seed}, with a sticker in ${where}; ${STICKERS[stickers]}. Explained: the logit of the class that each model names.`,
    'Marks: mean over scenes of Σ|attribution| on the sticker’s pixels / Σ|attribution| (channels summed), divided by the sticker’s share of the area; whiskers: 95 % interval, Student’s t. 1 is chance.',
    `Rank: of the sticker by |credit| (sum over a unit’s pixels) among parts, ground, background, shadow, other things and sticker (${short(truth.cheat.units || truth.twin.units)} on average).`,
    `True effect: the logit minus that of the scene without the unit; ground and background are redrawn ${DRAWS} times. “Reveals”: scenes where the sticker’s true effect on the cheat is the largest and the method ranks it first. “False alarm”: it ranks it first on the twin where it is not. Intervals of counts: Wilson, 95 %.`,
  ];
}
