import { describe, expect, test } from 'vitest';
import type { Claim } from '../engine/methods/method.ts';
import type { Entry } from '../worker/client.ts';
import type { ImageRef } from '../worker/protocol.ts';
import { CATALOG } from '../worker/testing.ts';
import { defaultView } from './defaults.ts';
import { baselineOf, cellRequests, committeeMajority, majorityOf, nextSeed, paramsOf, plan, predictionFrom, requestOf, targetOf } from './request.ts';
import { SCENE_DRAG, SLOTS } from './store.ts';
import type { View } from './view.ts';

const view = defaultView(CATALOG);

const predicted = (model: string, probabilities: number[], image: ImageRef = view.image): Entry => {
  const request = { kind: 'predict', model, image } as const;
  const result = { kind: 'predict', logits: Float32Array.from(probabilities), probabilities: Float32Array.from(probabilities) } as const;
  return { status: 'done', request, shown: { request, result, preview: false, partial: false } };
};

const known = { [SLOTS.prediction('cnn')]: predicted('cnn', [0.7, 0.2, 0.1]), [SLOTS.prediction('vit')]: predicted('vit', [0.1, 0.3, 0.6]), [SLOTS.prediction('resnet')]: predicted('resnet', [0.2, 0.1, 0.7]) };
const state = (change: Partial<View> = {}, entries: Record<string, Entry> = known, dragging?: string) => ({ view: { ...view, ...change }, entries, catalog: CATALOG, dragging });

test('the majority is explained on every model, and only once every prediction is in', () => {
  expect(CATALOG.models.map(({ id }) => targetOf(state(), id))).toEqual([2, 2, 2]);
  const { [SLOTS.prediction('vit')]: _, ...two } = known;
  expect(targetOf(state({}, two), 'cnn')).toBeUndefined();
  expect(cellRequests(state({}, two)).size).toBe(0);
});

test('a model that failed is not waited for', () => {
  const failed: Entry = { status: 'failed', request: { kind: 'predict', model: 'vit', image: view.image }, message: 'damaged' };
  const entries = { ...known, [SLOTS.prediction('vit')]: failed };
  expect(targetOf(state({}, entries), 'cnn')).toBe(0); // one vote each; 0.7 + 0.2 against 0.1 + 0.7
  expect(requestOf(state({ target: 'own' }, entries), 'vit', 'gradient')).toBeDefined();
});

test('a prediction of another image does not count', () => {
  expect(predictionFrom(predicted('cnn', [1, 0, 0], { kind: 'scene', seed: 1 }), view.image)).toBeUndefined();
  expect(predictionFrom(known[SLOTS.prediction('cnn')], view.image)).toMatchObject({ top: 0, runnerUp: 1 });
});

test('own: each model its own class; fixed: without waiting for anyone', () => {
  expect(CATALOG.models.map(({ id }) => targetOf(state({ target: 'own' }), id))).toEqual([0, 2, 2]);
  expect(targetOf(state({ target: 1 }, {}), 'cnn')).toBe(1);
});

test('a tie goes to the larger summed probability', () => {
  const of = (top: number, p: number[]) => ({ model: '', top, runnerUp: 0, probabilities: Float32Array.from(p) });
  expect(majorityOf([of(0, [0.5, 0.4]), of(1, [0.1, 0.9])])).toBe(1);
  expect(majorityOf([])).toBeUndefined();
});

test('weak members do not decide the class, unless asked; families may have one voice each', () => {
  const models = CATALOG.models.map((entry) => ({ ...entry, ...(entry.id === 'cnn' ? {} : { role: 'weak' as const, family: 'transformer' }) }));
  const catalog = { ...CATALOG, models };
  const target = (consensus: Partial<View['consensus']>, entries = known, of = catalog) => targetOf({ ...state({ consensus: { ...view.consensus, ...consensus } }, entries), catalog: of }, 'vit');
  expect(target({})).toBe(0); // cnn alone
  expect(target({ weak: true })).toBe(2); // two against one
  expect(target({}, { [SLOTS.prediction('cnn')]: known[SLOTS.prediction('cnn')]! })).toBe(0); // weak ones are not waited for
  expect(target({ weak: true, balance: true })).toBe(0); // one voice each, 0.7 against the mean of 0.6 and 0.7
  expect(committeeMajority({ ...state({}, {}), catalog })).toBeUndefined();
  const onlyWeak = { ...catalog, models: models.map((entry) => ({ ...entry, role: 'weak' as const })) };
  expect(target({}, known, onlyWeak)).toBe(2);
});

