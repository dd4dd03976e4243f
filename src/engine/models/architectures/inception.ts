/** An Inception-like network (Szegedy et al. 2015, 2016): four branches of different reach side by side. Not trained here. */
import { draft, type Draft } from '../draft.ts';
import type { PlainGraph } from '../plain.ts';

/** Channels of the branches: 1×1; 3×3; two 3×3 in the place of a 5×5; 3×3 mean then 1×1. `narrow`: what the middle two are first brought to. */
interface Widths {
  readonly point: number;
  readonly near: number;
  readonly far: number;
  readonly mean: number;
  readonly narrow: number;
}
const WIDTHS: readonly Widths[] = [
  { point: 16, near: 24, far: 16, mean: 8, narrow: 16 },
  { point: 32, near: 48, far: 32, mean: 16, narrow: 24 },
  { point: 32, near: 48, far: 32, mean: 16, narrow: 32 },
  { point: 48, near: 72, far: 48, mean: 24, narrow: 40 },
];
/** A 2×2 maximum stands before these modules. */
const HALVED_BEFORE = [1, 3];

function inceptionModule(d: Draft, id: string, x: string, from: number, { point, near, far, mean, narrow }: Widths): string {
  const layer = (name: string, of: string, width: number, to: number, size: number) =>
    d.node(`${id}-${name}-relu`, 'relu', [d.conv(`${id}-${name}`, of, { from: width, to, size })]);
  const averaged = d.node(`${id}-averaged`, 'averagePool', [x], {}, { size: [3, 3], strides: [1, 1], pad: 'same' });
  return d.node(`${id}-concat`, 'concat', [
    layer('point', x, from, point, 1),
    layer('near', layer('near-narrow', x, from, narrow, 1), narrow, near, 3),
    layer('far-2', layer('far-1', layer('far-narrow', x, from, narrow, 1), narrow, far, 3), far, far, 3),
    layer('mean', averaged, from, mean, 1),
  ]);
}

/** 64×64 → 32² → 16² → 8² → 4², mean, classes. Features: the last module's branches, 4×4×192. */
export function inception(seed: number, classes: number): PlainGraph {
  const d = draft(seed);
  let x = d.node('stem-1-relu', 'relu', [d.conv('stem-1', 'preprocess', { from: 3, to: 16, stride: 2 })]);
  x = d.node('stem-2-relu', 'relu', [d.conv('stem-2', x, { from: 16, to: 32, stride: 2 })]);
  let from = 32;
  WIDTHS.forEach((widths, i) => {
    if (HALVED_BEFORE.includes(i)) x = d.node(`pool-${i}`, 'maxPool', [x], {}, { size: [2, 2], strides: [2, 2], pad: 'valid' });
    x = inceptionModule(d, `module-${i + 1}`, x, from, widths);
    from = widths.point + widths.near + widths.far + widths.mean;
  });
  return d.finish(d.dense('logits', d.node('pool', 'meanPool', [x]), from, classes), { node: x });
}
