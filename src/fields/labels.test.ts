/** Which class of one model is which of another. */
import { expect, it } from 'vitest';
import { matchLabels, normalizedName } from './labels.ts';

it('compares names, not their spelling', () => {
  for (const [a, b] of [['School_Bus', 'school bus'], ['roses', 'rose'], ['Daisies', 'daisy'], ['n02123045 tabby', 'Tabby'], ['crane (bird)', 'crane'], ['boxes', 'box'], ['Café', 'cafe'], ["yellow lady's slipper", 'yellow_lady_slipper'], ['glass', 'glass']] as const) {
    expect(normalizedName(a)).toBe(normalizedName(b));
  }
  expect(normalizedName('bus')).toBe('bus');
  expect(normalizedName('cat')).not.toBe(normalizedName('cats eye'));
});

it('pairs whole labels before first names before other names, each class once', () => {
  const found = matchLabels(['tench, Tinca tinca', 'Goldfish', 'ray', 'schoolbus', 'lion'], ['school bus', 'electric ray, ray', 'tench', 'gold_fish', 'ray']);
  expect(found.pairs).toEqual([[0, 2], [1, 3], [2, 4], [3, 0]]);
  expect(found.unmatchedA).toEqual([4]);
  expect(found.unmatchedB).toEqual([1]);
});

it('takes a name that stands twice in its order', () => {
  expect(matchLabels(['crane', 'crane', 'x'], ['crane (bird)', 'x', 'crane (machine)']).pairs).toEqual([[0, 0], [1, 2], [2, 1]]);
});

it('matches nothing where nothing is alike, and no empty names', () => {
  expect(matchLabels(['a', '', '-'], ['b', '', '?'])).toEqual({ pairs: [], unmatchedA: [0, 1, 2], unmatchedB: [0, 1, 2] });
});
