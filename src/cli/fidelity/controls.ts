/** Maps that know the picture and nothing of the model: what a causal fidelity is read beside. They are drawn from the scene's own masks. */
import type { Field } from '../../fields/field.ts';
import type { SceneTruth } from './truth.ts';

export const CONTROLS = [
  { id: 'area-only', title: 'Area only (control)', says: 'credits each unit by its area' },
  { id: 'object-only', title: 'Object only (control)', says: 'credits each part by its area and all around the object with nothing' },
] as const;

/** One for signed methods and one for those without a sign: the same map, held against effects and against their size. */
export function controlMaps({ units, size }: Pick<SceneTruth, 'units' | 'size'>): { readonly id: string; readonly signed: boolean; readonly map: Field }[] {
  const object = new Float32Array(size * size);
  for (const { part, mask } of units) if (part) mask.data.forEach((inside, i) => (object[i]! += inside));
  const data = { 'area-only': new Float32Array(size * size).fill(1), 'object-only': object };
  return CONTROLS.flatMap(({ id }) => [true, false].map((signed) => ({ id, signed, map: { data: data[id], height: size, width: size, channels: 1 } })));
}
