import { beforeEach, expect, test } from 'vitest';
import { CATALOG } from '../worker/testing.ts';
import * as act from './actions.ts';
import { createAppStore, type Store } from './store.ts';

let store: Store;
const view = () => store.getState().view;
beforeEach(() => void (store = createAppStore(CATALOG)));

test('a parameter is brought into range, and what equals the default is left out', () => {
  act.setParam(store, 'integrated-gradients', 'steps', 1e6);
  expect(view().params).toEqual({ 'integrated-gradients': { steps: 256 } });
  act.setParam(store, 'integrated-gradients', 'steps', 32);
  expect(view().params).toEqual({});
});

test('a parameter that is not declared or cannot be read is an error that names it', () => {
  expect(() => act.setParam(store, 'gradient', 'steps', 3)).toThrow("method 'gradient' has no parameter 'steps'");
  expect(() => act.setParam(store, 'integrated-gradients', 'rule', 'magic')).toThrow('integrated-gradients.rule cannot be "magic"');
});

test('a whole drag is one step to undo, and previews meanwhile', () => {
  for (const steps of [40, 50, 60]) act.setParam(store, 'integrated-gradients', 'steps', steps, { dragging: true });
  expect(store.getState()).toMatchObject({ dragging: 'integrated-gradients' });
  act.select(store, { method: 'integrated-gradients' });
  expect(store.getState().dragging).toBe('integrated-gradients');
  act.setParam(store, 'integrated-gradients', 'steps', 61);
  expect(store.getState().dragging).toBeUndefined();
  expect(view().params).toEqual({ 'integrated-gradients': { steps: 61 } });
  act.undo(store);
  expect(view().params).toEqual({});
  act.redo(store);
  expect(view().params).toEqual({ 'integrated-gradients': { steps: 61 } });
});

test('a new step forgets what was undone; a selection is no step', () => {
  act.setTarget(store, 1);
  act.undo(store);
  act.select(store, { model: 'vit' });
  act.redo(store);
  expect(view().target).toBe(1);
  act.undo(store);
  act.setTarget(store, 2);
  act.redo(store);
  expect(view().target).toBe(2);
});

test('a model comes back where the catalogue has it; the visitor’s own order is kept', () => {
  act.toggleModel(store, 'vit');
  expect(view().models).toEqual(['cnn', 'resnet']);
  act.toggleModel(store, 'vit');
  expect(view().models).toEqual(['cnn', 'vit', 'resnet']);
  act.moveMethod(store, 'smoothgrad', 0);
  expect(view().methods).toEqual(['smoothgrad', 'gradient', 'integrated-gradients']);
});

const photo = (width: number, height: number) => {
  const rgba = new Uint8ClampedArray(width * height * 4).map((_, i) => (i % 4 === 3 ? 255 : (i * 7) % 256));
  return { name: 'cat.png', rgba, width, height, notices: ['cat.png is greyscale; the models were trained on colour.'] };
};

test('a photograph is shown through its largest centred square; its notices are told', () => {
  act.openPhoto(store, photo(100, 80));
  const { image } = view();
  const picture = store.getState().pictures[image.kind === 'picture' ? image.id : ''];
  expect(picture?.crop).toEqual({ x: 10, y: 0, size: 80 });
  expect(picture?.pixels.size).toBe(64);
  expect(picture?.pixels.data).toHaveLength(64 * 64 * 3);
  expect(store.getState().notices.map(({ message }) => message)).toEqual(['cat.png is greyscale; the models were trained on colour.']);
});

test('the square moves; on the way no pictures pile up; undo brings the first back', () => {
  act.openPhoto(store, photo(100, 80));
  const first = view().image;
  for (const x of [11, 12, 13, 14]) act.setCrop(store, { x, y: 0, size: 80 }, { dragging: true });
  act.setCrop(store, { x: 15, y: 0, size: 80 });
  expect(Object.keys(store.getState().pictures)).toHaveLength(2);
  act.undo(store);
  expect(view().image).toEqual(first);
  expect(store.getState().pictures[(first as { id: string }).id]?.crop.x).toBe(10);
});

test('the same message is told once, and can be dismissed', () => {
  act.notify(store, 'error', 'no');
  act.notify(store, 'error', 'no');
  expect(store.getState().notices).toHaveLength(1);
  act.dismissNotice(store, store.getState().notices[0]!.id);
  expect(store.getState().notices).toEqual([]);
});

test('a model goes to the grid as one step, selected, once', () => {
  const [first] = CATALOG.models;
  act.toggleModel(store, first!.id);
  act.setLab(store, 'committee');
  act.setRoster(store, { sort: 'name' });
  act.showModelInExplore(store, first!.id);
  expect(view()).toMatchObject({ lab: 'explore', models: CATALOG.models.map(({ id }) => id), selected: { model: first!.id }, roster: { sort: 'name' } });
  act.undo(store);
  expect(view().models).not.toContain(first!.id);
  act.showModelInExplore(store, 'vit');
  expect(view().models.filter((id) => id === 'vit')).toHaveLength(1);
});

test('a page is no step to undo, and undo stays on the page; a method goes to the grid as one step, selected', () => {
  act.setTarget(store, 1);
  act.setLab(store, 'methods');
  expect([view().lab, store.getState().address]).toEqual(['methods', 'push']);
  act.undo(store);
  expect([view().lab, view().target]).toEqual(['methods', 'majority']);
  act.toggleMethod(store, 'smoothgrad');
  act.showInExplore(store, 'smoothgrad');
  expect(view()).toMatchObject({ lab: 'explore', selected: { method: 'smoothgrad' } });
  expect(view().methods).toContain('smoothgrad');
  act.undo(store);
  expect(view().lab).toBe('explore');
  expect(view().methods).not.toContain('smoothgrad');
  act.showInExplore(store, 'gradient');
  expect(view().methods.filter((id) => id === 'gradient')).toHaveLength(1);
});

test('a setting of the study is a step to undo, a dragged one a single step; a scene goes to the grid with its models and methods', () => {
  const before = view().shortcut;
  for (const scenes of [10, 20, 30]) act.setShortcut(store, { scenes }, { dragging: true });
  act.endDrag(store);
  act.setShortcut(store, { corner: 'top-left' });
  act.undo(store);
  expect(view().shortcut).toEqual({ ...before, scenes: 30 });
  act.undo(store);
  expect(view().shortcut).toEqual(before);
  const image = { kind: 'scene' as const, seed: 5, changes: [{ type: 'sticker' as const, classId: 'mug', corner: 'top-left' as const }] };
  act.showSceneInExplore(store, { image, models: ['vit', 'cnn'], methods: ['gradient'] });
  expect(view()).toMatchObject({ lab: 'explore', image, models: ['vit', 'cnn'], methods: ['gradient'], target: 'own', selected: {} });
});

test('on the Transfer page a dragged share is one step to undo; pointing at a pair is none', () => {
  for (const share of [0.1, 0.3, 0.4]) act.setTransfer(store, { share }, { dragging: true });
  act.setTransfer(store, { share: 0.5 });
  act.lookAt(store, { image: 2, generator: 'cnn', tester: 'vit' });
  expect(view().transfer).toMatchObject({ share: 0.5, image: 2, generator: 'cnn', tester: 'vit' });
  act.undo(store);
  expect(view().transfer.share).toBe(0.2);
  expect(store.getState().history.past).toHaveLength(0);
});
