/** A linear model on raw pixels: one dense layer, the humble end of the committee. Takes 64×64 only. Not trained here. */
import { draft } from '../draft.ts';
import type { PlainGraph } from '../plain.ts';

const PIXELS = 64 * 64 * 3;

/** 64×64×3 → classes. Features: the pixels themselves, for want of any other. */
export function linear(seed: number, classes: number): PlainGraph {
  const d = draft(seed);
  const flat = d.node('flat', 'reshape', ['preprocess'], {}, { shape: [PIXELS] });
  return d.finish(d.dense('logits', flat, PIXELS, classes, 0.1), { node: 'preprocess' });
}
