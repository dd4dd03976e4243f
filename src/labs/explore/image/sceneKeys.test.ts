/** Arrow keys turn the object and raise the light. */
import { expect, it } from 'vitest';
import { makeScene, settingsOf } from '../../../engine/scenes/index.ts';
import { changesByKey } from './sceneKeys.ts';

const settings = { ...settingsOf(makeScene(36_145)), turn: 357, 'light-height': 77 };

it('turns round the circle, raises the light to its end, and leaves other changes alone', () => {
  const other = { type: 'hue', value: 40 } as const;
  expect(changesByKey('ArrowRight', false, [other], { settings })).toEqual([other, { type: 'turn', value: 0 }]);
  expect(changesByKey('ArrowLeft', false, [{ type: 'turn', value: 0 }], { settings })).toEqual([{ type: 'turn', value: 355 }]);
  expect(changesByKey('ArrowLeft', true, [{ type: 'turn', value: 40 }], { settings })).toEqual([{ type: 'turn', value: 20 }]);
  expect(changesByKey('ArrowUp', false, [], { settings })).toEqual([{ type: 'light-height', value: 80 }]);
  expect(changesByKey('ArrowDown', false, [{ type: 'light-height', value: 10 }], { settings })).toEqual([{ type: 'light-height', value: 10 }]);
  expect(changesByKey('Enter', false, [], { settings })).toBeUndefined();
});
