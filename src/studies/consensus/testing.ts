/** For the tests of this folder: a committee whose maps are said, over the real plan. */
import { CATALOG, explainResult } from '../../worker/testing.ts';
import type { ExplainRequest, MethodEntry, ModelEntry, Request, Result } from '../../worker/protocol.ts';
import type { Outcome } from '../explanations.ts';
import type { Found, SweepItem, SweepPlan } from '../plan.ts';
import type { StudySetup } from '../setup.ts';

const [first] = CATALOG.models;

/** Models m0, m1 …, members of two families in turn unless `change` says otherwise. */
export const committee = (count: number, change: (i: number) => Partial<ModelEntry> = () => ({})): ModelEntry[] =>
  Array.from({ length: count }, (_, i) => ({ ...first!, id: `m${i}`, title: `M${i}`, family: `f${i % 2}`, familyTitle: `F${i % 2}`, accuracy: { ...first!.accuracy, test: 0.99 - i / 100 }, ...change(i) }));

export const SEGMENTING: MethodEntry = { ...CATALOG.methods.find(({ id }) => id === 'gradient')!, id: 'lime', title: 'LIME', score: 'probability', params: { segmentation: { kind: 'choice', title: 'Segmentation', options: ['grid'], default: 'grid' } } };
export const DENSE: MethodEntry = CATALOG.methods.find(({ id }) => id === 'smoothgrad')!;

export const setupOf = (models: readonly ModelEntry[], change: Partial<StudySetup> = {}): StudySetup => ({
  models, method: DENSE, params: {}, score: 'probability', images: Array.from({ length: 3 }, (_, i) => ({ kind: 'scene' as const, seed: 40 + i })), seed: 5, ...change,
});

export interface Answers {
  /** Labels on the mask's pixels are 0 … 3, one a column. */
  readonly ids: Uint8Array;
  top?(model: string, seed: number): number;
  /** An error is the request's failure. */
  map(model: string, seed: number, request: ExplainRequest): Pick<Extract<Result, { kind: 'explain' }>, 'data' | 'height' | 'width' | 'channels' | 'segments'> | Error;
}

const seedOf = (request: Pick<ExplainRequest, 'image'>): number => (request.image.kind === 'scene' ? request.image.seed : 0);

function answer({ ids, top = () => 2, map }: Answers, request: Request): Result | Error {
  switch (request.kind) {
    case 'scene':
      return { kind: 'scene', classTitle: 'car', legend: [{ id: 0, name: 'background' }, { id: 1, name: 'wheel' }], ids, rgb: Uint8Array.from({ length: 3 * ids.length }, (_, i) => (i * 37) % 256) } as Partial<Result> as Result;
    case 'predict': {
      const chosen = top(request.model, seedOf(request));
      return { kind: 'predict', logits: new Float32Array(3), probabilities: Float32Array.from([0, 1, 2], (i) => (i === chosen ? 0.8 : 0.1)) };
    }
    case 'explain': {
      const made = map(request.model, seedOf(request), request);
      return made instanceof Error ? made : { ...explainResult(1), ...made };
    }
    default:
      throw new Error(`these tests ask for no '${request.kind}'`);
  }
}

/** Answers everything that the plan asks for. */
export function run(plan: SweepPlan<Outcome>, answers: Answers): { readonly found: Found<Outcome>; readonly failed: ReadonlySet<string>; readonly asked: readonly Request[] } {
  const found = new Map<string, Outcome>();
  const failed = new Set<string>();
  const asked: Request[] = [];
  const enter = (items: readonly SweepItem[]): void => {
    for (const item of items) {
      if (found.has(item.key) || failed.has(item.key)) continue;
      asked.push(item.request);
      const result = answer(answers, item.request);
      if (result instanceof Error) {
        failed.add(item.key);
        continue;
      }
      const outcome = plan.reduce(item, result, found);
      found.set(item.key, outcome);
      enter(plan.follow(item, outcome, found, new Set()));
    }
  };
  enter(plan.first);
  return { found, failed, asked };
}
