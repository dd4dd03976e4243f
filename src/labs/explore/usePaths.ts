/** The lines over the maps: each column's consensus contour and the outline of the true object. Made once per consensus and scene. */
import { useMemo } from 'react';
import { CONTOUR_SHARE, MARK_SIZE, massContourPath, outlinePath } from '../../draw/contour.ts';
import type { PlaneMap } from '../../fields/field.ts';
import { idMask } from '../../fields/regions.ts';
import type { SceneResult } from '../../worker/protocol.ts';
import { once } from '../../ui/raster.ts';
import type { Grid } from './useGrid.ts';

/** Ids of an id map below this one are ground, background, distractors and shadow. */
const NOT_OBJECT = new Set(['background', 'ground', 'distractor', 'shadow']);

const contourOf = once((mean: PlaneMap) => massContourPath(mean, CONTOUR_SHARE, MARK_SIZE, MARK_SIZE));

const outlineOf = once(({ ids, legend, size }: SceneResult) => {
  const parts = new Set(legend.filter(({ name }) => !NOT_OBJECT.has(name)).map(({ id }) => id));
  return outlinePath(idMask(ids, parts, size, size), MARK_SIZE, MARK_SIZE);
});

export function useContours(consensus: Grid['consensus']): ReadonlyMap<string, string> {
  return useMemo(() => new Map([...consensus].flatMap(([method, found]) => (found.kind === 'consensus' ? [[method, contourOf(found.mean)] as const] : []))), [consensus]);
}

export const useOutline = (scene: SceneResult | undefined): string | undefined => useMemo(() => (scene && scene.rowsDone === scene.size ? outlineOf(scene) : undefined), [scene]);
