/** Classes of models that know different ones: the same names are the same class, whoever says them. */
import { expect, test } from 'vitest';
import type { Catalog, OwnEntry, OwnModel } from '../worker/protocol.ts';
import { allModels, classSpace, sceneOutputs, shortTitle } from './classes.ts';

const scenes = ['Mug', 'Watering can', 'Car'];
const entry = (id: string, classes: readonly string[], corrections?: OwnModel['corrections']) => ({ id, classes, own: { id, classes, corrections } }) as unknown as OwnEntry;
const catalogOf = (...own: OwnEntry[]) => ({ models: [{ id: 'cnn', classes: scenes }], own }) as unknown as Catalog;

test('a catalogue without models of the visitor’s has the classes of the scenes, each its own', () => {
  const space = classSpace(catalogOf());
  expect(space.titles).toEqual(scenes);
  expect([space.common('cnn', 2), space.output('cnn', 2), space.output('cnn', 3), space.outputs('cnn')]).toEqual([2, 2, undefined, undefined]);
});

test('a label that bears the name of a class is that class; others are shared by name', () => {
  const [first, second] = ['own:aaaaaaaaaaaaaaaa.000000', 'own:bbbbbbbbbbbbbbbb.000000'] as const;
  const space = classSpace(catalogOf(entry(first, ['tench, Tinca tinca', 'crane', 'watering cans', 'crane']), entry(second, ['crane', 'Crane', 'Tench, tinca tinca', 'boat'])));
  expect(space.titles).toEqual([...scenes, 'tench, Tinca tinca', 'crane', 'crane', 'boat']);
  expect([0, 1, 2, 3].map((k) => space.common(first, k))).toEqual([3, 4, 1, 5]);
  expect([0, 1, 2, 3].map((k) => space.common(second, k))).toEqual([4, 5, 3, 6]);
  for (const model of [first, second]) for (const k of [0, 1, 2, 3]) expect(space.output(model, space.common(model, k))).toBe(k);
  expect([space.output(first, 6), space.output('cnn', 4), space.output('own:unknown', 0)]).toEqual([undefined, undefined, undefined]);
});

test('a correction counts before the name, and null means that there is no such class', () => {
  const classes = ['car', 'coffee mug', 'sports car'];
  expect(sceneOutputs(scenes, { classes })).toEqual(new Map([[2, 0]]));
  expect(sceneOutputs(scenes, { classes, corrections: { Mug: 'coffee mug', Car: 'sports car' } })).toEqual(new Map([[0, 1], [2, 2]]));
  expect(sceneOutputs(scenes, { classes, corrections: { Car: null } })).toEqual(new Map());
  // A label that a correction took is not given by name as well.
  expect(sceneOutputs(scenes, { classes, corrections: { Mug: 'car' } })).toEqual(new Map([[0, 0]]));
});

test('all models, and a class in a sentence', () => {
  const catalog = catalogOf(entry('own:x', []));
  expect(allModels(catalog).map(({ id }) => id)).toEqual(['cnn', 'own:x']);
  expect(allModels(catalog)).toBe(allModels(catalog));
  expect([shortTitle('tench, Tinca tinca'), shortTitle('watering-can')]).toEqual(['tench', 'watering can']);
});
