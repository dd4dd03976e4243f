/** Pairwise indices against their shares of the dividends, a way of computing that the implementation does not take. */
import { expect, test } from 'vitest';
import { harsanyiDividends, sizeOfCoalition } from '../math/games.ts';
import { stream } from '../math/rng.ts';
import { banzhafInteraction, shapleyInteraction, shapleyTaylor } from './indices.ts';

const N = 5;
const draws = stream(4, 'indices-test');
const game = Float64Array.from({ length: 2 ** N }, () => draws.between(-1, 1));
const dividends = harsanyiDividends(game);
const expectClose = (got: ArrayLike<number>, want: ArrayLike<number>) => {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++) expect(Math.abs(got[i]! - want[i]!)).toBeLessThan(1e-12);
};
/** Σ over T ⊇ {i, j} of share(|T|) m(T): each index in terms of dividends. */
const ofDividends = (share: (size: number) => number) =>
  Array.from({ length: N * N }, (_, at) => {
    const [i, j] = [Math.floor(at / N), at % N];
    return i === j ? 0 : dividends.reduce((sum, m, s) => (s & (1 << i) && s & (1 << j) ? sum + share(sizeOfCoalition(s)) * m : sum), 0);
  });
test('Shapley interaction shares a dividend by 1 / (|T| − 1)', () => expectClose(shapleyInteraction(game), ofDividends((t) => 1 / (t - 1))));
test('Shapley–Taylor of order 2 shares a dividend equally among its pairs', () => expectClose(shapleyTaylor(game), ofDividends((t) => 2 / (t * (t - 1)))));
test('Banzhaf interaction shares a dividend by 1 / 2^(|T| − 2)', () => expectClose(banzhafInteraction(game), ofDividends((t) => 1 / 2 ** (t - 2))));
test('Shapley–Taylor with the single dividends sums to v(N) − v(∅)', () => {
  const pairs = shapleyTaylor(game).reduce((a, b) => a + b) / 2;
  const singles = Array.from({ length: N }, (_, i) => dividends[1 << i]!).reduce((a, b) => a + b);
  expect(Math.abs(pairs + singles - (game[31]! - game[0]!))).toBeLessThan(1e-12);
});
