/** One neuron y = s(z) with a polynomial s: the shares that each method gives to its inputs, against the printed fixture, and as weights of Taylor terms. */
import { describe, expect, test } from 'vitest';
import type { Step } from '../graph/graph.ts';
import { OPS } from '../graph/ops/index.ts';
import { quadrature } from '../math/quadrature.ts';
import { stream } from '../math/rng.ts';
import { useBackend } from '../testing/backends.ts';
import * as tf from '../tf.ts';
import { alphaBetaRule, zPlusRule } from './alphaBeta.ts';
import { epsilonRule } from './epsilon.ts';
import { revealCancelSlopes, splitDifference } from './revealCancel.ts';
import { smoothSecant, type Secant } from './secant.ts';

await useBackend('cpu');

const W = [0.8, -0.6, 1.1, -0.4];
const BIAS = 0.1;
const [X, B] = [[1, 0.5, 0.7, -1.2], [0.1, -0.2, 0, 0.3]];
const COEFFICIENTS = [0.3, 1.2, 0.7, -0.25, 0.1];

const polynomial = (coefficients: readonly number[], t: number) => coefficients.reduce((total, c, k) => total + c * t ** k, 0);
const s = (t: number) => polynomial(COEFFICIENTS, t);
const z = (x: readonly number[]) => x.reduce((total, v, i) => total + W[i]! * v, BIAS);
const steps = X.map((v, i) => v - B[i]!);
const parts = steps.map((d, i) => W[i]! * d);
const total = parts.reduce((a, b) => a + b);
const rise = s(z(X)) - s(z(B));

/** s and its derivative on tensors, for the shipped secant of smooth functions. */
const onTensors = (coefficients: readonly number[]) => (t: tf.Tensor) => coefficients.reduceRight<tf.Tensor>((sum, c) => tf.add(tf.mul(sum, t), c), tf.zerosLike(t));
const secant: Secant = smoothSecant(onTensors(COEFFICIENTS), onTensors(COEFFICIENTS.slice(1).map((c, k) => c * (k + 1))));

const close = (got: ArrayLike<number>, want: readonly number[]) => want.forEach((v, i) => expect(got[i]! / v || 0).toBeCloseTo(v === 0 ? 0 : 1, 5));

/** The sum's layer with `signal` arriving at it. */
const sumOf = (signal: number): Step => {
  const node = { id: 'z', op: 'dense' as const, inputs: ['x'], attrs: {}, weights: { kernel: tf.tensor2d(W, [4, 1]) } };
  const x = tf.tensor2d([steps]);
  return { node, op: OPS.dense, xs: [x], y: OPS.dense.forward([x], node.weights, {}), signal: tf.tensor2d([[signal]]) };
};

describe('the printed fixture', () => {
  const PRINTED = {
    rescale: [1.71026618, -0.99765527, 1.82903467, 1.42522182],
    revealCancel: [1.76947006, -1.16951096, 1.89234992, 1.47455838],
    shapley: [1.73527423, -1.07461179, 1.85076438, 1.45544058],
    zPlus: [1.36657633, 0, 1.46147746, 1.13881361],
    alphaBeta: [2.73315266, -3.9668674, 2.92295493, 2.27762721],
    epsilon: [1.70008603, -0.99171685, 1.81814756, 1.41673836],
  };
  const column = (v: number) => tf.tensor2d([[v]]);

  test('the neuron rises by 3.966867399', () => expect(rise).toBeCloseTo(3.966867399, 8));

  test('Rescale, which is Integrated Gradients on one neuron', () => {
    const slope = secant(column(z(B)), column(total)).dataSync()[0]!;
    close(parts.map((u) => u * slope), PRINTED.rescale);
    const derivative = COEFFICIENTS.slice(1).map((c, k) => c * (k + 1));
    const along = quadrature('gauss-legendre', 3).reduce((sum, { node, weight }) => sum + weight * polynomial(derivative, z(B) + node * total), 0);
    close(parts.map((u) => u * along), PRINTED.rescale);
  });

  test('RevealCancel', () => {
    const { op, node, xs } = sumOf(0);
    const [up, down] = splitDifference(op, node, xs, [tf.zeros([1, 4])]);
    const [plus, minus] = revealCancelSlopes(secant, column(z(B)), up, down).map((t) => t.dataSync()[0]!) as [number, number];
    close(parts.map((u) => u * (u > 0 ? plus : minus)), PRINTED.revealCancel);
  });

  test('the Shapley value of the neuron, by all 24 orders (the module of Deep SHAP as the paper names it; shipped Deep SHAP is Rescale)', () => {
    const orders = (rest: number[]): number[][] => (rest.length === 0 ? [[]] : rest.flatMap((i) => orders(rest.filter((j) => j !== i)).map((tail) => [i, ...tail])));
    const shares = [0, 0, 0, 0];
    for (const order of orders([0, 1, 2, 3]))
      order.reduce((at, i) => {
        shares[i]! += (s(at + parts[i]!) - s(at)) / 24;
        return at + parts[i]!;
      }, z(B));
    close(shares, PRINTED.shapley);
  });

  test.each([
    ['z⁺ on the rise', zPlusRule({ bias: false }), PRINTED.zPlus],
    ['α2β1 on the rise', alphaBetaRule({ beta: 1, bias: false }), PRINTED.alphaBeta],
    ['ε = 0.01 on the rise', epsilonRule({ epsilon: 0.01, bias: false }), PRINTED.epsilon],
  ] as const)('%s', (_, rule, want) => {
    const got = tf.tidy(() => rule(sumOf(rise))[0]!.dataSync());
    want.forEach((v, i) => expect(got[i]).toBeCloseTo(v, 4));
  });
});

