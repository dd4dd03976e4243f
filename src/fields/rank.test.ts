import { expect, it } from 'vitest';
import { stream } from '../engine/math/rng.ts';
import { averageRanks, byMagnitude, descending } from './rank.ts';

const maps = Array.from({ length: 20 }, (_, seed) => {
  const draw = stream(seed, 'ranks');
  return Float32Array.from({ length: 80 }, () => (draw.below(3) ? (draw.below(11) - 5) * 1e-3 : draw.normal() * 1e20));
});

it('ranks are those counted one by one: the mean over the places of a tie', () => {
  for (const map of [...maps, ...maps.map((own) => own.slice(0, 12)), Float32Array.of(0, -0, 1), Float32Array.of(Infinity, -Infinity, 1e-45, -1e-45)]) {
    const slowly = Array.from(map, (v) => map.filter((other) => other < v).length + (map.filter((other) => other === v).length + 1) / 2);
    expect([...averageRanks(map)]).toEqual(slowly);
    expect([...averageRanks(Float64Array.from(map))]).toEqual(slowly);
  }
});

it('orders are those of a comparator, ties by index', () => {
  for (const map of maps) {
    const places = Array.from(map.keys());
    expect([...byMagnitude(map)]).toEqual(places.toSorted((a, b) => Math.abs(map[b]!) - Math.abs(map[a]!) || a - b));
    expect([...descending(map)]).toEqual(places.toSorted((a, b) => map[b]! - map[a]! || a - b));
  }
});

it('what is not a number has no rank', () => {
  expect(() => averageRanks(Float32Array.of(1, Number.NaN))).toThrow('Value 1');
  expect(() => averageRanks([Number.NaN])).toThrow('Value 0');
  expect(() => byMagnitude(Float32Array.of(Number.NaN))).toThrow('Value 0');
});
