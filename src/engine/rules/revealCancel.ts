/**
 * DeepLIFT with the RevealCancel rule: what raised an activation's input and what lowered it get multipliers of their own.
 * The two multipliers m⁺ and m⁻ differ only between an activation and the layer right before it, since that layer splits by the sign of
 * each contribution and hands on one multiplier. So the walk carries m⁺, and m⁻ − m⁺ travels beside it to that one layer.
 */
import { derived } from '../graph/derived.ts';
import type { Graph, Node, Tape } from '../graph/graph.ts';
import { OPS, type Inputs, type Op, type OpName, type Weights } from '../graph/ops/index.ts';
import * as tf from '../tf.ts';
import { deepLift, type DeepLiftOptions } from './deepLift.ts';
import { sendBeside, takeBeside, type DifferenceRule, type DifferenceStep } from './difference.ts';
import type { Secant } from './secant.ts';
import { secantOf } from './secants.ts';

/** 'everywhere', or only after dense layers with Rescale after convolutions: the default of the authors' code for genomics. */
export const REVEAL_CANCEL_PLACES = ['everywhere', 'dense'] as const;
export type RevealCancelPlaces = (typeof REVEAL_CANCEL_PLACES)[number];

export interface RevealCancelOptions extends DeepLiftOptions {
  readonly places: RevealCancelPlaces;
}

/** Layers whose output is split into what raised and what lowered it. A sum is the linear layer of weights 1: its summands are what it splits. */
const SPLIT = ['conv2d', 'depthwiseConv2d', 'groupConv2d', 'dense', 'add'] as const satisfies readonly OpName[];
const splits = (node: Node | undefined): node is Node => (SPLIT as readonly OpName[]).includes(node?.op as OpName);

/** The authors' padding: a part nearer to 0 than half of it is moved away from 0 by it, so that its multiplier is a one-sided derivative. */
const PAD = 1e-7;
const padded = (t: tf.Tensor) =>
  tf.tidy(() => {
    const away = tf.sub(tf.mul(tf.cast(tf.greaterEqual(t, 0), 'float32'), 2), 1);
    return tf.add(t, tf.mul(tf.mul(away, PAD), tf.cast(tf.less(tf.abs(t), PAD / 2), 'float32')));
  });

/**
 * m⁺ = ½ (s(z₀ + Δ⁺) − s(z₀)) / Δ⁺ + ½ (s(z₀ + Δ⁻ + Δ⁺) − s(z₀ + Δ⁻)) / Δ⁺, and m⁻ likewise: the Shapley value of s for the two players Δ⁺ and Δ⁻.
 * Shrikumar et al. 2017, section 3.5.3. m⁺ Δ⁺ + m⁻ Δ⁻ = s(z) − s(z₀).
 */
export function revealCancelSlopes(secant: Secant, z0: tf.Tensor, plus: tf.Tensor, minus: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const mean = (step: tf.Tensor, after: tf.Tensor) => tf.tidy(() => tf.mul(tf.add(secant(z0, step), secant(tf.add(z0, after), step)), 0.5));
  return tf.tidy(() => {
    const [up, down] = [padded(plus), padded(minus)];
    return [mean(up, down), mean(down, up)];
  });
}

/** The layer with the magnitudes of its weights, without bias. */
const magnitudes = ({ kernel }: Weights): Weights => (kernel ? { kernel: derived(kernel, 'magnitude', tf.abs) } : {});
const kernelOnly = ({ kernel }: Weights): Weights => (kernel ? { kernel } : {});

/**
 * Δ⁺ = ½ (L(Δx; w) + L(|Δx|; |w|)), Δ⁻ = ½ (L(Δx; w) − L(|Δx|; |w|)): the sums of the positive and of the negative w Δx.
 * Both products run in one order, so that a part without contributions is exactly 0.
 */
export function splitDifference(op: Op, { weights, attrs }: Pick<Node, 'weights' | 'attrs'>, xs: Inputs, xs0: Inputs): [tf.Tensor, tf.Tensor] {
  return tf.tidy(() => {
    const steps = xs.map((x, i) => tf.sub(x, xs0[i]!)) as unknown as Inputs;
    const net = op.forward(steps, kernelOnly(weights), attrs);
    const gross = op.forward(steps.map((step) => tf.abs(step)) as unknown as Inputs, magnitudes(weights), attrs);
    return [tf.mul(tf.add(net, gross), 0.5), tf.mul(tf.sub(net, gross), 0.5)];
  });
}

const inputsAt = ({ value }: Tape, { inputs }: Node) => inputs.map((id) => value.get(id)!) as unknown as Inputs;

/** An activation after a layer that splits: hands m⁺ on, and m⁻ − m⁺ beside it. */
function crossActivation({ node, xs0: [z0], signal, differences }: DifferenceStep, layer: Node): tf.Tensor[] {
  const parts = splitDifference(OPS[layer.op], layer, inputsAt(differences.image, layer), inputsAt(differences.reference, layer));
  const [up, down] = revealCancelSlopes(secantOf(node), z0, ...parts);
  tf.dispose(parts);
  sendBeside(differences, layer.id, tf.tidy(() => tf.mul(signal, tf.sub(down, up))));
  return [tf.mul(signal, up)];
}

/**
 * A layer that splits, g = m⁻ − m⁺: input i gets Σ_j w_ij m^±_j by the sign of w_ij Δx_i, and the mean of both where Δx_i = 0,
 * which is Lᵀ(m⁺ + g/2; w) − ½ sign(Δx) Lᵀ(g; |w|).
 */
function crossLayer({ op, node, xs, xs0, y0, signal }: DifferenceStep, gap: tf.Tensor): tf.Tensor[] {
  const mean = op.vjp(xs0, y0, node.weights, node.attrs, tf.add(signal, tf.mul(gap, 0.5)));
  const spread = op.vjp(xs0, y0, magnitudes(node.weights), node.attrs, tf.mul(gap, 0.5));
  return mean.map((part, i) => {
    const step = tf.sub(xs[i]!, xs0[i]!);
    return tf.sub(part, tf.mul(tf.sub(tf.step(step), tf.step(tf.neg(step))), spread[i]!));
  });
}

const producerOf = (graph: Graph, { inputs }: Node) => graph.nodes.find(({ id }) => id === inputs[0]);

/** RevealCancel at activations right after a layer that splits (with 'dense': after one whose output is no image); Rescale at all others. */
export function revealCancel({ places, ...options }: RevealCancelOptions): DifferenceRule {
  const rescale = deepLift(options);
  return (step) => {
    const { node, op, xs, differences } = step;
    const gap = takeBeside(differences, node.id);
    if (gap) return crossLayer(step, gap);
    const before = producerOf(differences.image.graph, node);
    const applies = op.kind === 'elementwise' && splits(before) && (places === 'everywhere' || xs[0].rank < 4);
    return applies ? crossActivation(step, before) : rescale(step);
  };
}
