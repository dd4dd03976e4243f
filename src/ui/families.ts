/** What the families of methods are called on the page, in the order of menus and tables. Which method is of which family: the catalogue. */
import type { Family } from '../engine/methods/method.ts';
import type { MethodEntry } from '../worker/protocol.ts';

const FAMILIES = {
  gradient: ['Gradients', 'the slope of the score at each pixel, raw or refined'],
  path: ['Paths', 'slopes added up on the way from a baseline to the image'],
  propagation: ['Propagation', 'the score handed back from layer to layer by a rule'],
  cam: ['Class activation', 'the last spatial features, weighed by what they do for the class'],
  attention: ['Attention', 'what tokens of a transformer read from one another'],
  perturbation: ['Perturbation', 'parts of the image are switched off, and the score is asked again'],
  exploration: ['Exploration', 'slopes collected where the answer changes, around the image'],
  control: ['Controls', 'no explanation: what any map should be compared with'],
} as const satisfies Record<Family, readonly [title: string, says: string]>;

const known = (family: string): family is Family => family in FAMILIES;
export const familyTitle = (family: string): string => (known(family) ? FAMILIES[family][0] : family);
export const familySays = (family: string): string => (known(family) ? FAMILIES[family][1] : '');

/** A control explains nothing and votes for nothing. */
export const isControl = ({ family }: Pick<MethodEntry, 'family'>): boolean => family === ('control' satisfies Family);

/** In the order above, families that are not listed there last; within a family in the order given. */
export function byFamily<T>(items: readonly T[], familyOf: (item: T) => string): { readonly family: string; readonly items: readonly T[] }[] {
  const present = [...new Set(items.map(familyOf))];
  const order = [...Object.keys(FAMILIES).filter((family) => present.includes(family)), ...present.filter((family) => !known(family))];
  return order.map((family) => ({ family, items: items.filter((item) => familyOf(item) === family) }));
}
