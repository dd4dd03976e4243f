/** Quadrature rules on [0, 1] as lists of nodes with weights. Not adaptive: the number of nodes is the caller's. */

export interface QuadratureNode {
  /** Where on [0, 1]. */
  readonly node: number;
  /** Weights of a rule sum to 1. */
  readonly weight: number;
}
export const QUADRATURES = ['midpoint', 'gauss-legendre', 'left', 'right', 'trapezoid', 'nested'] as const;
export type QuadratureRule = (typeof QUADRATURES)[number];

/** `n` nodes of `rule`. Exact for polynomials up to degree 2n − 1 (Gauss–Legendre), 1 (midpoint, trapezoid, nested), 0 (left, right). */
export function quadrature(rule: QuadratureRule, n: number): QuadratureNode[] {
  if (!Number.isInteger(n) || n < 1) throw new Error(`a quadrature of ${n} nodes: use an integer of at least 1`);
  const even = (offset: number) => Array.from({ length: n }, (_, k) => ({ node: (k + offset) / n, weight: 1 / n }));
  switch (rule) {
    case 'midpoint':
      return even(0.5);
    case 'left':
      return even(0);
    case 'right':
      return even(1);
    case 'trapezoid':
      return trapezoid(Array.from({ length: n }, (_, k) => k / (n - 1)));
    case 'nested':
      return trapezoid(Array.from({ length: n }, (_, k) => (k < 2 ? k : radicalInverse(k - 1))).sort((a, b) => a - b));
    case 'gauss-legendre':
      return gaussLegendre(n);
    default:
      return rule satisfies never;
  }
}

/** Each node weighs half of the way between its neighbours. 0 and 1 are among the nodes, which ascend. */
function trapezoid(nodes: readonly number[]): QuadratureNode[] {
  if (nodes.length === 1) throw new Error('the trapezoid and the nested rule need at least 2 nodes');
  return nodes.map((node, k) => ({ node, weight: ((nodes[k + 1] ?? 1) - (nodes[k - 1] ?? 0)) / 2 }));
}

/** The binary digits of k mirrored at the point: 1/2, 1/4, 3/4, 1/8, 5/8 … for k = 1, 2 … (van der Corput). */
function radicalInverse(k: number): number {
  let [value, digit] = [0, 0.5];
  for (; k > 0; k >>= 1, digit /= 2) value += (k & 1) * digit;
  return value;
}

/** `items` in another order: a few from everywhere first, then what lies between them. */
export function coarseToFine<T>(items: readonly T[]): T[] {
  return items.map((item, k) => ({ item, at: radicalInverse(k) })).sort((a, b) => a.at - b.at).map(({ item }) => item);
}

/** The roots of the Legendre polynomial Pₙ by Newton's method; weight 2 / ((1 − ξ²) Pₙ′(ξ)²), both mapped to [0, 1], ascending. */
function gaussLegendre(n: number): QuadratureNode[] {
  return Array.from({ length: n }, (_, k) => {
    let xi = Math.cos((Math.PI * (n - k - 0.25)) / (n + 0.5));
    for (let i = 0; i < 100; i++) {
      const { value, slope } = legendre(n, xi);
      xi -= value / slope;
      if (Math.abs(value / slope) < 1e-15) break;
    }
    const { slope } = legendre(n, xi);
    return { node: (1 + xi) / 2, weight: 1 / ((1 - xi * xi) * slope * slope) };
  });
}

/** Pₙ(ξ) and Pₙ′(ξ), by (k + 1) Pₖ₊₁ = (2k + 1) ξ Pₖ − k Pₖ₋₁. */
function legendre(n: number, xi: number): { value: number; slope: number } {
  let [before, value] = [1, xi];
  for (let k = 1; k < n; k++) [before, value] = [value, ((2 * k + 1) * xi * value - k * before) / (k + 1)];
  return { value, slope: (n * (xi * value - before)) / (xi * xi - 1) };
}
