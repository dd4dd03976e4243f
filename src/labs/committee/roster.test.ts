/** The sentence, the order and the files of the committee's page. */
import { expect, test } from 'vitest';
import type { ModelEntry } from '../../worker/protocol.ts';
import { modelsCsv, modelsJson } from './exportRoster.ts';
import { chosenModels, story } from './roster.ts';

const model = (id: string, test: number, change: Partial<ModelEntry> = {}): ModelEntry => ({
  id, title: id, architecture: id, family: id, familyTitle: id, mixes: 'convolution', role: 'member', inputSize: 64, classes: ['mug'], parameters: 10, multiplyAdds: 20, calibrationError: 0.1, bytes: 30, sha256: 'abc',
  accuracy: { validation: test, test, interval: [test - 0.01, test + 0.01], n: 2000 }, ...change,
});
const COMMITTEE = [model('plain', 0.9), model('vit', 0.95, { parameters: 5 }), model('tiny', 0.5, { family: 'plain', role: 'weak', parameters: 1 }), model('cheat', 0.9, { family: 'plain', role: 'shortcut' })];
const ALL = { family: 'all', role: 'all', sort: 'accuracy', reverse: false } as const;
const ids = (models: readonly ModelEntry[]) => models.map(({ id }) => id);

test('the sentence counts models, families, the range and who votes', () => {
  expect(story(COMMITTEE)).toBe('Four models of two families, from 50.0\u00a0% to 95.0\u00a0% right on 2,000 test scenes; two vote by default, one is weak on purpose and one has learned a shortcut.');
  expect(story(COMMITTEE.slice(0, 2))).toBe('Two models of two families, from 90.0\u00a0% to 95.0\u00a0% right on 2,000 test scenes; all vote.');
  expect(story([COMMITTEE[0]!])).toBe('One model, 90.0\u00a0% right on 2,000 test scenes; it votes.');
  expect(story([])).toMatch(/no model here/);
});

test('orders by what is asked, ties as in the catalogue, both ways round', () => {
  expect(ids(chosenModels(COMMITTEE, ALL))).toEqual(['vit', 'plain', 'cheat', 'tiny']);
  expect(ids(chosenModels(COMMITTEE, { ...ALL, reverse: true }))).toEqual(['tiny', 'plain', 'cheat', 'vit']);
  expect(ids(chosenModels(COMMITTEE, { ...ALL, sort: 'family' }))).toEqual(['plain', 'tiny', 'cheat', 'vit']);
  expect(ids(chosenModels(COMMITTEE, { ...ALL, sort: 'parameters' }))).toEqual(['tiny', 'vit', 'plain', 'cheat']);
  expect(ids(COMMITTEE)).toEqual(['plain', 'vit', 'tiny', 'cheat']);
});

test('filters by family and role together', () => {
  expect(ids(chosenModels(COMMITTEE, { ...ALL, family: 'plain' }))).toEqual(['plain', 'cheat', 'tiny']);
  expect(ids(chosenModels(COMMITTEE, { ...ALL, family: 'plain', role: 'weak' }))).toEqual(['tiny']);
  expect(chosenModels(COMMITTEE, { ...ALL, family: 'vit', role: 'weak' })).toEqual([]);
});

test('the files hold every model with its interval; commas in a note do not break a line', () => {
  const csv = modelsCsv([model('a', 0.9, { note: 'small, on purpose' }), model('b', 0.8)]).trim().split('\r\n');
  expect(csv).toHaveLength(3);
  expect(csv[1]).toContain('0.89,0.91,2000,0.1,"small, on purpose",abc');
  expect((JSON.parse(modelsJson(COMMITTEE)) as { models: ModelEntry[] }).models).toEqual(COMMITTEE);
});
