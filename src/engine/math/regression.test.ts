/** Regressions against normal equations solved by elimination, optimality conditions and closed forms. */
import { describe, expect, test } from 'vitest';
import { lasso, leastSquaresOfSum, ridge, solvePositive, type Matrix } from './regression.ts';
import { stream } from './rng.ts';

const [ROWS, N] = [40, 4];
const draws = stream(2, 'regression-test');
const z: Matrix = { data: Float64Array.from({ length: ROWS * N }, () => (draws.uniform() < 0.5 ? 1 : 0)), columns: N };
const y = Float64Array.from({ length: ROWS }, () => draws.between(-1, 2));
const weights = Float64Array.from({ length: ROWS }, () => draws.between(0.1, 1));
const at = (row: number, column: number) => z.data[row * N + column]!;
const expectClose = (got: ArrayLike<number>, want: ArrayLike<number>, within = 1e-10) => {
  for (let i = 0; i < want.length; i++) expect(Math.abs(got[i]! - want[i]!)).toBeLessThan(within);
};
/** Slope of Σ w (y − c − z·b)² / 2 by each coefficient and by the intercept, negated. */
const pulls = (b: ArrayLike<number>, c: number) => {
  const rest = Array.from(y, (v, row) => weights[row]! * (v - c - Array.from({ length: N }, (_, i) => b[i]! * at(row, i)).reduce((s, t) => s + t)));
  return { slopes: Array.from({ length: N }, (_, i) => rest.reduce((s, r, row) => s + r * at(row, i), 0)), level: rest.reduce((s, r) => s + r) };
};
/** Gauss with pivots: another way than Cholesky. */
function eliminate(a: number[][], b: number[]): number[] {
  const m = a.map((row, i) => [...row, b[i]!]);
  for (let k = 0; k < m.length; k++) {
    const pivot = m.slice(k).reduce((best, row) => (Math.abs(row[k]!) > Math.abs(best[k]!) ? row : best));
    m.splice(m.indexOf(pivot), 1);
    m.splice(k, 0, pivot);
    for (const [i, row] of m.entries()) if (i !== k) m[i] = row.map((v, c) => v - (row[k]! / pivot[k]!) * pivot[c]!);
  }
  return m.map((row, i) => row[m.length]! / row[i]!);
}

test('Cholesky solves, and says when a system is singular', () => {
  expectClose(solvePositive([4, 2, 2, 3], [2, 5]), [-0.5, 2]);
  expect(() => solvePositive([1, 1, 1, 1], [1, 2])).toThrow('coefficient 1 of 2 hangs on those before it');
});

describe('ridge', () => {
  test.each([0, 1])('penalty %d: solves the full normal equations with an intercept that is not penalised', (penalty) => {
    const rows = Array.from({ length: ROWS }, (_, row) => [1, ...Array.from({ length: N }, (_, i) => at(row, i))]);
    const gram = Array.from({ length: N + 1 }, (_, i) => Array.from({ length: N + 1 }, (_, j) => rows.reduce((s, r, k) => s + weights[k]! * r[i]! * r[j]!, i === j && i > 0 ? penalty : 0)));
    const want = eliminate(gram, Array.from({ length: N + 1 }, (_, i) => rows.reduce((s, r, k) => s + weights[k]! * r[i]! * y[k]!, 0)));
    const { coefficients, intercept } = ridge(z, y, weights, penalty);
    expectClose([intercept, ...coefficients], want);
  });
  test('recovers a plane', () => {
    const plane = Float64Array.from({ length: ROWS }, (_, row) => 3 + [1, -2, 0.5, 4].reduce((s, b, i) => s + b * at(row, i), 0));
    const { coefficients, intercept } = ridge(z, plane, weights, 0);
    expectClose([intercept, ...coefficients], [3, 1, -2, 0.5, 4]);
  });
  test('no weight at all is an error in words', () => expect(() => ridge(z, y, new Float64Array(ROWS), 1)).toThrow('sum to 0: widen the kernel'));
});

describe('lasso', () => {
  const total = weights.reduce((a, b) => a + b);
  test.each([0.01, 0.05, 0.2])('penalty %d: the subgradient holds zero', (penalty) => {
    const { coefficients, intercept } = lasso(z, y, weights, penalty);
    const { slopes, level } = pulls(coefficients, intercept);
    expect(Math.abs(level)).toBeLessThan(1e-10);
    slopes.forEach((slope, i) => {
      if (coefficients[i] === 0) expect(Math.abs(slope)).toBeLessThanOrEqual(penalty * total);
      else expect(Math.abs(slope - Math.sign(coefficients[i]!) * penalty * total)).toBeLessThan(1e-9);
    });
  });
  test('without penalty it is least squares; with much, nothing is left but the mean', () => {
    expectClose(lasso(z, y, weights, 0).coefficients, ridge(z, y, weights, 0).coefficients);
    const none = lasso(z, y, weights, 10);
    expect([...none.coefficients]).toEqual([0, 0, 0, 0]);
    expectClose([none.intercept], [y.reduce((s, v, i) => s + v * weights[i]!, 0) / total]);
  });
  test('a column that never changes gets nothing', () => {
    const constant: Matrix = { data: Float64Array.from({ length: 2 * ROWS }, (_, i) => (i % 2 ? 1 : at(Math.floor(i / 2), 0))), columns: 2 };
    expect(lasso(constant, y, weights, 0.01).coefficients[1]).toBe(0);
  });
});

describe('least squares of a given sum', () => {
  test('keeps the sum and solves the Lagrange equations', () => {
    const sum = 1.7;
    const gram = Array.from({ length: N + 1 }, (_, i) => Array.from({ length: N + 1 }, (_, j) => (i === N && j === N ? 0 : i === N || j === N ? 1 : Array.from(y.keys()).reduce((s, k) => s + weights[k]! * at(k, i) * at(k, j), 0))));
    const want = eliminate(gram, [...Array.from({ length: N }, (_, i) => Array.from(y.keys()).reduce((s, k) => s + weights[k]! * at(k, i) * y[k]!, 0)), sum]).slice(0, N);
    expectClose(leastSquaresOfSum(z, y, weights, sum), want);
  });
  test('a single coefficient is the sum', () => expect([...leastSquaresOfSum({ data: [1, 0], columns: 1 }, [3, 4], [1, 1], 5)]).toEqual([5]));
});
