/** The list of changes of a scene as the visitor leaves it: one change for each thing that can be changed, always in the same order. Pure; applies none. */
import type { SceneChange } from '../worker/protocol.ts';

type Type = SceneChange['type'];
export type Changes = readonly SceneChange[];

/** In this order changes are applied: what is drawn anew sees the scene as it was, what is set comes after what is drawn. */
const ORDER = [
  'recolour', 'hue', 'background', 'background-kind', 'ground', 'ground-kind', 'light', 'light-side', 'light-height', 'light-strength', 'light-warmth',
  'turn', 'size', 'aside', 'above', 'restore-part', 'remove-part', 'remove-object', 'things', 'remove-distractors', 'remove-shadow', 'sticker', 'remove-sticker',
] as const satisfies readonly Type[];

/** What a drawing anew sets aside. */
const CLEARS: Partial<Record<Type, readonly string[]>> = {
  recolour: ['hue'],
  background: ['background-kind'],
  ground: ['ground-kind'],
  light: ['light-side', 'light-height', 'light-strength', 'light-warmth'],
};

/** What a change changes: two changes of one thing replace each other. */
export function thingOf(change: SceneChange): string {
  switch (change.type) {
    case 'remove-part':
    case 'restore-part':
      return `part:${change.part}`;
    case 'remove-distractors':
      return 'things';
    case 'remove-sticker':
      return 'sticker';
    default:
      return change.type;
  }
}

const rank = ({ type }: SceneChange): number => ORDER.indexOf(type);
const sorted = (changes: Changes): Changes => [...changes].sort((a, b) => rank(a) - rank(b) || (thingOf(a) < thingOf(b) ? -1 : 1));

/** `changes` with one more: it replaces what changed the same thing, and a drawing anew sets aside what was set of what it draws. */
export function withChange(changes: Changes, change: SceneChange): Changes {
  const gone = [thingOf(change), ...(CLEARS[change.type] ?? [])];
  return sorted([...changes.filter((other) => !gone.includes(thingOf(other))), change]);
}

/** `changes` without the one of `thing` (a type, or `part:NAME`). */
export const withoutChange = (changes: Changes, thing: string): Changes => changes.filter((change) => thingOf(change) !== thing);

/** The change of this type, where there is one. */
export const changeOf = <T extends Type>(changes: Changes, type: T): Extract<SceneChange, { type: T }> | undefined =>
  changes.find((change): change is Extract<SceneChange, { type: T }> => change.type === type);