test('the score is the method’s own unless chosen; a margin names its rival', () => {
  expect(requestOf(state(), 'cnn', 'gradient')!.score).toEqual({ kind: 'logit' });
  expect(requestOf(state({ score: 'probability' }), 'cnn', 'gradient')!.score).toEqual({ kind: 'probability' });
  expect(requestOf(state({ score: 'margin' }), 'cnn', 'gradient')!.score).toEqual({ kind: 'margin', rival: 0 }); // explains 2, predicts 0
  expect(requestOf(state({ score: 'margin' }), 'vit', 'gradient')!.score).toEqual({ kind: 'margin', rival: 1 }); // explains 2, its runner-up is 1
  expect(requestOf(state({ score: 'margin', rival: 1 }), 'cnn', 'gradient')!.score).toEqual({ kind: 'margin', rival: 1 });
});

test('parameters are the defaults with what was set, in range; what is not declared is dropped', () => {
  expect(paramsOf(CATALOG.methods[0]!.params, { steps: 1000, wings: 2 })).toEqual({ steps: 256, rule: 'midpoint' });
});

test('the cheap column comes first, on the first model first', () => {
  const slots = [...cellRequests(state({ methods: ['integrated-gradients', 'gradient'] }))].sort(([, a], [, b]) => a.order - b.order).map(([slot]) => slot);
  expect(slots).toEqual(['cnn/gradient', 'vit/gradient', 'resnet/gradient', 'cnn/integrated-gradients', 'vit/integrated-gradients', 'resnet/integrated-gradients']);
});

test('with many rows the first ones come first in every column, and a dear column last in all', () => {
  const many = Array.from({ length: 6 }, (_, i) => ({ ...CATALOG.models[0]!, id: `m${i}` }));
  const entries = Object.fromEntries(many.map(({ id }) => [SLOTS.prediction(id), predicted(id, [1, 0, 0])]));
  const params = { 'integrated-gradients': { steps: 256 } };
  const slots = [...cellRequests({ ...state({ models: many.map(({ id }) => id), methods: ['integrated-gradients', 'smoothgrad', 'gradient'], params }, entries), catalog: { ...CATALOG, models: many } })]
    .sort(([, a], [, b]) => a.order - b.order)
    .map(([slot]) => slot);
  const at = (slot: string) => slots.indexOf(slot);
  expect(at('m3/gradient')).toBeLessThan(at('m4/smoothgrad'));
  expect(at('m3/smoothgrad')).toBeLessThan(at('m4/smoothgrad'));
  expect(Math.min(...slots.flatMap((slot, i) => (slot.endsWith('integrated-gradients') ? [i] : [])))).toBe(12);
});

test('predictions come before every map, the large scene after the first column', () => {
  const orders = [...plan(state())].sort(([, a], [, b]) => a.order - b.order).map(([slot]) => slot);
  expect(orders.slice(0, 4)).toEqual([SLOTS.scene, SLOTS.prediction('cnn'), SLOTS.prediction('vit'), SLOTS.prediction('resnet')]);
  expect(orders.indexOf(SLOTS.largeScene)).toBe(7);
});

test('only the dragged method previews, and only one that has a preview', () => {
  const previews = (dragging: string) => [...cellRequests(state({}, known, dragging))].filter(([, { request }]) => request.preview).map(([slot]) => slot);
  expect(previews('smoothgrad')).toEqual(['cnn/smoothgrad', 'vit/smoothgrad', 'resnet/smoothgrad']);
  expect(previews('gradient')).toEqual([]);
});

test('the page of methods asks what runs on the chosen models, and computes no map; without any, on the first; the grid asks it last', () => {
  const slots = (models: readonly string[]) => [...plan(state({ lab: 'methods', models })).keys()];
  expect(slots(['vit'])).toEqual([SLOTS.capabilities('vit')]);
  expect(slots([])).toEqual(CATALOG.models.map(({ id }) => SLOTS.capabilities(id)));
  const inGrid = [...plan(state({ models: ['vit'] }))].sort(([, a], [, b]) => a.order - b.order).at(-1)!;
  expect(inGrid).toMatchObject([SLOTS.capabilities('vit'), { background: true }]);
});

test('the committee’s page asks for nothing before a card is open, then for that model alone', () => {
  expect([...plan(state({ lab: 'committee' }))]).toEqual([]);
  expect([...plan(state({ lab: 'committee', selected: { model: 'vit' } })).values()].map(({ request }) => request)).toEqual([{ kind: 'card', model: 'vit' }, { kind: 'graph', model: 'vit' }]);
});

