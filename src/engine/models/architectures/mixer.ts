/** An MLP-Mixer (Tolstikhin et al. 2021) over the tokens of a convolutional stem: tokens mix by dense layers, not by attention. Takes 64×64 only. Not trained here. */
import { draft, type Draft } from '../draft.ts';
import type { PlainGraph } from '../plain.ts';
import { convolutionalStem, perToken, preNormBlock } from './tokens.ts';

const WIDTH = 64;
const GRID = 8;
const TOKENS = GRID * GRID;
const DEPTH = 3;

/** The layer that works along the tokens, for every channel alone. */
function mixTokens(d: Draft, id: string, x: string): string {
  const turned = d.node(`${id}-turned`, 'transpose', [x], {}, { perm: [0, 2, 1] });
  return d.node(`${id}-back`, 'transpose', [perToken(d, id, turned, TOKENS, TOKENS)], {}, { perm: [0, 2, 1] });
}

/** 64×64 → stem of stride 8 → 8×8 tokens of 64 → 3 blocks → norm, mean, classes. Features: the normed tokens. */
export function mixer(seed: number, classes: number): PlainGraph {
  const d = draft(seed);
  let x = d.node('tokens', 'reshape', [convolutionalStem(d, WIDTH)], {}, { shape: [TOKENS, WIDTH] });
  for (let i = 1; i <= DEPTH; i++) x = preNormBlock(d, `block-${i}`, x, WIDTH, (normed) => mixTokens(d, `block-${i}-tokens`, normed));
  const features = d.layerNorm('norm', x, WIDTH);
  const logits = d.dense('logits', d.node('pool', 'meanTokens', [features]), WIDTH, classes);
  return d.finish(logits, { node: features, tokens: { rows: GRID, cols: GRID, skip: 0 } });
}
