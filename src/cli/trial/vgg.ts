/** A VGG-16-sized graph with random weights: 138 million parameters, 15.5 billion multiply-adds at 224 × 224. Not a model of anything. */
import type { Graph, Node } from '../../engine/graph/graph.ts';
import * as tf from '../../engine/tf.ts';

/** Of one image of 224 × 224. */
export const MULTIPLY_ADDS = 15.5e9;

const STAGES = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]] as const;
const HEAD = [4096, 4096, 1000] as const;

/** Uniform in ±√(6 / fanIn), by a linear congruential generator: 138 million seeded hashes would take longer than the trial. */
function weights(shape: number[], fanIn: number, seed: number): tf.Tensor {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  const bound = Math.sqrt(6 / fanIn);
  let state = seed >>> 0;
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = bound * (state / 2147483648 - 1);
  }
  return tf.keep(tf.tensor(values, shape));
}

/** Thirteen 3 × 3 convolutions in five stages, three dense layers; [1, 224, 224, 3] → [1, 1000]. */
export function vggSized(): Graph {
  const nodes: Node[] = [];
  const push = (op: Node['op'], of: Node['weights'] = {}, attrs: Node['attrs'] = {}) => {
    nodes.push({ id: `${op}-${nodes.length}`, op, inputs: [nodes.at(-1)?.id ?? 'x'], weights: of, attrs });
  };
  const affine = (shape: number[], fanIn: number) => ({ kernel: weights(shape, fanIn, nodes.length + 1), bias: tf.keep(tf.fill([shape.at(-1)!], 0.01)) });
  push('preprocess', { mean: tf.keep(tf.fill([3], 0.5)), std: tf.keep(tf.fill([3], 0.25)) });
  let channels = 3;
  for (const stage of STAGES) {
    for (const out of stage) {
      push('conv2d', affine([3, 3, channels, out], 9 * channels), { strides: [1, 1], pad: 'same' });
      push('relu');
      channels = out;
    }
    push('maxPool', {}, { size: [2, 2], strides: [2, 2], pad: 'valid' });
  }
  let width = 7 * 7 * channels;
  push('reshape', {}, { shape: [width] });
  for (const out of HEAD) {
    push('dense', affine([width, out], width));
    if (out !== HEAD.at(-1)) push('relu');
    width = out;
  }
  return { input: 'x', output: nodes.at(-1)!.id, nodes };
}
