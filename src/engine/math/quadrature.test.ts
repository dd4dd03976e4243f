/** Rules integrate polynomials up to their degree, and no further. */
import { expect, test } from 'vitest';
import { coarseToFine, quadrature, QUADRATURES } from './quadrature.ts';

const integral = (rule: (typeof QUADRATURES)[number], n: number, f: (t: number) => number) => quadrature(rule, n).reduce((sum, { node, weight }) => sum + weight * f(node), 0);

test.each(QUADRATURES)('%s: weights sum to 1, nodes ascend within [0, 1]', (rule) => {
  for (const n of [2, 7, 50, 256]) {
    const nodes = quadrature(rule, n);
    expect(nodes).toHaveLength(n);
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
  for (const rule of ['trapezoid', 'nested'] as const) expect(() => quadrature(rule, 1)).toThrow('at least 2 nodes');
});

test('a nested rule of any size holds all nodes of every smaller one, and is the trapezoid where its gaps are even', () => {
  const nodesOf = (n: number) => quadrature('nested', n).map(({ node }) => node);
  for (const n of [2, 3, 5, 8, 31]) for (const larger of [n + 1, 2 * n, 100]) expect(nodesOf(larger)).toEqual(expect.arrayContaining(nodesOf(n)));
  for (const n of [2, 3, 5, 17, 33]) {
    expect(nodesOf(n)).toEqual(quadrature('trapezoid', n).map(({ node }) => node));
    quadrature('nested', n).forEach(({ weight }, k) => expect(weight).toBeCloseTo(quadrature('trapezoid', n)[k]!.weight, 14));
  }
  for (const n of [6, 20, 40]) expect(integral('nested', n, (t) => t)).toBeCloseTo(0.5, 14);
});

test('left nodes lie among those of twice as many, midpoints among thrice as many, a trapezoid’s among 2n − 1: the same numbers to the bit', () => {
  const nodesOf = (rule: (typeof QUADRATURES)[number], n: number) => quadrature(rule, n).map(({ node }) => node);
  for (const n of [7, 16, 50]) {
    expect(nodesOf('left', 2 * n)).toEqual(expect.arrayContaining(nodesOf('left', n)));
    expect(nodesOf('right', 2 * n)).toEqual(expect.arrayContaining(nodesOf('right', n)));
    expect(nodesOf('midpoint', 3 * n)).toEqual(expect.arrayContaining(nodesOf('midpoint', n)));
    expect(nodesOf('trapezoid', 2 * n - 1)).toEqual(expect.arrayContaining(nodesOf('trapezoid', n)));
  }
});

test('coarse to fine: everything once, and any beginning is spread over the whole', () => {
  expect(coarseToFine([0, 1, 2, 3, 4, 5, 6, 7])).toEqual([0, 4, 2, 6, 1, 5, 3, 7]);
  for (const n of [5, 12, 33]) {
    const order = coarseToFine(Array.from({ length: n }, (_, k) => k));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, k) => k));
    const first = order.slice(0, 4).sort((a, b) => a - b);
    for (const [i, k] of first.entries()) if (i > 0) expect(k - first[i - 1]!).toBeLessThanOrEqual(Math.ceil(n / 2));
  }
});
