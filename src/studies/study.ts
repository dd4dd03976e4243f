/** What a study over many images is to those who run it, on the page and on the command line. Not what any study asks or finds. */
import { STRIDE, type Outcome } from './explanations.ts';
import type { Found, SweepPlan } from './plan.ts';
import type { StudySetup } from './setup.ts';

export const STUDY_IDS = ['consensus', 'transfer'] as const;
export type StudyId = (typeof STUDY_IDS)[number];

/** What a study keeps of one image: plain JSON, made of that image's outcomes alone, so that shards merge exactly. */
export interface StudyRecord {
  /** Place in the setup's list of images. */
  readonly at: number;
}

/** A study of one setup. */
export interface OpenStudy<Kept extends StudyRecord> {
  readonly plan: SweepPlan<Outcome>;
  /** Of the setup's image `at`; `undefined` while something of it is missing that is not among the failures (keys of items). */
  record(at: number, found: Found<Outcome>, failed: ReadonlySet<string>): Kept | undefined;
}

export interface Study<Settings, Kept extends StudyRecord> {
  readonly id: StudyId;
  /** `settings`: what the study's own part of the protocol is. */
  open(setup: StudySetup, settings: Settings): OpenStudy<Kept>;
}

/** The part of a plan that is about the images at these places; their places, and so their random draws, stay what they are in the whole. */
export function planOfPlaces(plan: SweepPlan<Outcome>, places: Iterable<number>): SweepPlan<Outcome> {
  const chosen = new Set(places);
  return { ...plan, first: plan.first.filter(({ order }) => chosen.has(Math.floor(order / STRIDE))) };
}

/** All records that can be made now, in the order of their images. */
export function recordsOf<Kept extends StudyRecord>(study: Pick<OpenStudy<Kept>, 'record'>, places: Iterable<number>, found: Found<Outcome>, failed: ReadonlySet<string>): Kept[] {
  return [...places].sort((a, b) => a - b).flatMap((at) => study.record(at, found, failed) ?? []);
}
