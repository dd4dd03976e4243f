/** Keys and what they ask for. */
import { describe, expect, it } from 'vitest';
import { commandOf } from './shortcuts.ts';

const press = (key: string, mods: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...mods });

describe('commandOf', () => {
  it('reads letters, and Ctrl or Cmd with Z and Y', () => {
    expect(commandOf(press('n'), false)).toBe('scene');
    expect(commandOf(press('/'), false)).toBe('find');
    expect([commandOf(press('j'), false), commandOf(press('k'), false), commandOf(press('j'), true)]).toEqual(['next', 'previous', undefined]);
    expect(commandOf(press('?', { shiftKey: true }), false)).toBe('help');
    expect(commandOf(press('z', { ctrlKey: true }), false)).toBe('undo');
    expect(commandOf(press('Z', { metaKey: true, shiftKey: true }), false)).toBe('redo');
    expect(commandOf(press('y', { ctrlKey: true }), false)).toBe('redo');
  });
  it('leaves typing and other combinations alone', () => {
    expect(commandOf(press('n'), true)).toBeUndefined();
    expect(commandOf(press('n', { ctrlKey: true }), false)).toBeUndefined();
    expect(commandOf(press('n', { altKey: true }), false)).toBeUndefined();
    expect(commandOf(press('Escape'), true)).toBe('escape');
  });
});
