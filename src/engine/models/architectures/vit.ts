/**
 * Vision transformers (Dosovitskiy et al. 2021), pre-norm, exact GELU, with a convolutional stem (Xiao et al. 2021) and the
 * mean over tokens in place of a class token. Positions come from the stem's zero padding (Hassani et al. 2021 found learned ones
 * to add little), so that they also take smaller images. Attention stands as plain nodes: every rule can reach into it. Not trained here.
 */
import { draft } from '../draft.ts';
import type { PlainGraph } from '../plain.ts';
import { attention, convolutionalStem, preNormBlock, type AttentionSpec } from './tokens.ts';

const GRID = 8;

interface VitSpec extends AttentionSpec {
  readonly depth: number;
}

/** 64×64 → stem of stride 8 → 8×8 tokens → blocks → norm, mean, classes. Features: the normed tokens, whose mean's dense image the logits are. */
export const vit = (spec: VitSpec) => (seed: number, classes: number): PlainGraph => {
  const { width, depth } = spec;
  const d = draft(seed);
  let x = d.node('tokens', 'reshape', [convolutionalStem(d, width)], {}, { shape: [-1, width] });
  for (let i = 1; i <= depth; i++) x = preNormBlock(d, `block-${i}`, x, width, (normed) => attention(d, `block-${i}-attention`, normed, spec));
  const features = d.layerNorm('norm', x, width);
  const logits = d.dense('logits', d.node('pool', 'meanTokens', [features]), width, classes);
  return d.finish(logits, { node: features, tokens: { rows: GRID, cols: GRID, skip: 0 } });
};
