/** A lowered network made ready: rewritten, cut off before its softmax, its features found. One call over the parts of this folder. */
import { findFeatures } from './features.ts';
import { headOf, type Head } from './head.ts';
import { rewrite, type Rewritten } from './index.ts';
import type { Lowered } from './net.ts';
import type { Shape } from '../shape.ts';

export interface Recognised extends Omit<Head, 'graph'>, Rewritten {}

/** For images of `input` [H, W, C]; `labels` is how many labels are known. Throws an `ImportProblem` where shapes do not fit. */
export function recognise(graph: Lowered, input: Shape, labels?: number): Recognised {
  const first = rewrite(graph, input);
  const { graph: whole, ...head } = headOf(first.graph, input, labels);
  const last = rewrite(whole, input);
  const features = findFeatures(last.graph, input);
  return { ...head, graph: { ...last.graph, ...(features && { features }) }, did: [...first.did, ...last.did] };
}
