/** Who votes, and whose answer counts for the majority. */
import { expect, test } from 'vitest';
import { electors, standingOf, voicesOf } from './voting.ts';

const model = (id: string, role: 'member' | 'weak' | 'shortcut' = 'member', family = 'plain') => ({ id, role, family });
const strict = { weak: false, dissenters: false };

test('members vote unless they dissent; weak and misled ones only where they are asked', () => {
  expect(standingOf(model('a'), false, strict)).toBe('votes');
  expect(standingOf(model('a'), true, strict)).toBe('dissents');
  expect(standingOf(model('a'), true, { weak: false, dissenters: true })).toBe('votes');
  for (const role of ['weak', 'shortcut'] as const) {
    expect(standingOf(model('a', role), true, strict)).toBe(role);
    expect(standingOf(model('a', role), false, { weak: false, dissenters: true })).toBe(role);
    expect(standingOf(model('a', role), false, { weak: true, dissenters: false })).toBe('votes');
    expect(standingOf(model('a', role), true, { weak: true, dissenters: false })).toBe('dissents');
  }
});

test('weak ones do not decide the class, unless there is nobody else', () => {
  const all = [model('a'), model('b', 'weak'), model('c', 'shortcut')];
  expect(electors(all, { weak: false }).map(({ id }) => id)).toEqual(['a']);
  expect(electors(all, { weak: true })).toHaveLength(3);
  expect(electors(all.slice(1), { weak: false })).toHaveLength(2);
  expect(electors([], { weak: false })).toEqual([]);
});

test('a family has one voice where that is asked', () => {
  const all = [model('a'), model('b'), model('c', 'member', 'transformer')];
  expect([...voicesOf(all, { balance: false }).values()]).toEqual([1, 1, 1]);
  expect(Object.fromEntries(voicesOf(all, { balance: true }))).toEqual({ a: 0.5, b: 0.5, c: 1 });
});
