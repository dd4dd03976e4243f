/** Keys tell apart what gives another result, and nothing else. */
import { expect, test } from 'vitest';
import { packMask } from '../fields/maskBits.ts';
import { ensembleId, keyOf, membersOf } from './key.ts';
import type { ReactRequest, Shown } from './protocol.ts';

const maskOf = (...inside: number[]): string => packMask(Uint8Array.from({ length: 4096 }, (_, at) => Number(inside.includes(at))));
const ask = (shown: readonly Shown[], change: Partial<ReactRequest> = {}): string =>
  keyOf({ kind: 'react', model: 'cnn', image: { kind: 'scene', seed: 1 }, target: 0, shown, fill: 'grey', seed: 0, ...change });

test('what is shown is told apart in a short key: places, order, flatness, number', () => {
  const [a, b] = [{ mask: maskOf(1) }, { mask: maskOf(2) }];
  const keys = [ask([a]), ask([b]), ask([a, b]), ask([b, a]), ask([a, a]), ask([]), ask([{ ...a, flat: true }, b]), ask([a, { ...b, flat: true }])];
  expect(new Set(keys).size).toBe(keys.length);
  expect(Math.max(...keys.map((key) => key.length))).toBeLessThan(120);
  expect(ask([{ mask: maskOf(1), flat: false }])).toBe(ask([a]));
  const changes = [{ model: 'vit' }, { image: { kind: 'scene', seed: 2 } }, { target: 1 }, { fill: 'noise' }, { seed: 1 }] as const;
  expect(new Set([ask([a]), ...changes.map((change) => ask([a], change))]).size).toBe(6);
});

test('a thousand masks that differ in a place or two have a thousand keys', () => {
  const keys = new Set(Array.from({ length: 1000 }, (_, i) => ask([{ mask: maskOf(i % 40, 2000 + Math.floor(i / 40)) }])));
  expect(keys.size).toBe(1000);
});

test('an ensemble is named by its members, in one order', () => {
  expect(ensembleId(['vit', 'cnn', 'resnet'])).toBe('mean(cnn,resnet,vit)');
  expect(membersOf('mean(cnn,resnet,vit)')).toEqual(['cnn', 'resnet', 'vit']);
  expect(membersOf('cnn')).toEqual(['cnn']);
});
