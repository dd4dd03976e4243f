/** One change for each thing, in one order, so that equal pictures have equal links. */
import { expect, test } from 'vitest';
import { changeOf, withChange, withoutChange, type Changes } from './sceneChanges.ts';

const all = (...changes: Changes): Changes => changes.reduce<Changes>(withChange, []);

test('a later change of the same thing replaces the earlier; the order in which they were made leaves no trace', () => {
  expect(all({ type: 'turn', value: 5 }, { type: 'turn', value: 90 })).toEqual([{ type: 'turn', value: 90 }]);
  const [a, b, c] = [{ type: 'turn', value: 5 }, { type: 'hue', value: 120 }, { type: 'remove-part', part: 'handle' }] as const;
  expect(all(a, b, c)).toEqual(all(c, b, a));
});

test('parts are things of their own; removing and restoring one replace each other', () => {
  const both = all({ type: 'remove-part', part: 'spout' }, { type: 'remove-part', part: 'handle' });
  expect(both).toEqual([{ type: 'remove-part', part: 'handle' }, { type: 'remove-part', part: 'spout' }]);
  expect(withChange(both, { type: 'restore-part', part: 'spout' })).toEqual([{ type: 'restore-part', part: 'spout' }, { type: 'remove-part', part: 'handle' }]);
  expect(withoutChange(both, 'part:spout')).toEqual([{ type: 'remove-part', part: 'handle' }]);
});

test('drawing anew sets aside what was set of it, and nothing else', () => {
  const lit = all({ type: 'light-side', value: 40 }, { type: 'light-height', value: 20 }, { type: 'hue', value: 10 });
  expect(withChange(lit, { type: 'light', seed: 2 })).toEqual([{ type: 'hue', value: 10 }, { type: 'light', seed: 2 }]);
  expect(all({ type: 'light', seed: 2 }, { type: 'light-side', value: 40 })).toEqual([{ type: 'light', seed: 2 }, { type: 'light-side', value: 40 }]);
  expect(all({ type: 'sticker', classId: 'mug', corner: 'top-left' }, { type: 'remove-sticker' })).toEqual([{ type: 'remove-sticker' }]);
  expect(changeOf(lit, 'hue')).toEqual({ type: 'hue', value: 10 });
  expect(changeOf(lit, 'turn')).toBeUndefined();
});
