/** How a sweep stands, in words. Pure. */
import type { SweepFailure, SweepState } from '../state/sweep.ts';
import { duration, plural } from './numbers.ts';

/** How a sweep stands, without what was found. */
export type Standing = Omit<SweepState<unknown>, 'found'>;

/** "34 of 132 answers · about 12 s left". */
export function progressWords({ status, done, total, msLeft, failed }: Standing): string {
  const far = `${done} of ${plural(total, 'answer')}`;
  const lost = failed.length > 0 ? ` · ${plural(failed.length, 'failure')}` : '';
  switch (status) {
    case 'running':
      return `${far}${msLeft === undefined ? '' : ` · about ${duration(Math.max(1000, msLeft))} left`}${lost}`;
    case 'paused':
      return `paused at ${far}${lost}`;
    case 'cancelled':
      return `stopped at ${far}; what was found stays${lost}`;
    case 'done':
      return `${plural(done, 'answer')}${lost}`;
    default:
      return status satisfies never;
  }
}

/** What one waits for while no image is complete: images come one after the other, each with all models. Nothing while a sweep does not run. */
export function firstWords({ status, done, total, msLeft }: Standing, images: number): string | undefined {
  if (status !== 'running' || images === 0) return undefined;
  const need = Math.ceil(total / images);
  const first = `The first numbers come once the first image has its ${plural(need, 'answer')}`;
  // Some answers of later images are among those that are there: near the end nobody knows how many.
  if (done >= need) return `${first}; the last of them are on their way.`;
  if (msLeft === undefined) return `${first}. Each model is loaded before its first one.`;
  return `${first}, in about ${duration(Math.max(1000, (msLeft * (need - done)) / (total - done)))}.`;
}

/** Failures by their message, the most frequent first: "Attention Rollout of vgg-7 on scene 36012 and 5 more: needs attention". */
export function failureLines(failed: readonly SweepFailure[]): string[] {
  const groups = new Map<string, SweepFailure[]>();
  for (const failure of failed) groups.set(failure.message, [...(groups.get(failure.message) ?? []), failure]);
  return [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([message, [first, ...more]]) => `${sentenceCase(first!.item.name)}${more.length > 0 ? ` and ${more.length} more` : ''}: ${message}`);
}

const sentenceCase = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
