/**
 * A vision transformer (Dosovitskiy et al. 2021), pre-norm, exact GELU, with a convolutional stem (Xiao et al. 2021) and the
 * mean over tokens in place of a class token. Attention stands as plain nodes, so that every rule can reach into it. Not trained here.
 */
import { draft, filled, type Draft } from '../draft.ts';
import type { PlainGraph } from '../plain.ts';

const STEM = [16, 32, 64] as const;
const WIDTH = 64;
const HEADS = 4;
const HIDDEN = 128;
const DEPTH = 3;
const GRID = 8;

const layerNorm = (d: Draft, id: string, x: string) =>
  d.node(id, 'layerNorm', [x], { gamma: filled([WIDTH], 1), beta: filled([WIDTH], 0) }, { epsilon: 1e-5 });

/** softmax(q kᵀ / √(width of a head)) v, heads side by side, then a dense layer. Vaswani et al. 2017, eq. 1. */
function attention(d: Draft, id: string, x: string): string {
  const [q, k, v] = ['query', 'key', 'value'].map((name) =>
    d.node(`${id}-${name}-heads`, 'splitHeads', [d.dense(`${id}-${name}`, x, WIDTH, WIDTH)], {}, { heads: HEADS }),
  ) as [string, string, string];
  const scores = d.node(`${id}-scores`, 'matMul', [q, k], {}, { transposeB: true, scale: 1 / Math.sqrt(WIDTH / HEADS) });
  const mixed = d.node(`${id}-mixed`, 'matMul', [d.node(`${id}-weights`, 'softmax', [scores]), v]);
  return d.dense(`${id}-output`, d.node(`${id}-merged`, 'mergeHeads', [mixed]), WIDTH, WIDTH, 0.5);
}

function block(d: Draft, id: string, x: string): string {
  const attended = d.node(`${id}-add-1`, 'add', [x, attention(d, `${id}-attention`, layerNorm(d, `${id}-norm-1`, x))]);
  const hidden = d.dense(`${id}-dense-1`, layerNorm(d, `${id}-norm-2`, attended), WIDTH, HIDDEN);
  const out = d.dense(`${id}-dense-2`, d.node(`${id}-gelu`, 'gelu', [hidden]), HIDDEN, WIDTH, 0.5);
  return d.node(`${id}-add-2`, 'add', [attended, out]);
}

/** 64×64 → stem of stride 8 → 8×8 tokens of 64 → 3 blocks → norm, mean, classes. Features: the normed tokens, of which the logits are the mean's dense image. */
export function vit(seed: number, classes: number): PlainGraph {
  const d = draft(seed);
  let [x, from] = ['preprocess', 3];
  STEM.forEach((to, i) => {
    const norm = d.conv(`stem-${i + 1}`, x, { from, to, stride: 2 });
    x = i < STEM.length - 1 ? d.node(`stem-${i + 1}-relu`, 'relu', [norm]) : norm;
    from = to;
  });
  x = d.node('tokens', 'reshape', [x], {}, { shape: [GRID * GRID, WIDTH] });
  x = d.node('position', 'addParam', [x], { value: d.random('position', [1, GRID * GRID, WIDTH], 0.2) });
  for (let i = 1; i <= DEPTH; i++) x = block(d, `block-${i}`, x);
  const features = layerNorm(d, 'norm', x);
  const logits = d.dense('logits', d.node('pool', 'meanTokens', [features]), WIDTH, classes);
  return d.finish(logits, { node: features, tokens: { rows: GRID, cols: GRID, skip: 0 } });
}
