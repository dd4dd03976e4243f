/**
 * A vision transformer (Dosovitskiy et al. 2021), pre-norm, exact GELU, with a convolutional stem (Xiao et al. 2021) and the
 * mean over tokens in place of a class token. Positions come from the stem's zero padding (Hassani et al. 2021 found learned ones
 * to add little), so that it also takes smaller images. Attention stands as plain nodes: every rule can reach into it. Not trained here.
 */
import { draft, filled, type Draft } from '../draft.ts';
import type { PlainGraph } from '../plain.ts';

const STEM = [
  { to: 16, stride: 2 },
  { to: 32, stride: 2 },
  { to: 64, stride: 2 },
  { to: 64, stride: 1 },
  { to: 64, stride: 1 },
] as const;
const WIDTH = 64;
const HEADS = 4;
const HIDDEN = 128;
const DEPTH = 3;
const GRID = 8;
/** Branches start small: the network begins as its stem, and learns to attend from there. */
const BRANCH_GAIN = 0.1;

const layerNorm = (d: Draft, id: string, x: string) =>
  d.node(id, 'layerNorm', [x], { gamma: filled([WIDTH], 1), beta: filled([WIDTH], 0) }, { epsilon: 1e-5 });

/** softmax(q kᵀ / √(width of a head)) v, heads side by side, then a dense layer. Vaswani et al. 2017, eq. 1. */
function attention(d: Draft, id: string, x: string): string {
  const [q, k, v] = ['query', 'key', 'value'].map((name) =>
    d.node(`${id}-${name}-heads`, 'splitHeads', [d.dense(`${id}-${name}`, x, WIDTH, WIDTH)], {}, { heads: HEADS }),
  ) as [string, string, string];
  const scores = d.node(`${id}-scores`, 'matMul', [q, k], {}, { transposeB: true, scale: 1 / Math.sqrt(WIDTH / HEADS) });
  const mixed = d.node(`${id}-mixed`, 'matMul', [d.node(`${id}-weights`, 'softmax', [scores]), v]);
  return d.dense(`${id}-output`, d.node(`${id}-merged`, 'mergeHeads', [mixed]), WIDTH, WIDTH, BRANCH_GAIN);
}

function block(d: Draft, id: string, x: string): string {
  const attended = d.node(`${id}-add-1`, 'add', [x, attention(d, `${id}-attention`, layerNorm(d, `${id}-norm-1`, x))]);
  const hidden = d.dense(`${id}-dense-1`, layerNorm(d, `${id}-norm-2`, attended), WIDTH, HIDDEN);
  const out = d.dense(`${id}-dense-2`, d.node(`${id}-gelu`, 'gelu', [hidden]), HIDDEN, WIDTH, BRANCH_GAIN);
  return d.node(`${id}-add-2`, 'add', [attended, out]);
}

/** 64×64 → stem of stride 8 → 8×8 tokens of 64 → 3 blocks → norm, mean, classes. Features: the normed tokens, whose mean's dense image the logits are. */
export function vit(seed: number, classes: number): PlainGraph {
  const d = draft(seed);
  let [x, from] = ['preprocess', 3];
  STEM.forEach(({ to, stride }, i) => {
    x = d.node(`stem-${i + 1}-relu`, 'relu', [d.conv(`stem-${i + 1}`, x, { from, to, stride })]);
    from = to;
  });
  x = d.node('tokens', 'reshape', [x], {}, { shape: [-1, WIDTH] });
  for (let i = 1; i <= DEPTH; i++) x = block(d, `block-${i}`, x);
  const features = layerNorm(d, 'norm', x);
  const logits = d.dense('logits', d.node('pool', 'meanTokens', [features]), WIDTH, classes);
  return d.finish(logits, { node: features, tokens: { rows: GRID, cols: GRID, skip: 0 } });
}
