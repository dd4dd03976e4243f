/** An EfficientNet-like network (Tan & Le 2019): inverted residuals with squeeze-and-excitation (Hu et al. 2018) and SiLU. Not trained here. */
import { draft, type Draft } from '../draft.ts';
import type { PlainGraph } from '../plain.ts';

const STEM = 16;
const HEAD = 160;
const BLOCKS = [
  { to: 24, stride: 2, expansion: 3, size: 3 },
  { to: 24, stride: 1, expansion: 3, size: 3 },
  { to: 40, stride: 2, expansion: 4, size: 5 },
  { to: 40, stride: 1, expansion: 4, size: 3 },
  { to: 72, stride: 2, expansion: 4, size: 3 },
  { to: 72, stride: 1, expansion: 4, size: 3 },
] as const;

/** x ⊙ σ(dense(silu(dense(mean x)))): each channel's gate, from all channels. */
function squeezeAndExcite(d: Draft, id: string, x: string, channels: number, inner: number): string {
  const squeezed = d.node(`${id}-silu`, 'silu', [d.dense(`${id}-reduce`, d.node(`${id}-mean`, 'meanPool', [x]), channels, inner)]);
  const gate = d.node(`${id}-sigmoid`, 'sigmoid', [d.dense(`${id}-expand`, squeezed, inner, channels)]);
  return d.node(`${id}-gated`, 'mul', [x, d.node(`${id}-gate`, 'reshape', [gate], {}, { shape: [1, 1, channels] })]);
}

/** Widen 1×1, convolve each channel, gate, narrow 1×1 without activation; a short cut where size and width stay. */
function invertedResidual(d: Draft, id: string, x: string, from: number, { to, stride, expansion, size }: (typeof BLOCKS)[number]): string {
  const wide = from * expansion;
  const widened = d.node(`${id}-widen-silu`, 'silu', [d.conv(`${id}-widen`, x, { from, to: wide, size: 1 })]);
  const spatial = d.node(`${id}-depthwise-silu`, 'silu', [d.depthwise(`${id}-depthwise`, widened, wide, stride, size)]);
  const gated = squeezeAndExcite(d, `${id}-excite`, spatial, wide, Math.ceil(from / 4) * 2);
  const narrowed = d.conv(`${id}-narrow`, gated, { from: wide, to, size: 1 });
  return stride === 1 && from === to ? d.node(`${id}-add`, 'add', [x, narrowed]) : narrowed;
}

/** 64×64 → 32² → 16² → 8² → 4², mean, classes. Features: the head's activation, 4×4×160. */
export function efficientnet(seed: number, classes: number): PlainGraph {
  const d = draft(seed);
  let x = d.node('stem-silu', 'silu', [d.conv('stem', 'preprocess', { from: 3, to: STEM, stride: 2 })]);
  let from: number = STEM;
  BLOCKS.forEach((spec, i) => {
    x = invertedResidual(d, `block-${i + 1}`, x, from, spec);
    from = spec.to;
  });
  const features = d.node('head-silu', 'silu', [d.conv('head', x, { from, to: HEAD, size: 1 })]);
  return d.finish(d.dense('logits', d.node('pool', 'meanPool', [features]), HEAD, classes), { node: features });
}
