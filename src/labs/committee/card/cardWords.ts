/** What a model's card says in sentences, computed from its numbers. Pure. */
import type { Accuracy, Training } from '../../../engine/models/manifest.ts';
import type { CardResult } from '../../../worker/protocol.ts';
import { overconfidence } from '../../../draw/reliability.ts';
import { count, duration, percent, percentRange, plural } from '../../../ui/numbers.ts';

/** "98.7 % of 2,000, 95 % interval 98.0 to 99.1 %". */
export const accuracyWords = ({ share, n, interval: [from, to] }: Accuracy): string => `${percent(share, 1)} of ${count(n)}, 95 % interval ${percentRange(from, to, 1)}`;

export interface Mistake {
  readonly is: string;
  readonly called: string;
  readonly n: number;
  /** Scenes of the class. */
  readonly of: number;
}

/** The most frequent confusions, the first of equals by class. */
export function mistakes(confusion: readonly (readonly number[])[], classes: readonly string[], most: number): Mistake[] {
  const all = confusion.flatMap((row, is) => {
    const of = row.reduce((sum, n) => sum + n, 0);
    return row.flatMap((n, called) => (n > 0 && called !== is ? [{ is: classes[is]!, called: classes[called]!, n, of }] : []));
  });
  return all.sort((a, b) => b.n - a.n).slice(0, most);
}

const NAMED = 3;

/** "It errs on 27 of 2,000 test scenes: most often a mug is called sailing boat (4 of 166), …" */
export function mistakesWords(confusion: readonly (readonly number[])[], classes: readonly string[]): string {
  const total = confusion.flat().reduce((sum, n) => sum + n, 0);
  const wrong = total - confusion.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
  if (wrong === 0) return `It errs on none of ${count(total)} test scenes.`;
  const named = mistakes(confusion, classes, NAMED).map(({ is, called, n, of }) => `${is.toLowerCase()} called ${called.toLowerCase()} (${n} of ${of})`);
  return `It errs on ${count(wrong)} of ${count(total)} test scenes. Its most frequent ${named.length > 1 ? 'mistakes' : 'mistake'}: ${named.join(', ')}.`;
}

/** Within this, confidence and accuracy count as the same on the whole. */
const EVEN = 0.01;

export function calibrationWords({ bins, error }: CardResult['card']['calibration']): string {
  const excess = overconfidence(bins);
  const lean = Math.abs(excess) < EVEN ? 'On the whole it is about as sure as it is right.' : excess > 0 ? `On the whole it is surer than it is right, by ${percent(excess, 1)}.` : `On the whole it is less sure than it is right, by ${percent(-excess, 1)}.`;
  return `Expected calibration error, ten equal bins: ${percent(error, 1)}. ${lean}`;
}

/** Whether a sticker sways it, judged by whether the two intervals part. */
export function stickerWords({ n, truthful, misleading }: CardResult['card']['stickers']): string {
  const apart = misleading.interval[1] < truthful.interval[0];
  const lost = `${((truthful.share - misleading.share) * 100).toFixed(1)} percentage points`;
  return `On the first ${count(n)} test scenes a round sticker was put into a corner. ${apart ? `One that stands for another class costs it ${lost}: it looks at stickers.` : 'Which class it stands for makes no clear difference: the intervals overlap.'}`;
}

export function trainingWords({ seed, scenes, epochs, cpuSeconds }: Training): string {
  const time = cpuSeconds === undefined ? 'Its processor time was not recorded.' : `It took ${duration(cpuSeconds * 1000)} of processor time.`;
  return `Trained on ${plural(scenes, 'scene')}, ${plural(epochs, 'epoch')}, seed ${seed}. ${time}`;
}
