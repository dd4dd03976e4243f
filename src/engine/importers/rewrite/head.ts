/** What a network gives: classes, features, a number, a map; and the softmax at its end, which is cut off so that logits are explained. Guesses no labels. */
import type { OpName } from '../../graph/ops/index.ts';
import type { PlainNode } from '../../models/plain.ts';
import type { Lowered } from './net.ts';
import { sizeOfShape, type Shape } from '../shape.ts';
import { shapesOf } from './shapes.ts';

export const OUTPUT_KINDS = ['classes', 'probabilities', 'features', 'regression', 'map'] as const;
/** 'probabilities' are those whose softmax cannot be cut off. */
export type OutputKind = (typeof OUTPUT_KINDS)[number];

/** What was taken off the end. */
export type Cut = 'softmax' | 'log-softmax' | 'sigmoid';

export interface Head {
  /** Its output is [N, outputs]. */
  readonly graph: Lowered;
  readonly kind: OutputKind;
  readonly cut?: Cut;
  readonly outputs: number;
  /** For the visitor: what this is, and what can be explained. */
  readonly words: string;
}

const nodeIn = (graph: Lowered, id: string): PlainNode | undefined => graph.nodes.find((node) => node.id === id);
const long = (shape: Shape): Shape => shape.filter((n) => n !== 1);

/** Below `id`, what is only shaped otherwise: axes of length 1. */
function beneath(graph: Lowered, id: string, shapes: ReadonlyMap<string, Shape>): string {
  const node = nodeIn(graph, id);
  const isShape = node?.op === 'reshape' && long(shapes.get(id)!).join() === long(shapes.get(node.inputs[0]!)!).join();
  return isShape ? beneath(graph, node.inputs[0]!, shapes) : id;
}

/** The output without the function at its end, and which function that was. */
function uncut(graph: Lowered, id: string, shapes: ReadonlyMap<string, Shape>): { readonly output: string; readonly cut?: Cut } {
  const node = nodeIn(graph, id);
  const below = node?.inputs[0] === undefined ? id : beneath(graph, node.inputs[0], shapes);
  const overAll = shapes.get(id)!.at(-1) === sizeOfShape(shapes.get(id)!);
  if (node?.op === 'softmax' && overAll) return { output: below, cut: 'softmax' };
  if (node?.op === 'log') {
    const inner = nodeIn(graph, below);
    if (inner?.op === 'softmax' && overAll) return { output: beneath(graph, inner.inputs[0]!, shapes), cut: 'log-softmax' };
  }
  return node?.op === 'sigmoid' ? { output: below, cut: 'sigmoid' } : { output: id };
}

/** Gives numbers that are learned to be read: scores. */
const LINEAR: readonly OpName[] = ['dense', 'conv2d', 'groupConv2d', 'depthwiseConv2d', 'matMul', 'affine', 'addParam', 'add', 'mul', 'batchNorm'];
/** Says nothing of its own on what its input is. */
const TRANSPARENT: readonly OpName[] = ['reshape', 'transpose', 'slice', 'gather', 'meanPool', 'meanTokens', 'reduceMean', 'averagePool', 'concat', 'takeToken'];

/** The node that last did more than choose, move or average entries. */
function source(graph: Lowered, id: string): PlainNode | undefined {
  let node = nodeIn(graph, id);
  while (node && TRANSPARENT.includes(node.op)) node = nodeIn(graph, node.inputs[0]!);
  return node;
}

/** Whether every entry is a probability by construction: a softmax or a sigmoid, or a weighing of such. */
function isProbability(graph: Lowered, id: string): boolean {
  const node = nodeIn(graph, id);
  if (!node) return false;
  if (node.op === 'softmax' || node.op === 'sigmoid') return true;
  const passes = [...TRANSPARENT, 'add', 'mul', 'affine'].includes(node.op);
  return passes && node.inputs.every((input) => isProbability(graph, input));
}

/** Counts of classes that labels are known for without a file: ImageNet, with and without a class for the background. */
const KNOWN_COUNTS: readonly number[] = [1000, 1001];
/** Pooled activations of fewer channels than this are the classes of a network without a dense layer, as SqueezeNet is. */
const FEWEST_FEATURES = 128;

