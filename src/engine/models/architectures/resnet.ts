/** Residual networks (He et al. 2016, basic blocks, projection short cuts). Not trained here. */
import { draft, type Draft } from '../draft.ts';
import type { PlainGraph } from '../plain.ts';

const STEM = 12;
const CHANNELS = [24, 48, 96] as const;

/** relu(x + norm(conv(relu(norm(conv(x)))))); where size or width changes, x passes a 1×1 convolution. */
function block(d: Draft, id: string, x: string, from: number, to: number, stride: number): string {
  const inner = d.node(`${id}-relu-1`, 'relu', [d.conv(`${id}-conv-1`, x, { from, to, stride })]);
  const branch = d.conv(`${id}-conv-2`, inner, { from: to, to });
  const short = stride === 1 && from === to ? x : d.conv(`${id}-short`, x, { from, to, size: 1, stride });
  return d.node(`${id}-relu-2`, 'relu', [d.node(`${id}-add`, 'add', [branch, short])]);
}

/** With so many blocks in each of the three stages. 64×64 → 32² → 16² → 8² → 4², mean, classes. Features: the last block's activation, 4×4×96. */
export const resnet = (blocks: readonly [number, number, number]) => (seed: number, classes: number): PlainGraph => {
  const d = draft(seed);
  let x = d.node('stem-relu', 'relu', [d.conv('stem', 'preprocess', { from: 3, to: STEM, stride: 2 })]);
  let from: number = STEM;
  CHANNELS.forEach((channels, s) => {
    for (let b = 0; b < blocks[s]!; b++) {
      x = block(d, `block-${s + 1}-${b + 1}`, x, from, channels, b === 0 ? 2 : 1);
      from = channels;
    }
  });
  return d.finish(d.dense('logits', d.node('pool', 'meanPool', [x]), from, classes), { node: x });
};