describe('the second seed', () => {
  const selected = { model: 'vit', method: 'smoothgrad' };
  const described = (claims: readonly Claim[], method = 'smoothgrad'): Record<string, Entry> => {
    const request = { kind: 'describe', model: 'vit', method, params: {} } as const;
    return { ...known, [SLOTS.description]: { status: 'done', request, shown: { request, result: { kind: 'describe', passes: { forward: 1, backward: 1, exact: true }, claims }, preview: false, partial: false } } };
  };
  const second = (change: Partial<View>, entries: Record<string, Entry>, dragging?: string) => plan(state({ selected, ...change }, entries, dragging)).get(SLOTS.secondSeed);

  test('is the selected map’s own request with the next seed, when nothing else is to do', () => {
    const planned = second({ seed: 6 }, described([]));
    const own = requestOf(state({ seed: 6 }, described([])), 'vit', 'smoothgrad');
    expect(planned).toMatchObject({ background: true, request: { ...own, seed: 7 } });
    expect(nextSeed(2 ** 31 - 1)).toBe(0);
  });
  test('is asked for only where chance has a part, and not while a slider is dragged', () => {
    expect(second({}, described(['deterministic']))).toBeUndefined();
    expect(second({}, described([], 'gradient'))).toBeUndefined(); // the description of what was selected before
    expect(second({}, known)).toBeUndefined();
    expect(second({ selected: { method: 'smoothgrad' } }, described([]))).toBeUndefined();
    expect(second({ methods: ['gradient'] }, described([]))).toBeUndefined();
    expect(second({}, described([]), 'smoothgrad')).toBeUndefined();
  });
});

test('a photograph needs no scene', () => {
  const slots = [...plan(state({ image: { kind: 'picture', id: 'p' } })).keys()];
  expect(slots).not.toContain(SLOTS.scene);
  expect(slots).toContain(SLOTS.prediction('cnn'));
});

test('a baseline of another image is the scene on show without its object, until one is kept', () => {
  expect(baselineOf({ image: { kind: 'scene', seed: 7 } })).toEqual({ kind: 'scene', seed: 7, changes: [{ type: 'remove-object' }] });
  expect(baselineOf({ image: { kind: 'scene', seed: 7 }, baselineImage: { kind: 'scene', seed: 9 } })).toEqual({ kind: 'scene', seed: 9 });
  expect(baselineOf({ image: { kind: 'picture', id: 'p' } })).toMatchObject({ kind: 'scene', changes: [{ type: 'remove-object' }] });
});

describe('a scene that is dragged', () => {
  const image = { kind: 'scene', seed: 7, changes: [{ type: 'turn', value: 40 }] } as const;
  const before = { ...image, changes: [{ type: 'turn', value: 35 }] } as const;
  const entries = Object.fromEntries(CATALOG.models.map(({ id }) => [SLOTS.prediction(id), predicted(id, [0.1, 0.8, 0.1], before)]));

  test('every map follows at once as a preview, for the class explained just before; the large picture and the effects wait', () => {
    const dragged = state({ image, selected: { model: 'cnn' } }, entries, SCENE_DRAG);
    expect(targetOf(dragged, 'vit')).toBe(1);
    expect(requestOf(dragged, 'cnn', 'gradient')).toMatchObject({ image, preview: true, target: 1 });
    const planned = plan(dragged);
    expect([planned.has(SLOTS.scene), planned.has(SLOTS.largeScene), planned.has(SLOTS.effects('cnn'))]).toEqual([true, false, false]);
    expect(predictionFrom(entries[SLOTS.prediction('cnn')], { kind: 'scene', seed: 8 }, true)).toBeUndefined();
  });

  test('once it is let go, the exact maps wait for the predictions of the new look', () => {
    expect(targetOf(state({ image }, entries), 'vit')).toBeUndefined();
    expect(plan(state({ image }, entries)).has(SLOTS.largeScene)).toBe(true);
  });

  test('true effects are asked of every model shown, in the background, once something is selected and the class is known', () => {
    const planned = plan(state({ selected: { method: 'gradient' }, seed: 4 }));
    expect(planned.get(SLOTS.effects('vit'))).toMatchObject({ background: true, request: { kind: 'effects', model: 'vit', image: view.image, target: 2, draws: 4, seed: 4 } });
    expect(plan(state()).has(SLOTS.effects('vit'))).toBe(false);
    expect(plan(state({ image: { kind: 'picture', id: 'x' }, target: 1, selected: { method: 'gradient' } })).has(SLOTS.effects('vit'))).toBe(false);
  });
});
