/** What is chosen of the Consensus study beside models, method and images: how outcomes become records, and how records become findings. Plain data. */
import type { ChannelPooling, VoteRule } from '../../fields/choices.ts';
import type { AppliedRule } from '../../fields/vote.ts';
import { ensembleId } from '../../worker/key.ts';
import type { ModelEntry } from '../../worker/protocol.ts';
import type { StudySetup } from '../setup.ts';

/** What turns outcomes into records, without new explanations (letting the weak vote asks for another ensemble). */
export interface RecordSettings {
  readonly rule: VoteRule;
  /** How the channels of a map become one number. */
  readonly pooling: Extract<ChannelPooling, 'abs-sum' | 'sum'>;
  /** Each voter is scored against the others only. */
  readonly leaveOneOut: boolean;
  /** Each family one voice. */
  readonly balance: boolean;
  /** Models that are weak or learned a shortcut vote too. */
  readonly weak: boolean;
}

export const SCORES = ['published', 'cosine', 'radial-basis', 'spearman'] as const;
/** 'published': what the paper does for the normalisation (`appliedLikeness`). */
export type ScoreChoice = (typeof SCORES)[number];

/** What turns records into findings. */
export interface FindingSettings {
  readonly score: ScoreChoice;
  /** Of the radial basis: how far apart, as the root of the mean square over places, two maps may lie. */
  readonly sigma: number;
  /** Weak models and those with a shortcut count in the correlations too; without them stands beside it in any case. */
  readonly weak: boolean;
  /** Of the bootstrap, for each interval. */
  readonly resamples: number;
}

export const RECORD_SETTINGS: RecordSettings = { rule: 'published', pooling: 'abs-sum', leaveOneOut: false, balance: false, weak: false };
export const FINDING_SETTINGS: FindingSettings = { score: 'published', sigma: 0.1, weak: true, resamples: 1000 };
/** Of the slider. */
export const SIGMA = { min: 0.02, max: 1 } as const;

/** How alike two normalised maps are. 'pearson' on ranks is what the rank vote publishes; 'spearman' ranks the consensus anew. */
export type Likeness = 'cosine' | 'radial-basis' | 'pearson' | 'spearman';

/** LIME's squares by cosine, SmoothGrad's min–max maps by radial basis (METHODS: Li et al. 2023), ranks by Pearson's r. */
export function appliedLikeness(score: ScoreChoice, rule: AppliedRule): Likeness {
  if (score !== 'published') return score;
  switch (rule) {
    case 'square':
      return 'cosine';
    case 'min-max':
      return 'radial-basis';
    case 'rank':
      return 'pearson';
    default:
      return rule satisfies never;
  }
}

/** Who may vote, in the setup's order: members, and with `weak` all. Where none is a member, all. */
export function votersOf<M extends Pick<ModelEntry, 'role'>>(models: readonly M[], { weak }: Pick<RecordSettings, 'weak'>): readonly M[] {
  const members = weak ? models : models.filter(({ role }) => role === 'member');
  return members.length > 0 ? members : models;
}

/** The model whose logits are the mean of the voters'; `undefined` for fewer than two. */
export function ensembleOf({ models }: Pick<StudySetup, 'models'>, settings: Pick<RecordSettings, 'weak'>): string | undefined {
  const ids = votersOf(models, settings).map(({ id }) => id);
  return ids.length < 2 ? undefined : ensembleId(ids);
}
