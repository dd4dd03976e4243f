import { expect, test } from 'vitest';
import { segmentMeans, segmentSizes } from './segments.ts';

test('one number for each segment: the mean of its places', () => {
  const segments = Uint8Array.of(0, 0, 1, 2, 1, 0);
  expect([...segmentMeans([3, 3, -1, 5, -1, 3], segments)]).toEqual([3, -1, 5]);
  expect([...segmentMeans([1, 2, 0, 5, 4, 6], segments)]).toEqual([3, 2, 5]);
  expect([...segmentSizes(segments)]).toEqual([3, 2, 1]);
  expect([...segmentMeans([], [])]).toEqual([]);
});

test('a map of another size is refused', () => expect(() => segmentMeans([1, 2], [0])).toThrow('a map of 2 places and labels of 1'));
