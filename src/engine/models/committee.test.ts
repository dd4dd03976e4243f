import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FAMILIES } from './architectures/index.ts';
import { COMMITTEE, familyOf, member, type Member } from './committee.ts';

const MEMBERS: readonly Member[] = COMMITTEE;

test('sixteen or more, of eight families or more, each id once', () => {
  expect(MEMBERS.length).toBeGreaterThanOrEqual(16);
  expect(new Set(MEMBERS.map(({ id }) => id)).size).toBe(MEMBERS.length);
  expect(new Set(MEMBERS.map(familyOf))).toEqual(new Set(Object.keys(FAMILIES)));
});

test('four or more are weak on purpose, one cheats, and each of those says why', () => {
  const of = (role: Member['role']) => MEMBERS.filter((one) => one.role === role);
  expect(of('weak').length).toBeGreaterThanOrEqual(4);
  expect(of('shortcut').map(({ recipe }) => recipe.stickers)).toEqual([0.9]);
  for (const one of [...of('weak'), ...of('shortcut')]) expect(one.note).toMatch(/\.$/);
});

test('one is trained with masks, one on whole objects; all others as their note says', () => {
  const changed = (key: 'masking' | 'wholeObjects' | 'stopAfter' | 'scenes' | 'stickers') => MEMBERS.filter(({ recipe }) => recipe[key] !== undefined).map(({ id }) => id);
  expect(changed('masking')).toEqual(['resnet-10-masked']);
  expect(changed('wholeObjects')).toEqual(['vgg-7-whole']);
  expect(changed('stopAfter')).toEqual(['vgg-7-early']);
  for (const one of MEMBERS) if (one.recipe.scenes ?? one.recipe.stopAfter ?? one.recipe.masking ?? one.recipe.wholeObjects) expect(one.note, one.id).toBeDefined();
});

test('every training ends at the size that the models see', () => {
  for (const { recipe } of MEMBERS) expect(recipe.sides.at(-1)).toEqual([1, 64]);
});

test('an unknown member is refused with the names of the others', () => expect(() => member('vgg-99')).toThrow(/vgg-99.*vgg-7/));

test('all of the zoo is at most 20 MB', () => {
  const folder = join(import.meta.dirname, '../../../public/zoo');
  const bytes = readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  expect(bytes).toBeLessThanOrEqual(20e6);
});
