/** From the choice that the studies share to what they ask. Pure; runs nothing. */
import { drawScenes, type PictureImage, type StudySetup } from '../studies/setup.ts';
import type { Catalog } from '../worker/protocol.ts';
import { paramsOf } from './request.ts';
import { studyScore } from './studyPresets.ts';
import type { StudyChoice } from './view.ts';

export interface SetupOptions {
  /** The visitor's pictures, for a study of a folder. */
  readonly pictures: readonly PictureImage[];
  /** Ids of models that are known not to run the method. */
  readonly without: readonly string[];
}

/** What is asked; nothing where there is nobody to ask, nothing to ask about or no method. */
export function studySetup({ models, methods, scenes }: Catalog, choice: StudyChoice, { pictures, without }: SetupOptions): StudySetup | undefined {
  const method = methods.find(({ id }) => id === choice.method);
  const asked = models.filter(({ id }) => choice.models.includes(id) && !without.includes(id));
  const images = choice.source === 'scenes' ? drawScenes(scenes, choice.images, choice.seed) : pictures.slice(0, choice.images);
  if (!method || asked.length === 0 || images.length === 0) return undefined;
  return { models: asked, images, method, params: paramsOf(method.params, choice.params), score: studyScore(method, choice.score), seed: choice.seed };
}