const hasLabels = (count: number, labels: number | undefined): boolean => (labels === undefined ? KNOWN_COUNTS.includes(count) : labels === count);

function kindOf(graph: Lowered, output: string, given: Shape, count: number, { cut, labels }: { readonly cut?: Cut; readonly labels?: number }): OutputKind {
  const linear = LINEAR.includes(source(graph, output)?.op ?? 'preprocess');
  if (long(given).length > 1) return linear || cut ? 'map' : 'features';
  if (count === 1) return 'regression';
  if (cut) return 'classes';
  if (isProbability(graph, output)) return 'probabilities';
  return linear || count < FEWEST_FEATURES || hasLabels(count, labels) ? 'classes' : 'features';
}

const CUT_WORDS: Readonly<Record<Cut, string>> = {
  'softmax': 'The softmax at its end was taken off: what is explained is the logit of a class, as with the other models.',
  'log-softmax': 'The log-softmax at its end was taken off: what is explained is the logit of a class, as with the other models.',
  'sigmoid': 'The sigmoid at its end was taken off: what is explained is the score before it, and several classes may apply at once.',
};

function wordsOf(kind: OutputKind, count: number, given: Shape, { cut, labels }: { readonly cut?: Cut; readonly labels?: number }): string {
  const off = cut ? ` ${CUT_WORDS[cut]}` : '';
  const outputs = count.toLocaleString('en');
  switch (kind) {
    case 'classes':
      return hasLabels(count, labels)
        ? `This model gives ${outputs} scores, one for each class.${off}`
        : `This model gives ${outputs} scores. ${labels === undefined ? 'No labels are known for them' : `The ${labels.toLocaleString('en')} labels do not fit them`}: they are called by their numbers until a file of labels is given.${off}`;
    case 'probabilities':
      return `This model gives ${outputs} probabilities that are put together after the softmax, so that it cannot be taken off: what is explained is a probability.`;
    case 'features':
      return `This model gives ${outputs} features and no classes: its last layer is missing. Any one feature can be explained, but its number is not the name of anything.`;
    case 'regression':
      return `This model gives one number.${cut === 'sigmoid' ? ' The sigmoid at its end was taken off: what is explained is the score before it, which is above 0 where the answer is yes.' : ' That number is explained: what raises it and what lowers it.'}`;
    case 'map':
      return `This model gives a map, ${given.join(' × ')}, and no single answer.${off} What is explained is the mean of one channel over all places.`;
  }
}

/** The end of the network as [N, outputs]: a map is averaged over its places, tokens over the tokens, axes of length 1 go. */
function flattened(graph: Lowered, output: string, given: Shape): Lowered {
  const places = long(given).length > 1;
  const taken = new Set([graph.input, ...graph.nodes.map(({ id }) => id)]);
  const fresh = (name: string): string => (taken.has(name) ? fresh(`${name}·2`) : name);
  const append = (op: OpName, attrs: PlainNode['attrs'] = {}): Lowered => {
    const id = fresh(`${output}·${op}`);
    return { ...graph, output: id, nodes: [...graph.nodes, { id, op, inputs: [output], weights: {}, attrs }] };
  };
  if (given.length === 1) return { ...graph, output };
  if (places && given.length === 3) return append('meanPool');
  if (places && given.length === 2) return append('meanTokens');
  return append('reshape', { shape: [sizeOfShape(given)] });
}

/**
 * The end of a rewritten network for images of `input` [H, W, C]; `labels` is how many labels are known for it. What the cut leaves unread stays in the graph
 * until it is rewritten again. A single output keeps its meaning: a regressor, or a yes or no.
 */
export function headOf(graph: Lowered, input: Shape, labels?: number): Head {
  const shapes = shapesOf(graph, input);
  const { output, cut } = uncut(graph, beneath(graph, graph.output, shapes), shapes);
  const given = shapes.get(output)!;
  const whole = flattened(graph, output, given);
  const outputs = long(given).length > 1 && given.length <= 3 ? given.at(-1)! : sizeOfShape(given);
  const kind = kindOf(graph, output, given, outputs, { cut, labels });
  return { graph: whole, kind, ...(cut && { cut }), outputs, words: wordsOf(kind, outputs, given, { cut, labels }) };
}