describe('random integer polynomials: shares as weights of the Taylor terms T(k) = s^(|k|)(z_b) Π u_i^k_i / k_i!', () => {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  /** Derivatives of the polynomial at t, order 0 upwards. */
  const derivatives = (coefficients: number[], t: number): number[] => (coefficients.length === 0 ? [] : [polynomial(coefficients, t), ...derivatives(coefficients.slice(1).map((c, k) => c * (k + 1)), t)]);
  const indices = (n: number, degree: number): number[][] => (n === 0 ? [[]] : Array.from({ length: degree + 1 }, (_, k) => k).flatMap((k) => indices(n - 1, degree - k).map((rest) => [k, ...rest])));

  test.each([0, 1, 2, 3])('polynomial %i', (index) => {
    const draws = stream(11, 'polynomial', index);
    const coefficients = Array.from({ length: 5 }, () => draws.below(7) - 3);
    const u = [draws.between(0.1, 0.6), -draws.between(0.1, 0.6), draws.between(0.1, 0.6)];
    const zb = draws.between(-0.5, 0.5);
    const slopes = derivatives(coefficients, zb);
    const terms = indices(3, 4).filter((k) => k.some((v) => v > 0)).map((k) => ({ k, order: k[0]! + k[1]! + k[2]!, value: slopes[k[0]! + k[1]! + k[2]!]! * k.reduce((p, v, i) => (p * u[i]! ** v) / factorial(v), 1) }));
    const shares = (weight: (k: number[], i: number, order: number) => number) => [0, 1, 2].map((i) => terms.reduce((sum, { k, order, value }) => sum + weight(k, i, order) * value, 0));
    const own = smoothSecant(onTensors(coefficients), onTensors(coefficients.slice(1).map((c, k) => c * (k + 1))));
    const sum = u[0]! + u[1]! + u[2]!;
    const [up, down] = [u[0]! + u[2]!, u[1]!];

    const rescale = own(tf.scalar(zb), tf.scalar(sum)).dataSync()[0]!;
    shares((k, i, order) => k[i]! / order).forEach((want, i) => expect(u[i]! * rescale).toBeCloseTo(want, 5));

    // Within one sign group k_i / |k|; of a mixed term each group gets half, shared among its own.
    const [plus, minus] = revealCancelSlopes(own, tf.scalar(zb), tf.scalar(up), tf.scalar(down)).map((t) => t.dataSync()[0]!) as [number, number];
    const reveal = shares((k, i, order) => {
      const [raised, lowered] = [k[0]! + k[2]!, k[1]!];
      return raised === 0 || lowered === 0 ? k[i]! / order : (0.5 * k[i]!) / (i === 1 ? lowered : raised);
    });
    reveal.forEach((want, i) => expect(u[i]! * (i === 1 ? minus : plus)).toBeCloseTo(want, 5));
  });
});
