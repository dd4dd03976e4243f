/**
 * Cooperative games as tables: Harsanyi dividends, Shapley and Banzhaf values.
 * A game on n players is its 2^n values v(S), indexed by bitmask (bit i set: player i present). Interaction indices are in engine/interactions.
 */

/** n of a table of 2^n values; throws for another length. */
export function playersOf(game: ArrayLike<number>): number {
  const players = 31 - Math.clz32(game.length);
  if (game.length !== 2 ** players) throw new Error(`a game has 2^n values, this one has ${game.length}`);
  return players;
}

/** m(S) = Σ_{T ⊆ S} (−1)^{|S|−|T|} v(T), the dividend of S (Möbius transform). Harsanyi 1963.  Cost: n 2^(n−1) subtractions. */
export function harsanyiDividends(game: ArrayLike<number>): Float64Array {
  const players = playersOf(game);
  const dividends = Float64Array.from(game);
  for (let i = 0; i < players; i++) for (let s = 0; s < dividends.length; s++) if (s & (1 << i)) dividends[s]! -= dividends[s ^ (1 << i)]!;
  return dividends;
}

/** The game of these dividends: v(S) = Σ_{T ⊆ S} m(T). */
export function gameOfDividends(dividends: ArrayLike<number>): Float64Array {
  const players = playersOf(dividends);
  const game = Float64Array.from(dividends);
  for (let i = 0; i < players; i++) for (let s = 0; s < game.length; s++) if (s & (1 << i)) game[s]! += game[s ^ (1 << i)]!;
  return game;
}

/** Members of a coalition given as a bitmask. */
export function sizeOfCoalition(mask: number): number {
  let size = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) size++;
  return size;
}

/** s! (n − s − 1)! / n! for s = 0 … n − 1: the weight of a coalition of size s in the Shapley value. 1 / (n C(n−1, s)). */
export function shapleyWeights(players: number): Float64Array {
  const weights = new Float64Array(players);
  let weight = 1 / players;
  for (let s = 0; s < players; s++) {
    weights[s] = weight;
    weight *= (s + 1) / (players - 1 - s);
  }
  return weights;
}

/** Σ over S ∌ i of weight(|S|) (v(S + i) − v(S)), for each player i. */
function semivalue(game: ArrayLike<number>, weight: (size: number) => number): Float64Array {
  const players = playersOf(game);
  const values = new Float64Array(players);
  for (let s = 0; s < game.length; s++) {
    const w = weight(sizeOfCoalition(s));
    for (let i = 0; i < players; i++) if (!(s & (1 << i))) values[i]! += w * (game[s | (1 << i)]! - game[s]!);
  }
  return values;
}

/** φ_i = Σ_{S ∌ i} |S|! (n−|S|−1)! / n! (v(S + i) − v(S)).  Shapley 1953. Sums to v(N) − v(∅). */
export function shapleyValues(game: ArrayLike<number>): Float64Array {
  const weights = shapleyWeights(playersOf(game));
  return semivalue(game, (size) => weights[size] ?? 0);
}

/** β_i = 2^{−(n−1)} Σ_{S ∌ i} (v(S + i) − v(S)).  Banzhaf 1965. */
export function banzhafValues(game: ArrayLike<number>): Float64Array {
  const share = 2 / game.length;
  return semivalue(game, () => share);
}
