/** Depthwise-separable networks after MobileNet (Howard et al. 2017), relu6. Not trained here. */
import { draft } from '../draft.ts';
import type { PlainGraph } from '../plain.ts';

const STEM = 16;
/** Each row a depthwise 3×3 convolution of this stride, then a 1×1 convolution to `to` channels. */
const BLOCKS = [
  { to: 32, stride: 2 },
  { to: 48, stride: 1 },
  { to: 96, stride: 2 },
  { to: 96, stride: 1 },
  { to: 96, stride: 1 },
  { to: 192, stride: 2 },
  { to: 192, stride: 1 },
] as const;

/** Every width times `width`. 64×64 → 32² → 16² → 8² → 4², mean, classes. Features: the last activation, 4×4×(192 · width). */
export const mobilenet = (width: number) => (seed: number, classes: number): PlainGraph => {
  const d = draft(seed);
  const stem = STEM * width;
  let [x, from] = [d.node('stem-relu6', 'relu6', [d.conv('stem', 'preprocess', { from: 3, to: stem, stride: 2 })]), stem];
  BLOCKS.forEach(({ to: full, stride }, i) => {
    const [id, to] = [`block-${i + 1}`, full * width];
    const spatial = d.node(`${id}-depthwise-relu6`, 'relu6', [d.depthwise(`${id}-depthwise`, x, from, stride)]);
    x = d.node(`${id}-point-relu6`, 'relu6', [d.conv(`${id}-point`, spatial, { from, to, size: 1 })]);
    from = to;
  });
  return d.finish(d.dense('logits', d.node('pool', 'meanPool', [x]), from, classes), { node: x });
};
