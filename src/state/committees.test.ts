/** Committees by one click, on the twenty as they are planned, with accuracies made up here. */
import { expect, test } from 'vitest';
import { architecture, FAMILIES } from '../engine/models/architectures/index.ts';
import { COMMITTEE, familyOf, type Member } from '../engine/models/committee.ts';
import type { ModelEntry } from '../worker/protocol.ts';
import { CATALOG } from '../worker/testing.ts';
import { committees, presentCommittees, type CommitteeId } from './committees.ts';
import { defaultView } from './defaults.ts';

/** The later in the committee the better, but weak ones are weak. */
const ALL: readonly ModelEntry[] = (COMMITTEE as readonly Member[]).map(({ id, title, architecture: name, role, note }, i) => {
  const family = familyOf({ architecture: name });
  const { title: familyTitle, mixes } = FAMILIES[family];
  const validation = role === 'weak' ? 0.6 + i / 100 : 0.9 + i / 1000;
  return { ...CATALOG.models[0]!, id, title, architecture: architecture(name).id, family, familyTitle, mixes, role, ...(note ? { note } : {}), accuracy: { ...CATALOG.models[0]!.accuracy, validation } };
});
const of = (id: CommitteeId, models = ALL) => committees(models).find((committee) => committee.id === id)?.models;

test('all, the first four, and by how places meet: members only', () => {
  expect(of('all')).toEqual(ALL.map(({ id }) => id));
  expect(of('first')).toEqual(['vgg-7', 'resnet-10', 'mobilenet-s', 'vit-s8']);
  expect(of('first')).toEqual(defaultView({ ...CATALOG, models: ALL }).models);
  expect(of('transformers')).toEqual(['vit-s8', 'swin-s', 'hybrid-s', 'vit-xs8']);
  expect(of('convolutional')).toEqual(['vgg-7', 'resnet-10', 'mobilenet-s', 'resnet-18', 'densenet-16', 'inception-s', 'efficientnet-s', 'convnext-s', 'resnet-10-masked', 'vgg-7-whole']);
});

test('one of each family: its best by validation accuracy, a weak one only where the family has no other, never the one that cheats', () => {
  const chosen = of('families')!;
  expect(chosen).toHaveLength(12);
  expect(new Set(chosen.map((id) => ALL.find((model) => model.id === id)!.family)).size).toBe(12);
  expect(chosen).toContain('vgg-7-whole'); // the best of the plain ones, after the cheat
  expect(chosen).toContain('vit-xs8');
  expect(chosen).toContain('linear');
  expect(chosen).not.toContain('mobilenet-xs');
  const better = ALL.map((model) => (model.id === 'vgg-7' ? { ...model, accuracy: { ...model.accuracy, validation: 0.999, test: 0 } } : model));
  expect(of('families', better)).toContain('vgg-7');
});

test('the weak and the strong: four best and every weak one, in the catalogue’s order', () => {
  expect(of('weak-and-strong')).toEqual(['mixer-s', 'vit-xs8', 'resnet-10-masked', 'vgg-7-whole', 'vgg-7-early', 'mobilenet-xs', 'resnet-10-tenth', 'linear']);
});

test('trained differently: a base beside its variants, without those that are only weak', () => {
  expect(of('variants')).toEqual(['vgg-7', 'vgg-7-whole', 'vgg-7-sticker', 'resnet-10', 'resnet-10-masked']);
  expect(of('variants', ALL.slice(0, 13))).toBeUndefined();
});

test('rows are recognised in any order, and no committee is called like a model', () => {
  const all = committees(ALL);
  expect(presentCommittees(all, ['vit-s8', 'mobilenet-s', 'resnet-10', 'vgg-7'])).toEqual(['first']);
  expect(presentCommittees(all, ['vit-s8', 'mobilenet-s', 'resnet-10'])).toEqual([]);
  expect(presentCommittees(committees(ALL.slice(0, 4)), ALL.slice(0, 4).map(({ id }) => id))).toEqual(['first', 'all', 'families']);
  expect(ALL.some(({ id }) => all.some((committee) => committee.id === id))).toBe(false);
  expect(committees([])).toEqual([]);
});
