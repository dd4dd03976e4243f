/** Values of small games against enumeration over orders, and their axioms. */
import { describe, expect, test } from 'vitest';
import { banzhafValues, gameOfDividends, harsanyiDividends, playersOf, shapleyValues, sizeOfCoalition } from './games.ts';
import { stream } from './rng.ts';

const N = 5;
const draws = stream(4, 'games-test');
const game = Float64Array.from({ length: 2 ** N }, () => draws.between(-1, 1));

function orders(items: readonly number[]): number[][] {
  return items.length === 0 ? [[]] : items.flatMap((first) => orders(items.filter((i) => i !== first)).map((rest) => [first, ...rest]));
}
const all = orders(Array.from({ length: N }, (_, i) => i));
const maskOf = (members: readonly number[]) => members.reduce((mask, i) => mask + 2 ** i, 0);
const expectClose = (got: ArrayLike<number>, want: ArrayLike<number>) => {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++) expect(Math.abs(got[i]! - want[i]!)).toBeLessThan(1e-12);
};

test('a table has 2^n values', () => {
  expect([1, 2, 8].map((length) => playersOf(new Float64Array(length)))).toEqual([0, 1, 3]);
  expect(() => playersOf([1, 2, 3])).toThrow('this one has 3');
  expect([0, 1, 7, 10].map(sizeOfCoalition)).toEqual([0, 1, 3, 2]);
});

describe('values', () => {
  const literal = Array.from({ length: N }, (_, i) => all.reduce((sum, order) => sum + game[maskOf(order.slice(0, order.indexOf(i) + 1))]! - game[maskOf(order.slice(0, order.indexOf(i)))]!, 0) / all.length);
  test('Shapley: the mean rise over all orders; it sums to v(N) − v(∅)', () => {
    expectClose(shapleyValues(game), literal);
    expect(Math.abs(shapleyValues(game).reduce((a, b) => a + b) - (game[31]! - game[0]!))).toBeLessThan(1e-12);
  });
  test('dividends rebuild the game, and shared equally they are the Shapley value', () => {
    const dividends = harsanyiDividends(game);
    expectClose(gameOfDividends(dividends), game);
    expectClose(Array.from({ length: N }, (_, i) => dividends.reduce((sum, m, s) => (s & (1 << i) ? sum + m / sizeOfCoalition(s) : sum), 0)), literal);
  });
  test('Banzhaf: the mean rise over all coalitions', () => {
    const want = Array.from({ length: N }, (_, i) => {
      const rises = [...game.keys()].filter((s) => !(s & (1 << i))).map((s) => game[s | (1 << i)]! - game[s]!);
      return rises.reduce((a, b) => a + b) / rises.length;
    });
    expectClose(banzhafValues(game), want);
  });
  test('equal players get equal values, an idle one nothing', () => {
    const symmetric = Float64Array.from({ length: 8 }, (_, s) => (s & 1 ? 2 : 0) + (s & 2 ? 2 : 0) + ((s & 3) === 3 ? 5 : 0)); // player 2 is idle
    expectClose(shapleyValues(symmetric), [4.5, 4.5, 0]);
    expectClose(banzhafValues(symmetric), [4.5, 4.5, 0]);
  });
  test('one player gets all, and nobody nothing', () => {
    expectClose(shapleyValues([1, 4]), [3]);
    expect(shapleyValues([7]).length).toBe(0);
  });
});
