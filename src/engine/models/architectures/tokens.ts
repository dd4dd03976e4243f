/** What networks over tokens share: a stem that makes them, attention, the layer that each token passes alone. Writes nodes; is no network. */
import type { Draft } from '../draft.ts';

/** Branches start small: the network begins as its stem, and learns to mix from there. */
export const BRANCH_GAIN = 0.1;

/** The stem of Xiao et al. 2021: 3×3 convolutions with ReLU, three of them of stride 2. 64×64 → 8×8×width. */
export function convolutionalStem(d: Draft, width: number): string {
  const rows = [
    { to: width / 4, stride: 2 },
    { to: width / 2, stride: 2 },
    { to: width, stride: 2 },
    { to: width, stride: 1 },
    { to: width, stride: 1 },
  ];
  let [x, from] = ['preprocess', 3];
  rows.forEach(({ to, stride }, i) => {
    x = d.node(`stem-${i + 1}-relu`, 'relu', [d.conv(`stem-${i + 1}`, x, { from, to, stride })]);
    from = to;
  });
  return x;
}

export interface AttentionSpec {
  readonly width: number;
  readonly heads: number;
}

/** softmax(q kᵀ / √(width of a head)) v, heads side by side, then a dense layer. Vaswani et al. 2017, eq. 1. */
export function attention(d: Draft, id: string, x: string, { width, heads }: AttentionSpec): string {
  const [q, k, v] = ['query', 'key', 'value'].map((name) =>
    d.node(`${id}-${name}-heads`, 'splitHeads', [d.dense(`${id}-${name}`, x, width, width)], {}, { heads }),
  ) as [string, string, string];
  const scores = d.node(`${id}-scores`, 'matMul', [q, k], {}, { transposeB: true, scale: 1 / Math.sqrt(width / heads) });
  const mixed = d.node(`${id}-mixed`, 'matMul', [d.node(`${id}-weights`, 'softmax', [scores]), v]);
  return d.dense(`${id}-output`, d.node(`${id}-merged`, 'mergeHeads', [mixed]), width, width, BRANCH_GAIN);
}

/** dense(gelu(dense(x))), on every token alone. */
export function perToken(d: Draft, id: string, x: string, width: number, hidden: number): string {
  const inner = d.node(`${id}-gelu`, 'gelu', [d.dense(`${id}-dense-1`, x, width, hidden)]);
  return d.dense(`${id}-dense-2`, inner, hidden, width, BRANCH_GAIN);
}

/** x + mix(norm(x)), then x + perToken(norm(x)): the pre-norm block. Widths of the inner layer are twice the tokens'. */
export function preNormBlock(d: Draft, id: string, x: string, width: number, mix: (normed: string) => string): string {
  const mixed = d.node(`${id}-add-1`, 'add', [x, mix(d.layerNorm(`${id}-norm-1`, x, width))]);
  return d.node(`${id}-add-2`, 'add', [mixed, perToken(d, id, d.layerNorm(`${id}-norm-2`, mixed, width), width, 2 * width)]);
}
