/** Rules integrate polynomials up to their degree, and no further. */
import { expect, test } from 'vitest';
import { quadrature, QUADRATURES } from './quadrature.ts';

const integral = (rule: (typeof QUADRATURES)[number], n: number, f: (t: number) => number) => quadrature(rule, n).reduce((sum, { node, weight }) => sum + weight * f(node), 0);

test.each(QUADRATURES)('%s: weights sum to 1, nodes ascend within [0, 1]', (rule) => {
  for (const n of [2, 7, 50, 256]) {
    const nodes = quadrature(rule, n);
    expect(nodes.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    nodes.forEach(({ node }, i) => {
      expect(node).toBeGreaterThanOrEqual(i === 0 ? 0 : nodes[i - 1]!.node);
      expect(node).toBeLessThanOrEqual(1);
    });
  }
});

test('Gauss–Legendre with n nodes is exact to degree 2n − 1, and not at 2n', () => {
  for (const n of [1, 3, 6]) {
    expect(integral('gauss-legendre', n, (t) => t ** (2 * n - 1))).toBeCloseTo(1 / (2 * n), 13);
    expect(Math.abs(integral('gauss-legendre', n, (t) => t ** (2 * n)) - 1 / (2 * n + 1))).toBeGreaterThan(1e-8);
  }
});

test('midpoint and trapezoid are exact for a line; left and right err by half a step', () => {
  expect(integral('midpoint', 5, (t) => t)).toBeCloseTo(0.5, 14);
  expect(integral('trapezoid', 5, (t) => t)).toBeCloseTo(0.5, 14);
  expect(integral('left', 5, (t) => t)).toBeCloseTo(0.4, 14);
  expect(integral('right', 5, (t) => t)).toBeCloseTo(0.6, 14);
});

test('too few nodes are refused', () => {
  expect(() => quadrature('midpoint', 0)).toThrow('a quadrature of 0 nodes');
  expect(() => quadrature('trapezoid', 1)).toThrow('at least 2 nodes');
});
