/** What an op is: a pure function with its pullback. Holds no weights: they come in as arguments, so nothing is ever patched. */
import type * as tf from '../../tf.ts';

export type Weights = Readonly<Record<string, tf.Tensor>>;
/** Inputs of a node: at least one. */
export type Inputs = readonly [tf.Tensor, ...tf.Tensor[]];
export type Attrs = Readonly<Record<string, unknown>>;

/** What rules match on. 'linear' is affine in its inputs for fixed weights; 'shape' only moves entries. */
export type OpKind = 'linear' | 'elementwise' | 'pool' | 'norm' | 'bilinear' | 'softmax' | 'shape';

/**
 * One kind of layer. Tensors are batch first, images NHWC, tokens [N, T, D].
 * `vjp` gives dL/dx for each input from dL/dy. It is made of plain forward ops of xs and the recorded y (or of ops that carry
 * their own adjoint), so that it differentiates right a second time.
 */
export interface Op {
  readonly kind: OpKind;
  forward(xs: Inputs, w: Weights, a: Attrs): tf.Tensor;
  vjp(xs: Inputs, y: tf.Tensor, w: Weights, a: Attrs, dy: tf.Tensor): tf.Tensor[];
}

/** The weight called `name`; throws, naming it, where the node lacks it. */
export function need<T extends tf.Tensor = tf.Tensor>(w: Weights, name: string): T {
  const tensor = w[name];
  if (!tensor) throw new Error(`a weight called '${name}' is missing: the node has [${Object.keys(w).join(', ')}]`);
  return tensor as T;
}
