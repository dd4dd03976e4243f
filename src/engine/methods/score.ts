/** The explained scalar: which number of the output a method attributes. One unit, so that every method can explain any of them. */
import * as tf from '../tf.ts';

export const SCORES = ['logit', 'probability', 'log-probability', 'margin'] as const;
export type ScoreKind = (typeof SCORES)[number];

/** 'margin' is the logit of the target minus that of `rival`, a class fixed beforehand. */
export type Score = { readonly kind: Exclude<ScoreKind, 'margin'> } | { readonly kind: 'margin'; readonly rival: number };

/** One class for all rows, or one for each. */
export type Target = number | readonly number[];

const oneHot = (logits: tf.Tensor, target: Target) => {
  const [n, classes] = logits.shape as [number, number];
  const indices = typeof target === 'number' ? Array.from({ length: n }, () => target) : target;
  if (indices.length !== n) throw new Error(`${indices.length} target classes for ${n} rows: give one for each row, or a single one`);
  const wrong = indices.find((index) => !(index >= 0 && index < classes));
  if (wrong !== undefined) throw new Error(`class ${wrong} does not exist: the model has classes 0 to ${classes - 1}`);
  const data = new Float32Array(n * classes); // not tf.oneHot: it refuses a model of a single class
  indices.forEach((index, row) => (data[row * classes + index] = 1));
  return tf.tensor2d(data, [n, classes]);
};

/** logits [N, classes] → the score of each row [N]. */
export function scoreOf(logits: tf.Tensor, target: Target, score: Score): tf.Tensor1D {
  const at = (values: tf.Tensor, index: Target) => tf.sum(tf.mul(values, oneHot(values, index)), -1) as tf.Tensor1D;
  switch (score.kind) {
    case 'logit':
      return at(logits, target);
    case 'probability':
      return at(tf.softmax(logits), target);
    case 'log-probability':
      return at(tf.logSoftmax(logits), target);
    case 'margin':
      return tf.sub(at(logits, target), at(logits, score.rival));
    default:
      return score satisfies never;
  }
}

/** d score / d logits, [N, classes]: the seed of a gradient walk. */
export function scoreSeed(logits: tf.Tensor, target: Target, score: Score): tf.Tensor {
  const hot = oneHot(logits, target);
  switch (score.kind) {
    case 'logit':
      return hot;
    case 'probability': {
      const p = tf.softmax(logits);
      return tf.mul(tf.sum(tf.mul(p, hot), -1, true), tf.sub(hot, p));
    }
    case 'log-probability':
      return tf.sub(hot, tf.softmax(logits));
    case 'margin':
      return tf.sub(hot, oneHot(logits, score.rival));
    default:
      return score satisfies never;
  }
}
