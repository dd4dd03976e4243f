/** A ConvNeXt-like network (Liu et al. 2022): depthwise 7×7 convolutions, layer norm, GELU; no batch normalisation but in the stem. Not trained here. */
import { draft, filled, type Draft } from '../draft.ts';
import type { PlainGraph } from '../plain.ts';
import { perToken } from './tokens.ts';

const STAGES = [
  { width: 32, blocks: 2 },
  { width: 64, blocks: 2 },
  { width: 128, blocks: 1 },
] as const;
const SIZE = 7;
/** The inner layer's width, in widths of the block. */
const EXPANSION = 3;

/** x + dense(gelu(dense(norm(depthwise(x))))). */
function block(d: Draft, id: string, x: string, width: number): string {
  const kernel = d.random(`${id}-depthwise/kernel`, [SIZE, SIZE, width, 1], 1 / SIZE);
  const spatial = d.node(`${id}-depthwise`, 'depthwiseConv2d', [x], { kernel, bias: filled([width], 0) }, { strides: [1, 1], pad: 'same' });
  return d.node(`${id}-add`, 'add', [x, perToken(d, id, d.layerNorm(`${id}-norm`, spatial, width), width, EXPANSION * width)]);
}

/** 64×64 → two stem convolutions 16²×32 → stages at 16², 8², 4² → norm, mean, classes. Features: the normed map, 4×4×128. */
export function convnext(seed: number, classes: number): PlainGraph {
  const d = draft(seed);
  let x = d.node('stem-1-gelu', 'gelu', [d.conv('stem-1', 'preprocess', { from: 3, to: 16, stride: 2 })]);
  x = d.conv('stem-2', x, { from: 16, to: STAGES[0].width, stride: 2 });
  let from: number = STAGES[0].width;
  STAGES.forEach(({ width, blocks }, s) => {
    if (s > 0) x = d.conv(`merge-${s}`, d.layerNorm(`merge-${s}-norm`, x, from), { from, to: width, size: 2, stride: 2 });
    from = width;
    for (let b = 1; b <= blocks; b++) x = block(d, `stage-${s + 1}-block-${b}`, x, width);
  });
  const features = d.layerNorm('norm', x, from);
  return d.finish(d.dense('logits', d.node('pool', 'meanPool', [features]), from, classes), { node: features });
}
