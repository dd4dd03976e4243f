/** The file of a study: written, read strictly, merged exactly. */
import { expect, test } from 'vitest';
import { CATALOG } from '../worker/testing.ts';
import { mergeFiles, protocolOf, readStudyFile, StudyFileError, studyText, type StudyFile } from './file.ts';
import { drawScenes, type StudySetup } from './setup.ts';

interface Kept {
  readonly at: number;
  readonly value: number;
  readonly ms?: number;
}
const method = CATALOG.methods.find(({ id }) => id === 'smoothgrad')!;
const setup: StudySetup = { models: CATALOG.models, method, params: { square: false, noise: 0.2 }, score: 'logit', images: drawScenes(CATALOG.scenes, 7, 3), seed: 3 };
const protocol = protocolOf(setup, { rule: 'rank', share: 0.1 });
const fileOf = (places: readonly number[], change: Partial<StudyFile<Kept>> = {}): StudyFile<Kept> => ({ format: 1, study: 'consensus', protocol, records: places.map((at) => ({ at, value: at / 3, ms: 10 * at })), ...change });
const named = (...files: readonly StudyFile<Kept>[]) => files.map((file, i) => ({ name: `${i}.json`, file }));

test('the protocol names everything that decides numbers', () => {
  expect(protocol).toMatchObject({ models: [{ id: 'cnn', sha256: 'cnn' }, { id: 'vit' }, { id: 'resnet' }], method: 'smoothgrad', params: { noise: 0.2, square: false }, score: 'logit', seed: 3, source: 'scenes', drawn: 7 });
  expect(Object.keys(protocol.params)).toEqual(['noise', 'square']); // however they were given
});

test('what is written is read again, numbers to the last bit', () => {
  const file = fileOf([0, 1, 5]);
  expect(readStudyFile(studyText(file), 'a.json')).toEqual(file);
  expect(studyText(readStudyFile(studyText(file), 'a.json'))).toBe(studyText(file));
});

test('shards merge to the file of the whole, byte for byte, in any order; so do files that overlap', () => {
  const whole = studyText(fileOf([0, 1, 2, 3, 4, 5, 6]));
  const shards = [[0, 3, 6], [1, 4], [2, 5]].map((places) => readStudyFile<Kept>(studyText(fileOf(places)), 'shard'));
  for (const order of [[0, 1, 2], [2, 1, 0], [1, 2, 0]]) expect(studyText(mergeFiles(named(...order.map((i) => shards[i]!))))).toBe(whole);
  expect(studyText(mergeFiles(named(fileOf([0, 1, 2, 3, 4]), fileOf([3, 4, 5, 6]))))).toBe(whole);
});

test('two records of one image must agree, times aside; then the same one is taken whatever the order', () => {
  const [a, b] = [fileOf([1]), fileOf([], { records: [{ at: 1, value: 1 / 3, ms: 99 }] })];
  expect(mergeFiles(named(a, b)).records).toEqual(mergeFiles(named(b, a)).records);
  expect(() => mergeFiles(named(a, fileOf([], { records: [{ at: 1, value: 0.34 }] })))).toThrow('0.json and 1.json differ in image 1: run one of them again');
});

test('what was made differently is not merged, and the message says what differs', () => {
  const other = fileOf([1], { protocol: { ...protocol, seed: 4, settings: { rule: 'squared', share: 0.1 } } });
  expect(() => mergeFiles(named(fileOf([0]), other))).toThrow(/0\.json and 1\.json were made differently \(seed 3 and 4; settings .*"rank".* and .*"squared"/);
  expect(() => mergeFiles(named(fileOf([0]), fileOf([1], { study: 'transfer' })))).toThrow('one of transfer');
  expect(() => mergeFiles([])).toThrow(StudyFileError);
});

test.each([
  ['it is not JSON', 'rubbish'],
  ['it holds no study', '[1]'],
  ['its format is 2, this program reads format 1', studyText(fileOf([])).replace('"format":1', '"format":2')],
  ['its study is "taylor"', studyText(fileOf([])).replace('consensus', 'taylor')],
  ['its protocol is missing', JSON.stringify({ format: 1, study: 'consensus', records: [] })],
  ["its protocol's seed is -1, not a whole number", studyText(fileOf([], { protocol: { ...protocol, seed: -1 } }))],
  ["its protocol's models is [], not a list of models", studyText(fileOf([], { protocol: { ...protocol, models: [] } }))],
  ['its records are missing', JSON.stringify({ format: 1, study: 'consensus', protocol, records: 3 })],
  ['record 0 is not of an image 0 … 6 (at: 7)', studyText(fileOf([7]))],
  ['record 1 is of image 2, after one of image 2', studyText(fileOf([2, 2]))],
  ['the record of image 2 has no value', studyText(fileOf([], { records: [{ at: 2 } as Kept] }))],
])('refused: %s', (message, text) => {
  const check = (record: Readonly<Record<string, unknown>>) => (typeof record['value'] === 'number' ? undefined : 'has no value');
  expect(() => readStudyFile(text, 'x.json', undefined, check)).toThrow(`x.json: ${message}`);
});

test('a file of another study is named as such', () => expect(() => readStudyFile(studyText(fileOf([])), 'x.json', 'transfer')).toThrow('it holds a study of consensus, not of transfer; open it on the page of that name'));
