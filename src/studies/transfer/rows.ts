/** The rows of a transfer matrix: whose feature, or which control, every model is shown. Not their regions on an image (regions.ts). */
import { HARMONISERS, type Harmoniser } from '../../fields/harmonise.ts';
import type { ModelEntry } from '../../worker/protocol.ts';

export type RowModel = Pick<ModelEntry, 'id' | 'title' | 'family' | 'familyTitle' | 'mixes' | 'role'>;

export const CONTROLS = ['centre', 'edges', 'inverted', 'object', 'outline'] as const;
export type Control = (typeof CONTROLS)[number];

export type Row =
  | { readonly kind: 'generator'; readonly id: string; readonly title: string; readonly model: string }
  | { readonly kind: 'harmonised'; readonly id: string; readonly title: string; readonly harmoniser: Harmoniser }
  /** The region of row `of`, mirrored, turned and shifted at random: its area and its shape. */
  | { readonly kind: 'random'; readonly id: string; readonly title: string; readonly of: string }
  | { readonly kind: 'control'; readonly id: Control; readonly title: string };

export const harmonisedRow = (harmoniser: Harmoniser): string => `harmonised ${harmoniser}`;
export const randomRow = (of: string): string => `random ${of}`;

const HARMONISED_TITLES = { mean: 'Mean of the maps', 'mean-rank': 'Mean rank', majority: 'Majority vote', intersection: 'Intersection', product: 'Product' } as const satisfies Record<Harmoniser, string>;

const CONTROL_TITLES = {
  centre: 'Centre',
  edges: 'Edges of the image',
  inverted: 'All but the harmonised mean',
  object: 'True object',
  outline: 'True object in its mean colour',
} as const satisfies Record<Control, string>;

/** Those that vote on what is harmonised and are in the means: members; without one, all. */
export function votersOf<M extends Pick<ModelEntry, 'role'>>(models: readonly M[]): readonly M[] {
  const members = models.filter(({ role }) => role === 'member');
  return members.length > 0 ? members : models;
}

/** All rows of a study, in the order of the models: generators, what is harmonised, the matched random regions of both, the other controls. */
export function rowsOf(models: readonly Pick<RowModel, 'id' | 'title'>[]): readonly Row[] {
  const generators = models.map(({ id, title }): Row => ({ kind: 'generator', id, title, model: id }));
  const harmonised = HARMONISERS.map((harmoniser): Row => ({ kind: 'harmonised', id: harmonisedRow(harmoniser), title: HARMONISED_TITLES[harmoniser], harmoniser }));
  const random = [...generators, ...harmonised].map(({ id, title }): Row => ({ kind: 'random', id: randomRow(id), title: `Random, as ${title}`, of: id }));
  return [...generators, ...harmonised, ...random, ...CONTROLS.map((id): Row => ({ kind: 'control', id, title: CONTROL_TITLES[id] }))];
}
