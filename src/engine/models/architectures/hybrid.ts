/** A hybrid after CoAtNet (Dai et al. 2021): inverted residual convolutions where the map is large, attention where it is small. Not trained here. */
import { draft, type Draft } from '../draft.ts';
import type { PlainGraph } from '../plain.ts';
import { attention, preNormBlock } from './tokens.ts';

const WIDTH = 64;
const GRID = 8;
const STEM = 16;
const CONVOLUTIONS = [
  { to: 32, stride: 2 },
  { to: 32, stride: 1 },
  { to: WIDTH, stride: 2 },
  { to: WIDTH, stride: 1 },
] as const;
const EXPANSION = 3;
const DEPTH = 2;

/** Widen 1×1, convolve each channel, narrow 1×1; a short cut where size and width stay. */
function invertedResidual(d: Draft, id: string, x: string, from: number, to: number, stride: number): string {
  const wide = from * EXPANSION;
  const widened = d.node(`${id}-widen-relu6`, 'relu6', [d.conv(`${id}-widen`, x, { from, to: wide, size: 1 })]);
  const spatial = d.node(`${id}-depthwise-relu6`, 'relu6', [d.depthwise(`${id}-depthwise`, widened, wide, stride)]);
  const narrowed = d.conv(`${id}-narrow`, spatial, { from: wide, to, size: 1 });
  return stride === 1 && from === to ? d.node(`${id}-add`, 'add', [x, narrowed]) : narrowed;
}

/** 64×64 → convolutions 32² → 16² → 8²×64 → two blocks of attention → norm, mean, classes. Features: the normed tokens. */
export function hybrid(seed: number, classes: number): PlainGraph {
  const d = draft(seed);
  let x = d.node('stem-relu', 'relu', [d.conv('stem', 'preprocess', { from: 3, to: STEM, stride: 2 })]);
  let from: number = STEM;
  CONVOLUTIONS.forEach(({ to, stride }, i) => {
    x = invertedResidual(d, `convolution-${i + 1}`, x, from, to, stride);
    from = to;
  });
  x = d.node('tokens', 'reshape', [x], {}, { shape: [-1, WIDTH] });
  for (let i = 1; i <= DEPTH; i++) x = preNormBlock(d, `block-${i}`, x, WIDTH, (normed) => attention(d, `block-${i}-attention`, normed, { width: WIDTH, heads: 4 }));
  const features = d.layerNorm('norm', x, WIDTH);
  const logits = d.dense('logits', d.node('pool', 'meanTokens', [features]), WIDTH, classes);
  return d.finish(logits, { node: features, tokens: { rows: GRID, cols: GRID, skip: 0 } });
}
