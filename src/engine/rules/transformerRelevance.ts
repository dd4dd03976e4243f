/** The relevance rules of Chefer et al. (CVPR 2021) for transformers, as a table of policies for one graph. Not AttnLRP, whose softmax and norms have rules of their own. */
import { gradient, type Graph, type Policy, type Step } from '../graph/graph.ts';
import * as tf from '../tf.ts';
import { zPlusRule } from './alphaBeta.ts';
import { addsConstant, averages, follow, gateRows, is, keepsEntries, movesEntries, onlyShifts, pass, takesLargest, withoutRule, type Composite } from './composite.ts';
import { proportional } from './epsilon.ts';
import { partOf, redistribute, withoutBias } from './redistribute.ts';
import { CONVOLUTIONS, firstLayers, LINEAR, nonNegativeNodes } from './structure.ts';

/** What keeps their quotients finite. */
const EPSILON = 1e-9;

/** a / (b + 1e-9), and 0 where b = 0. */
const quotient = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.mul(tf.divNoNan(a, tf.add(b, EPSILON)), tf.cast(tf.notEqual(b, 0), 'float32'));

/** The total of each image, [n, 1, …]. */
const totalOf = (t: tf.Tensor): tf.Tensor => tf.sum(t, t.shape.slice(1).map((_, axis) => axis + 1), true);

/** Shares R among summands a_i: R_i = a_i R / Σa, then each as a whole so scaled that its total is |ΣR_i| / Σ_j |ΣR_j| of ΣR. */
function shareByMass(summands: readonly tf.Tensor[], y: tf.Tensor, relevance: tf.Tensor): tf.Tensor[] {
  const share = quotient(relevance, y);
  const parts = summands.map((a) => tf.mul(a, share));
  const totals = parts.map(totalOf);
  const mass = totals.map((t) => tf.abs(t)).reduce((a, b) => tf.add(a, b));
  const whole = totalOf(relevance);
  return parts.map((part, i) => tf.mul(part, quotient(tf.mul(quotient(tf.abs(totals[i]!), mass), whole), totals[i]!)));
}

const sum: Policy = ({ xs, y, signal }) => shareByMass(xs, y, signal);
/** As the sum of x and a constant; what falls to the constant is dropped. */
const sumWithConstant: Policy = ({ xs: [x], y, signal }) => [shareByMass([x, tf.sub(y, x)], y, signal)[0]!];

/** Half of the relevance to each factor: R_a = a ⊙ (R / ab) bᵀ / 2, R_b = b ⊙ aᵀ (R / ab) / 2. */
const product: Policy = ({ op, node, xs, y, signal }) =>
  op.vjp(xs, y, node.weights, node.attrs, quotient(signal, y)).map((part, i) => tf.mul(tf.mul(xs[i]!, part), 0.5));

/**
 * R_i = Σ_j ((x_i − low) w_ij⁺ + (x_i − high) w_ij⁻) R_j / Σ_k (…), low and high the smallest and the largest entry of the image: the zᴮ rule of
 * Montavon et al. 2017, in a form without differences of large numbers. An image of one colour gets 0.
 */
const imageBox: Policy = (step) => {
  const { xs: [x], node } = step;
  const axes = x.shape.slice(1).map((_, axis) => axis + 1);
  const terms = [
    { x: () => tf.sub(x, tf.min(x, axes, true)), weights: withoutBias(partOf(node.weights, 'positive')) },
    { x: () => tf.sub(x, tf.max(x, axes, true)), weights: withoutBias(partOf(node.weights, 'negative')) },
  ];
  return [redistribute(step, terms, EPSILON)];
};

/** Their table for `graph`: z⁺ on linear layers, the box rule on the first, everything that is not linear lets relevance through. */
export function transformerComposite(graph: Graph): Composite {
  const [first, nonNegative] = [firstLayers(graph), nonNegativeNodes(graph)];
  const convolves = is(...CONVOLUTIONS);
  return {
    id: 'transformer-relevance',
    rows: [
      { match: (node) => convolves(node) && first.has(node.id), rule: 'zᴮ of the image', policy: imageBox },
      { match: is(...LINEAR), rule: 'z⁺ without bias', policy: zPlusRule({ bias: false, epsilon: EPSILON, nonNegative: (id) => nonNegative.has(id) }) },
      { match: is('add'), rule: 'by mass', policy: sum },
      { match: addsConstant, rule: 'pass', policy: pass },
      { match: onlyShifts, rule: 'by mass', policy: sumWithConstant },
      ...gateRows(graph),
      { match: is('matMul', 'mul'), rule: 'half to each factor', policy: product },
      { match: (node) => averages(node) || node.op === 'takeToken', rule: 'proportional', policy: proportional(EPSILON) },
      { match: (node) => keepsEntries(node) || is('softmax', 'layerNorm', 'localResponseNorm')(node), rule: 'pass', policy: pass },
      { match: takesLargest, rule: 'winner takes all', policy: gradient },
      { match: movesEntries, rule: 'reshape', policy: gradient },
    ],
  };
}

/** Why their rules cannot explain `graph`, in words for the visitor; `undefined` where they can. */
export const lacksTransformerRules = (graph: Graph): string | undefined => withoutRule(transformerComposite(graph), graph);

/** The table as a policy. Where a value is read more than once, what comes back is y ⊙ ΣR / (y + 1e-9), and 0 where y = 0. */
export function transformerRelevance(graph: Graph): Policy {
  const reads = new Map<string, number>();
  for (const id of graph.nodes.flatMap(({ inputs }) => inputs)) reads.set(id, (reads.get(id) ?? 0) + 1);
  const policy = follow(transformerComposite(graph));
  return (step: Step) => (reads.get(step.node.id)! > 1 ? policy({ ...step, signal: tf.mul(step.y, quotient(step.signal, step.y)) }) : policy(step));
}
