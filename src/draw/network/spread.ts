/** Numbers brought apart: as near as can be to where they want to stand, in their order, at least so far from each other. */

/**
 * The x that minimise Σ w_i (x_i − wanted_i)² with x_{i+1} − x_i ≥ steps_i: after subtracting the steps' sums an isotonic regression, by pooling
 * adjacent violators (Ayer et al. 1955). `weights` are above 0. Cost: linear.
 */
export function spread(wanted: readonly number[], steps: readonly number[], weights: readonly number[]): number[] {
  const offsets = [0];
  for (const step of steps) offsets.push(offsets.at(-1)! + step);
  const blocks: { value: number; weight: number; size: number }[] = [];
  wanted.forEach((want, index) => {
    let block = { value: want - offsets[index]!, weight: weights[index]!, size: 1 };
    for (let before = blocks.at(-1); before && before.value > block.value; before = blocks.at(-1)) {
      blocks.pop();
      const weight = before.weight + block.weight;
      block = { value: (before.value * before.weight + block.value * block.weight) / weight, weight, size: before.size + block.size };
    }
    blocks.push(block);
  });
  return blocks.flatMap(({ value, size }) => Array.from({ length: size }, () => value)).map((value, index) => value + offsets[index]!);
}
