/** Who has a voice in the committee: by role, by answer, by the visitor's choice. Pure. How voices are counted into a map: fields/vote.ts. */
import { familyWeights } from '../fields/vote.ts';
import type { ModelEntry } from '../worker/protocol.ts';
import type { ConsensusChoice } from './view.ts';

/** 'votes', or why not: it predicts another class than the one explained, it knows no such class, it is weak, it learned a shortcut. */
export type Standing = 'votes' | 'dissents' | 'stranger' | 'weak' | 'shortcut';

type Voiced = Pick<ModelEntry, 'id' | 'family' | 'role'>;

/** Whether a model votes in the consensus of the maps. Its role comes before its answer. */
export function standingOf({ role }: Pick<ModelEntry, 'role'>, dissents: boolean, { weak, dissenters }: Pick<ConsensusChoice, 'weak' | 'dissenters'>): Standing {
  if (role !== 'member' && !weak) return role;
  return dissents && !dissenters ? 'dissents' : 'votes';
}

/** Those of `models` whose answers decide which class is the majority's: members, and weak ones where they vote too. Where none is a member, all. */
export function electors<M extends Voiced>(models: readonly M[], { weak }: Pick<ConsensusChoice, 'weak'>): readonly M[] {
  const members = weak ? models : models.filter(({ role }) => role === 'member');
  return members.length > 0 ? members : models;
}

/** The voice of each model by id, in the vote for the majority's class: 1, or one for each family. */
export function voicesOf(models: readonly Voiced[], { balance }: Pick<ConsensusChoice, 'balance'>): ReadonlyMap<string, number> {
  const weights = balance ? familyWeights(models.map(({ family }) => family)) : models.map(() => 1);
  return new Map(models.map(({ id }, i) => [id, weights[i]!]));
}
