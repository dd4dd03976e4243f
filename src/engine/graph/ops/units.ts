/** Activations of imported networks, each its function and its derivative; what stands at a kink is said. Not ReLU and its kin (elementwise.ts). */
import * as tf from '../../tf.ts';
import { passBetween } from './adjoint.ts';
import { elementwise } from './elementwise.ts';
import { need, type Attrs, type Op } from './op.ts';
import { logistic } from './smoothUnits.ts';

/** min(x, 0), with slope 0 at 0. */
const below = (x: tf.Tensor) => tf.neg(tf.relu(tf.neg(x)));
/** 1 where x > 0, `other` where not. */
const oneAbove = (x: tf.Tensor, other: number | tf.Tensor) => {
  const above = tf.step(x);
  return tf.add(above, tf.mul(tf.sub(1, above), other));
};

const alphaOf = (a: Attrs) => a.alpha as number;

/** x above 0, alpha x below; slope alpha at 0, as in PyTorch.  Maas et al. 2013. */
export const leakyRelu = elementwise((x, a) => tf.leakyRelu(x, alphaOf(a)), (x, _, a) => oneAbove(x, alphaOf(a)));

/** x above 0, alpha ⊙ x below, `alpha` a weight that is repeated along x; slope alpha at 0, as in PyTorch.  He et al. 2015. */
export const prelu: Op = {
  kind: 'elementwise',
  forward: ([x], w) => tf.add(tf.relu(x), tf.mul(below(x), need(w, 'alpha'))),
  vjp: ([x], _, w, __, dy) => [tf.mul(dy, oneAbove(x, need(w, 'alpha')))],
};

/** `scale` times: x above 0, alpha (eˣ − 1) below; slope scale · alpha at 0, as in PyTorch. */
const exponentialUnit = (alpha: (a: Attrs) => number, scale: number): Op =>
  elementwise(
    (x, a) => tf.mul(tf.add(tf.relu(x), tf.mul(tf.sub(tf.exp(below(x)), 1), alpha(a))), scale),
    (x, _, a) => tf.mul(oneAbove(x, tf.mul(tf.exp(below(x)), alpha(a))), scale),
  );

/** Clevert et al. 2016. */
export const elu = exponentialUnit(alphaOf, 1);
export const SELU = { alpha: 1.6732632423543772, scale: 1.0507009873554805 } as const;
/** ELU with the two constants that keep mean 0 and variance 1.  Klambauer et al. 2017. */
export const selu = exponentialUnit(() => SELU.alpha, SELU.scale);

/** Beyond every value that a network has. */
const LARGEST = 3e38;
export const boundsOf = ({ min, max }: Attrs) => ({ min: (min as number | undefined) ?? -LARGEST, max: (max as number | undefined) ?? LARGEST });

/** min(max(x, min), max), a bound that is absent being no bound; slope 0 at both ends, as ReLU6 has it. */
export const clip: Op = {
  kind: 'elementwise',
  forward([x], _, a) {
    const { min, max } = boundsOf(a);
    return tf.clipByValue(x, min, max);
  },
  vjp([x], _, __, a, dy) {
    const { min, max } = boundsOf(a);
    return [passBetween(dy, x, min, max)];
  },
};

/** x min(max(x + 3, 0), 6) / 6; slope 0 at −3 and 1 at 3.  Howard et al. 2019. */
export const hardSwish = elementwise(
  (x) => tf.mul(tf.mul(x, tf.relu6(tf.add(x, 3))), 1 / 6),
  (x) => tf.mul(tf.add(tf.relu6(tf.add(x, 3)), passBetween(x, x, -3, 3)), 1 / 6),
);

/** x tanh(log(1 + eˣ)).  Misra 2020. */
export const mish = elementwise(
  (x) => tf.mul(x, tf.tanh(tf.softplus(x))),
  (x) => {
    const t = tf.tanh(tf.softplus(x));
    return tf.add(t, tf.mul(tf.mul(x, logistic(x)), tf.sub(1, tf.square(t))));
  },
);

export const tanh = elementwise((x) => tf.tanh(x), (_, y) => tf.sub(1, tf.square(y)));

const [ROOT, CUBIC] = [Math.sqrt(2 / Math.PI), 0.044715];
/** tanh(√(2/π) (x + 0.044715 x³)), which stands for 2 Φ(x) − 1. */
const nearNormal = (x: tf.Tensor) => tf.tanh(tf.mul(tf.mul(x, tf.add(tf.mul(tf.square(x), CUBIC), 1)), ROOT));
/** GELU as it is approximated by tanh.  Hendrycks & Gimpel 2016. */
export const geluTanh = elementwise(
  (x) => tf.mul(tf.mul(x, tf.add(nearNormal(x), 1)), 0.5),
  (x) => {
    const t = nearNormal(x);
    const inner = tf.mul(tf.add(tf.mul(tf.square(x), 3 * CUBIC), 1), ROOT);
    return tf.mul(tf.add(tf.add(t, 1), tf.mul(tf.mul(x, inner), tf.sub(1, tf.square(t)))), 0.5);
  },
);

const magnitude = (x: tf.Tensor) => tf.add(tf.relu(x), tf.relu(tf.neg(x)));
/** x / (1 + |x|). */
export const softsign = elementwise(
  (x) => tf.div(x, tf.add(magnitude(x), 1)),
  (x) => tf.reciprocal(tf.square(tf.add(magnitude(x), 1))),
);

interface QuantizeAttrs {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly min: number;
  readonly max: number;
}

/** Of the numbers that are not cut off: those of the integers `min` and `max`. */
export function quantizedBounds({ scale, zeroPoint, min, max }: QuantizeAttrs): readonly [low: number, high: number] {
  return [(min - zeroPoint) * scale, (max - zeroPoint) * scale];
}

/**
 * Rounded to the grid of an integer type: (clip(round(x / scale) + zeroPoint, min, max) − zeroPoint) · scale, halves to the even neighbour.
 * Its derivative is that of the clipping alone, "straight-through" (Bengio et al. 2013): that of the steps is 0 nearly everywhere.
 */
export const quantize: Op = {
  kind: 'elementwise',
  forward([x], _, a) {
    const attrs = a as unknown as QuantizeAttrs;
    const { scale, zeroPoint, min, max } = attrs;
    const run = tf.customGrad((...args) => {
      const [at, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
      save([at]);
      const whole = tf.clipByValue(tf.round(tf.div(at, scale)), min - zeroPoint, max - zeroPoint);
      return { value: tf.mul(whole, scale), gradFunc: (up: tf.Tensor, saved: tf.Tensor[]) => [passBetween(up, saved[0]!, ...quantizedBounds(attrs))] };
    });
    return run(x);
  },
  vjp: ([x], _, __, a, dy) => [passBetween(dy, x, ...quantizedBounds(a as unknown as QuantizeAttrs))],
};
