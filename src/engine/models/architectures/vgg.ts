/** A plain convolutional network after VGG (Simonyan & Zisserman 2015): 3×3 convolutions, max pooling, no short cuts. Not trained here. */
import { draft } from '../draft.ts';
import type { PlainGraph } from '../plain.ts';

/** Channels of each stage's convolutions; stages are parted by 2×2 max pooling. The first convolution has stride 2. */
const STAGES = [[16], [32, 32], [64, 64], [128]] as const;

/** 64×64 → 32² → 16² → 8² → 4², mean, classes. Features: the last convolution's activation, 4×4×128. */
export function vgg(seed: number, classes: number): PlainGraph {
  const d = draft(seed);
  let [x, from] = ['preprocess', 3];
  STAGES.forEach((stage, s) => {
    if (s > 0) x = d.node(`pool-${s}`, 'maxPool', [x], {}, { size: [2, 2], strides: [2, 2], pad: 'valid' });
    stage.forEach((to, c) => {
      const id = `conv-${s + 1}-${c + 1}`;
      x = d.node(`${id}-relu`, 'relu', [d.conv(id, x, { from, to, stride: s === 0 && c === 0 ? 2 : 1 })]);
      from = to;
    });
  });
  const pooled = d.node('pool', 'meanPool', [x]);
  return d.finish(d.dense('logits', pooled, from, classes), { node: x });
}
