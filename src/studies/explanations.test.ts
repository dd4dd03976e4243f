/** The shared part of studies: what is asked when, which images are kept, what is explained. */
import { describe, expect, test } from 'vitest';
import { CATALOG, explainResult } from '../worker/testing.ts';
import type { PredictResult, Result, SceneResult } from '../worker/protocol.ts';
import { factsOf, planStudy, type Outcome } from './explanations.ts';
import type { SweepItem } from './plan.ts';
import { drawScenes, filtering, SIDE, type StudyImage, type StudySetup } from './setup.ts';

const [gradient] = CATALOG.methods.filter(({ id }) => id === 'gradient');
const models = CATALOG.models.map((model, i) => (i === 2 ? { ...model, role: 'weak' as const } : model));
const setupOf = (images: readonly StudyImage[], more: Partial<StudySetup> = {}): StudySetup => ({ models, method: gradient!, params: {}, score: 'logit', images, seed: 7, ...more });

const scene: Pick<SceneResult, 'kind' | 'classTitle' | 'legend' | 'ids' | 'rgb'> = {
  kind: 'scene', classTitle: 'car', legend: [{ id: 0, name: 'background' }, { id: 3, name: 'shadow' }, { id: 8, name: 'wheel' }], ids: Uint8Array.of(0, 3, 8, 8), rgb: new Uint8Array(12),
};
const saying = (top: number): PredictResult => ({ kind: 'predict', logits: new Float32Array(3), probabilities: Float32Array.from([0, 1, 2], (i) => (i === top ? 0.8 : 0.1)) });

/** Answers everything that is asked. → the requests in the order of their items, and what was found. */
function run(setup: StudySetup, topOf: (model: string) => number) {
  const plan = planStudy(setup);
  const found = new Map<string, Outcome>();
  const asked: SweepItem[] = [];
  const enter = (items: readonly SweepItem[]) => {
    for (const item of items) {
      if (asked.some(({ key }) => key === item.key)) continue;
      asked.push(item);
      const { request } = item;
      const result = request.kind === 'scene' ? (scene as Result) : request.kind === 'predict' ? saying(topOf(request.model)) : explainResult(asked.length);
      const outcome = plan.reduce(item, result, found);
      found.set(item.key, outcome);
      enter(plan.follow(item, outcome, found, new Set()));
    }
  };
  enter(plan.first);
  return { asked: asked.map(({ request }) => request), found };
}

describe('scenes', () => {
  const setup = setupOf([{ kind: 'scene', seed: 36_001 }]);
  test('kept where the good members are right; the weak one errs, is explained on the true class all the same', () => {
    const { asked, found } = run(setup, (model) => (model === 'resnet' ? 0 : 2));
    expect(asked.map(({ kind }) => kind)).toEqual(['scene', 'predict', 'predict', 'predict', 'explain', 'explain', 'explain']);
    expect(asked.flatMap((request) => (request.kind === 'explain' ? [[request.model, request.target, request.seed]] : []))).toEqual([['cnn', 2, 7], ['vit', 2, 7], ['resnet', 2, 7]]);
    const facts = factsOf(setup, 0, found);
    expect([facts.standing, facts.target, facts.maps.size]).toEqual(['kept', 2, 3]);
    expect([...facts.mask!]).toEqual([0, 0, 1, 1]);
  });
  test('left out, and no map asked, where a good member errs', () => {
    const { asked, found } = run(setup, (model) => (model === 'vit' ? 0 : 2));
    expect(asked.some(({ kind }) => kind === 'explain')).toBe(false);
    expect(factsOf(setup, 0, found).standing).toBe('left out');
  });
  test('nothing is judged before the answers are there', () => expect(factsOf(setup, 0, new Map())).toMatchObject({ standing: 'waiting', maps: new Map() }));
});

test('a picture without a class is kept; the filtering majority names what is explained', () => {
  const picture: StudyImage = { kind: 'picture', id: 'p', name: 'p.jpg', rgb: new Uint8Array(3 * SIDE * SIDE) };
  const weak = models.map((model) => ({ ...model, role: 'member' as const }));
  const { asked, found } = run(setupOf([picture], { models: weak }), (model) => (model === 'cnn' ? 0 : 1));
  expect(factsOf(setupOf([picture], { models: weak }), 0, found)).toMatchObject({ standing: 'kept', target: 1 });
  expect(asked.filter(({ kind }) => kind === 'explain')).toHaveLength(3);
});

test('of a method that weighs segments its segments are kept', () => {
  const plan = planStudy(setupOf([{ kind: 'scene', seed: 36_001 }]));
  const kept = (more: object) => plan.reduce(plan.first[0]!, { ...explainResult(1), ...more }, new Map());
  expect(kept({ segments: Uint8Array.of(0, 0, 1, 1) })).toMatchObject({ kind: 'map', segments: Uint8Array.of(0, 0, 1, 1) });
  expect(kept({})).not.toHaveProperty('segments');
});

test('who filters: members with at least 90 % right; without one, all', () => {
  const poor = { ...models[0]!, accuracy: { ...models[0]!.accuracy, test: 0.89 } };
  expect(filtering([poor, models[1]!, models[2]!]).map(({ id }) => id)).toEqual(['vit']);
  expect(filtering([poor, models[2]!])).toHaveLength(2);
});

test('drawn scenes: each dozen one of each class, more keep the first, another seed draws others', () => {
  const seeds = (count: number, seed: number) => drawScenes(CATALOG.scenes, count, seed).map((image) => image.seed);
  expect(new Set(seeds(12, 3).map((seed) => seed % 12)).size).toBe(12);
  expect(seeds(24, 3).slice(0, 12)).toEqual(seeds(12, 3));
  expect(new Set(seeds(2000, 3)).size).toBe(1992);
  expect(seeds(12, 4)).not.toEqual(seeds(12, 3));
});
