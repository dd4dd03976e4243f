/**
 * Interventions: the same scene with one thing changed and everything else as it was, the causal truth of an attribution.
 * Not a drawing of another scene: what is redrawn comes from the streams of `seed`, so the class and all other draws stay.
 */
import { drawBackground, drawGround, drawLight, drawMaterials } from './draw.ts';
import { objectClass } from './objects/index.ts';
import type { Scene } from './scene.ts';
import type { Sticker } from './sticker.ts';

export type Intervention =
  | { readonly kind: 'remove-part'; readonly part: string }
  | { readonly kind: 'remove-object' | 'remove-distractors' | 'remove-shadow' | 'remove-sticker' }
  | ({ readonly kind: 'sticker' } & Sticker)
  /** Another drawing of the object's colours and coats, of the background, the ground or the light. */
  | { readonly kind: 'recolour' | 'background' | 'ground' | 'light'; readonly seed: number };

/** The scene after an intervention; the argument is left as it was. Throws for a part that the class does not have. */
export function intervene(scene: Scene, intervention: Intervention): Scene {
  switch (intervention.kind) {
    case 'remove-part': {
      const names = partNames(scene.classId);
      if (!names.includes(intervention.part)) {
        throw new Error(`A ${scene.classId} has no part '${intervention.part}'; its parts are ${names.join(', ')}.`);
      }
      return scene.missing.includes(intervention.part) ? scene : { ...scene, missing: [...scene.missing, intervention.part] };
    }
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
    default:
      return intervention satisfies never;
  }
}

/** The names of a class's parts, in the order of their ids; the first is the main part. */
export function partNames(classId: string): string[] {
  return objectClass(classId)
    .parts([0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
    .map((part) => part.name);
}
