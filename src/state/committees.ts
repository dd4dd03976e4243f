/** Committees that are one click away: sets of rows, each by what the catalogue says of models. Names no model; who of them votes is voting.ts. */
import type { ModelEntry } from '../worker/protocol.ts';

export interface Committee {
  readonly id: CommitteeId;
  readonly title: string;
  /** What it is for, in a line. */
  readonly says: string;
  /** Ids, in the order of the rows. */
  readonly models: readonly string[];
}

type Choose = (models: readonly ModelEntry[]) => readonly ModelEntry[];

/** How many rows the first view has, and how many count as the best. */
export const FIRST = 4;

const members: Choose = (models) => models.filter(({ role }) => role === 'member');
/** By validation accuracy, so that nothing is chosen by test scenes; the first of the catalogue among equals. */
const best: Choose = (models) => [...models].sort((a, b) => b.accuracy.validation - a.accuracy.validation);

/** Of every family its best member; where a family has weak ones only, the best of these. None that learned a shortcut. */
const oneOfEach: Choose = (models) =>
  [...new Set(models.map(({ family }) => family))].flatMap((family) => {
    const own = models.filter((model) => model.family === family && model.role !== 'shortcut');
    return best(members(own).length > 0 ? members(own) : own).slice(0, 1);
  });

/** The best members beside all that are weak, in the order of the catalogue. */
const extremes: Choose = (models) => {
  const weak = models.filter(({ role }) => role === 'weak');
  const chosen = weak.length > 0 ? [...best(members(models)).slice(0, FIRST), ...weak] : [];
  return models.filter((model) => chosen.includes(model));
};

/** The same architecture trained as usual and with a twist (which its note says), weak ones aside: a base and its variants, one base after the other. */
const variants: Choose = (models) =>
  [...new Set(models.map(({ architecture }) => architecture))].flatMap((architecture) => {
    const own = models.filter((model) => model.architecture === architecture && model.role !== 'weak');
    return own.some(({ note }) => note === undefined) && own.some(({ note }) => note !== undefined) ? own : [];
  });

const COMMITTEES = [
  { id: 'first', title: 'First view', says: 'the first four of the catalogue', choose: (models) => models.slice(0, FIRST) },
  { id: 'all', title: 'All', says: 'every model, the weak ones too', choose: (models) => models },
  { id: 'convolutional', title: 'Convolutional', says: 'places meet by small steps', choose: (models) => members(models).filter(({ mixes }) => mixes === 'convolution') },
  { id: 'transformers', title: 'Transformers', says: 'places meet by attention', choose: (models) => members(models).filter(({ mixes }) => mixes === 'attention') },
  { id: 'families', title: 'One of each family', says: 'the best of each by validation accuracy', choose: oneOfEach },
  { id: 'weak-and-strong', title: 'The weak and the strong', says: 'the four best by validation accuracy, and all that are weak', choose: extremes },
  { id: 'variants', title: 'Trained differently', says: 'one architecture, as usual and with a twist', choose: variants },
] as const satisfies readonly { readonly id: string; readonly title: string; readonly says: string; readonly choose: Choose }[];

export type CommitteeId = (typeof COMMITTEES)[number]['id'];

/** All that have two models or more in this catalogue. */
export const committees = (models: readonly ModelEntry[]): Committee[] =>
  COMMITTEES.map(({ choose, ...rest }) => ({ ...rest, models: choose(models).map(({ id }) => id) })).filter((committee) => committee.models.length > 1);

/** The committees that these rows are, in whatever order they stand. */
export const presentCommittees = (all: readonly Committee[], rows: readonly string[]): CommitteeId[] =>
  all.filter(({ models }) => models.length === rows.length && models.every((id) => rows.includes(id))).map(({ id }) => id);
