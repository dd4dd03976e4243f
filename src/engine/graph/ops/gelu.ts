/** GELU in its exact (erf) form and its derivatives: one kernel each where the backend has them (kernels/elementwise), else ops. */
import * as tf from '../../tf.ts';
import { kernelOf } from './adjoint.ts';
import type { Op } from './op.ts';

/** Φ(x), the normal distribution, and φ(x), its density. */
const normal = (x: tf.Tensor) => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
const density = (x: tf.Tensor) => tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 0.3989422804014327);

const hasKernel = (name: string) => tf.getKernel(name, tf.getBackend()) !== undefined;

/** dy · (Φ(x) + x φ(x)). */
function pullback(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  if (!hasKernel('GeluPullback')) return tf.mul(dy, tf.add(normal(x), tf.mul(x, density(x))));
  const run = tf.customGrad((...args) => {
    const [d, at, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([d, at]);
    const gradFunc = (up: tf.Tensor, saved: tf.Tensor[]) => {
      const [before, point] = saved as [tf.Tensor, tf.Tensor];
      const bend = tf.mul(density(point), tf.sub(2, tf.square(point))); // the second derivative
      return [pullback(up, point), tf.mul(tf.mul(up, before), bend)];
    };
    return { value: kernelOf('GeluPullback', { x: at, dy: d }, {}), gradFunc };
  });
  return run(dy, x);
}

function value(x: tf.Tensor): tf.Tensor {
  if (!hasKernel('Gelu')) return tf.mul(x, normal(x));
  const run = tf.customGrad((...args) => {
    const [at, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([at]);
    return { value: kernelOf('Gelu', { x: at }, {}), gradFunc: (up: tf.Tensor, saved: tf.Tensor[]) => [pullback(up, saved[0]!)] };
  });
  return run(x);
}

/** x Φ(x).  Hendrycks & Gimpel 2016. */
export const gelu: Op = {
  kind: 'elementwise',
  forward: ([x]) => value(x),
  vjp: ([x], _, __, ___, dy) => [pullback(dy, x)],
};
