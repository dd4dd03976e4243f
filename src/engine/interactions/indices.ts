/** What two players of a game do together: pairwise interaction indices, as n × n matrices, symmetric with a zero diagonal. Single values are in math/games. */
import { playersOf, sizeOfCoalition } from '../math/games.ts';

/** Σ over S without i, j of weight(|S|) δ_ij(S), δ_ij(S) = v(S+i+j) − v(S+i) − v(S+j) + v(S).  Row-major [n, n]. */
function pairwise(game: ArrayLike<number>, weight: (size: number) => number): Float64Array {
  const players = playersOf(game);
  const index = new Float64Array(players * players);
  for (let i = 0; i < players; i++)
    for (let j = 0; j < i; j++) {
      const [a, b] = [1 << i, 1 << j];
      let sum = 0;
      for (let s = 0; s < game.length; s++) if (!(s & (a | b))) sum += weight(sizeOfCoalition(s)) * (game[s | a | b]! - game[s | a]! - game[s | b]! + game[s]!);
      index[i * players + j] = index[j * players + i] = sum;
    }
  return index;
}

/** C(n, k). */
function choose(n: number, k: number): number {
  let count = 1;
  for (let i = 1; i <= k; i++) count = (count * (n - k + i)) / i;
  return count;
}

/** Σ_S |S|! (n−|S|−2)! / (n−1)! δ_ij(S).  Grabisch & Roubens 1999, for pairs. */
export function shapleyInteraction(game: ArrayLike<number>): Float64Array {
  const n = playersOf(game);
  return pairwise(game, (size) => 1 / ((n - 1) * choose(n - 2, size)));
}

/** (2 / n) Σ_S δ_ij(S) / C(n−1, |S|).  Sundararajan, Dhamdhere, Agarwal 2020, for order 2. */
export function shapleyTaylor(game: ArrayLike<number>): Float64Array {
  const n = playersOf(game);
  return pairwise(game, (size) => 2 / (n * choose(n - 1, size)));
}

/** 2^{−(n−2)} Σ_S δ_ij(S).  Grabisch & Roubens 1999, Banzhaf interaction for pairs. */
export const banzhafInteraction = (game: ArrayLike<number>): Float64Array => pairwise(game, () => 4 / game.length);
