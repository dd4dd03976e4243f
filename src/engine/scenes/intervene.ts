/**
 * Interventions: the same scene with one thing changed and everything else as it was, the causal truth of an attribution.
 * Not a drawing of another scene: what is redrawn comes from the streams of `seed`, so the class and all other draws stay. What is a number: settings.ts.
 */
import { drawBackground, drawGround, drawLight, drawMaterials } from './draw.ts';
import { objectClass } from './objects/index.ts';
import { BACKGROUNDS, GROUNDS, type Background, type Ground, type Scene } from './scene.ts';
import { setTo, type SettingId } from './settings.ts';
import type { Sticker } from './sticker.ts';

export type Intervention =
  | { readonly kind: 'remove-part' | 'restore-part'; readonly part: string }
  | { readonly kind: 'remove-object' | 'remove-distractors' | 'remove-shadow' | 'remove-sticker' }
  | ({ readonly kind: 'sticker' } & Sticker)
  /** Another drawing of the object's colours and coats, of the background, the ground or the light. */
  | { readonly kind: 'recolour' | 'background' | 'ground' | 'light'; readonly seed: number }
  /** The same ground or background with another pattern. */
  | { readonly kind: 'ground-kind'; readonly name: Ground['kind'] }
  | { readonly kind: 'background-kind'; readonly name: Background['kind'] }
  /** A number of the scene, in absolute terms: setting it again replaces it. */
  | { readonly kind: SettingId; readonly value: number };

/** The scene after an intervention; the argument is left as it was. Throws for a part, kind or value that there is not. */
export function intervene(scene: Scene, intervention: Intervention): Scene {
  switch (intervention.kind) {
    case 'remove-part':
      return { ...scene, missing: [...without(scene, intervention.part), intervention.part] };
    case 'restore-part':
      return { ...scene, missing: without(scene, intervention.part) };
    case 'remove-object':
      return { ...scene, objectGone: true };
    case 'remove-distractors':
      return { ...scene, distractors: [], occluder: null };
    case 'remove-shadow':
      return { ...scene, shadowless: true };
    case 'remove-sticker':
      return { ...scene, sticker: null };
    case 'sticker':
      return { ...scene, sticker: { classId: objectClass(intervention.classId).id, corner: intervention.corner } };
    case 'recolour':
      return { ...scene, materials: drawMaterials(intervention.seed, scene.ground, scene.background) };
    case 'background':
      return { ...scene, background: drawBackground(intervention.seed, scene.ground) };
    case 'ground':
      return { ...scene, ground: drawGround(intervention.seed) };
    case 'light':
      return { ...scene, light: drawLight(intervention.seed) };
    case 'ground-kind':
      return { ...scene, ground: { ...scene.ground, kind: known(GROUNDS, intervention.name, 'ground') } };
    case 'background-kind':
      return { ...scene, background: { ...scene.background, kind: known(BACKGROUNDS, intervention.name, 'background') } };
    default:
      return setTo(scene, intervention.kind, intervention.value);
  }
}

/** What else is missing. Throws for a part that the class does not have. */
function without({ classId, missing }: Scene, part: string): readonly string[] {
  const names = partNames(classId);
  if (!names.includes(part)) throw new Error(`A ${classId} has no part '${part}'; its parts are ${names.join(', ')}.`);
  return missing.filter((name) => name !== part);
}

function known<T extends string>(kinds: readonly T[], name: string, what: string): T {
  const found = kinds.find((kind) => kind === name);
  if (!found) throw new Error(`No ${what} of a scene is called '${name}'; there are ${kinds.join(', ')}.`);
  return found;
}

/** The names of a class's parts, in the order of their ids; the first is the main part. */
export const partNames = (classId: string): string[] => partTitles(classId).map(({ name }) => name);

/** The same with what each is called on screen. */
export const partTitles = (classId: string): { readonly name: string; readonly title: string }[] =>
  objectClass(classId)
    .parts([0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
    .map(({ name, title }) => ({ name, title }));
