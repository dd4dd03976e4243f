/** GELU in its exact (erf) form and SiLU, with their derivatives: one kernel each where the backend has them (kernels/elementwise), else ops. */
import * as tf from '../../tf.ts';
import { kernelOf } from './adjoint.ts';
import type { Op } from './op.ts';

/** 1 / (1 + e⁻ˣ), as ½ tanh(x/2) + ½: the fast kernel, and no overflow. */
export const logistic = (x: tf.Tensor): tf.Tensor => tf.add(tf.mul(tf.tanh(tf.mul(x, 0.5)), 0.5), 0.5);

/** A function of one entry by ops: its value, its derivative and its second derivative. */
interface Unit {
  readonly value: (x: tf.Tensor) => tf.Tensor;
  readonly slope: (x: tf.Tensor) => tf.Tensor;
  readonly bend: (x: tf.Tensor) => tf.Tensor;
}

const hasKernel = (name: string) => tf.getKernel(name, tf.getBackend()) !== undefined;

/** The unit as an op; `kernel` names what gives its value in one pass, with 'Pullback' after it what gives dy · slope. */
function unitOp(kernel: 'Gelu' | 'Silu', { value, slope, bend }: Unit): Op {
  function pullback(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
    if (!hasKernel(`${kernel}Pullback`)) return tf.mul(dy, slope(x));
    const run = tf.customGrad((...args) => {
      const [d, at, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
      save([d, at]);
      const gradFunc = (up: tf.Tensor, saved: tf.Tensor[]) => {
        const [before, point] = saved as [tf.Tensor, tf.Tensor];
        return [pullback(up, point), tf.mul(tf.mul(up, before), bend(point))];
      };
      return { value: kernelOf(`${kernel}Pullback`, { x: at, dy: d }, {}), gradFunc };
    });
    return run(dy, x);
  }
  function forward(x: tf.Tensor): tf.Tensor {
    if (!hasKernel(kernel)) return value(x);
    const run = tf.customGrad((...args) => {
      const [at, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
      save([at]);
      return { value: kernelOf(kernel, { x: at }, {}), gradFunc: (up: tf.Tensor, saved: tf.Tensor[]) => [pullback(up, saved[0]!)] };
    });
    return run(x);
  }
  return { kind: 'elementwise', forward: ([x]) => forward(x), vjp: ([x], _, __, ___, dy) => [pullback(dy, x)] };
}

/** Φ(x), the normal distribution, and φ(x), its density. */
const normal = (x: tf.Tensor) => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
const density = (x: tf.Tensor) => tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 0.3989422804014327);

/** x Φ(x).  Hendrycks & Gimpel 2016. */
export const gelu = unitOp('Gelu', {
  value: (x) => tf.mul(x, normal(x)),
  slope: (x) => tf.add(normal(x), tf.mul(x, density(x))),
  bend: (x) => tf.mul(density(x), tf.sub(2, tf.square(x))),
});

/** x σ(x), also called swish.  Elfwing et al. 2018; Ramachandran et al. 2017. */
export const silu = unitOp('Silu', {
  value: (x) => tf.mul(x, logistic(x)),
  slope(x) {
    const s = logistic(x);
    return tf.mul(s, tf.add(1, tf.mul(x, tf.sub(1, s))));
  },
  bend(x) {
    const s = logistic(x);
    return tf.mul(tf.mul(s, tf.sub(1, s)), tf.add(2, tf.mul(x, tf.sub(1, tf.mul(s, 2)))));
  },
});
