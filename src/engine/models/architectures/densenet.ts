/** A densely connected network (Huang et al. 2017): every layer reads all before it. Norm and ReLU stand after the convolution, so that norms fold. Not trained here. */
import { draft, type Draft } from '../draft.ts';
import type { PlainGraph } from '../plain.ts';

const STEM = 24;
/** So many 3×3 layers, each of which adds `growth` channels; then, but for the last, a 1×1 convolution to `to` channels and a 2×2 mean. */
const STAGES = [
  { layers: 4, growth: 16, to: 48 },
  { layers: 5, growth: 20, to: 80 },
  { layers: 4, growth: 24, to: undefined },
] as const;
const HALVED = { size: [2, 2], strides: [2, 2], pad: 'valid' };

const layer = (d: Draft, id: string, x: string, from: number, to: number, size: number) => d.node(`${id}-relu`, 'relu', [d.conv(id, x, { from, to, size })]);

/** 64×64 → 32² → 16² → 8² → 4², mean, classes. Features: all that the last stage knows, 4×4×176. */
export function densenet(seed: number, classes: number): PlainGraph {
  const d = draft(seed);
  let x = d.node('stem-relu', 'relu', [d.conv('stem', 'preprocess', { from: 3, to: STEM, stride: 2 })]);
  x = d.node('stem-pool', 'averagePool', [x], {}, HALVED);
  let from: number = STEM;
  STAGES.forEach(({ layers, growth, to }, s) => {
    for (let i = 1; i <= layers; i++) {
      const id = `dense-${s + 1}-${i}`;
      x = d.node(`${id}-concat`, 'concat', [x, layer(d, id, x, from, growth, 3)]);
      from += growth;
    }
    if (to === undefined) return;
    x = d.node(`transition-${s + 1}-pool`, 'averagePool', [layer(d, `transition-${s + 1}`, x, from, to, 1)], {}, HALVED);
    from = to;
  });
  return d.finish(d.dense('logits', d.node('pool', 'meanPool', [x]), from, classes), { node: x });
}
