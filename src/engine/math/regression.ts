/** Small weighted regressions in double precision: ridge, least squares, lasso, and least squares whose coefficients have a given sum. Not for large systems. */

/** Row-major [rows, columns]. */
export interface Matrix {
  readonly data: ArrayLike<number>;
  readonly columns: number;
}

export interface Fit {
  readonly coefficients: Float64Array;
  readonly intercept: number;
}

/** The solution of A x = b for a symmetric positive definite A [n, n], by Cholesky. Throws where A is not. */
export function solvePositive(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const n = b.length;
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      if (i !== j) l[i * n + j] = sum / l[j * n + j]!;
      else if (sum > 1e-12 * a[i * n + i]!) l[i * n + i] = Math.sqrt(sum);
      else throw new Error(`the regression is not determined: coefficient ${i} of ${n} hangs on those before it. Take more samples, fewer segments, or a ridge`);
    }
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= l[i * n + k]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= l[k * n + i]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
  return x;
}

/** Columns and y less their weighted means, with what makes the intercept of them. */
function centred({ data, columns }: Matrix, y: ArrayLike<number>, weights: ArrayLike<number>) {
  const rows = y.length;
  const means = new Float64Array(columns + 1);
  let total = 0;
  const entry = (row: number, column: number) => (column === columns ? y[row]! : data[row * columns + column]!);
  for (let row = 0; row < rows; row++) {
    total += weights[row]!;
    for (let c = 0; c <= columns; c++) means[c]! += weights[row]! * entry(row, c);
  }
  if (!(total > 0)) throw new Error(`the weights of a regression sum to ${total}: widen the kernel`);
  for (let c = 0; c <= columns; c++) means[c]! /= total;
  const gram = new Float64Array(columns * columns);
  const moment = new Float64Array(columns);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < columns; i++) {
      const weighed = weights[row]! * (entry(row, i) - means[i]!);
      moment[i]! += weighed * (y[row]! - means[columns]!);
      for (let j = 0; j < columns; j++) gram[i * columns + j]! += weighed * (entry(row, j) - means[j]!);
    }
  const interceptOf = (coefficients: ArrayLike<number>) => Array.from(coefficients).reduce((rest, b, i) => rest - b * means[i]!, means[columns]!);
  return { gram, moment, total, interceptOf };
}

/** min Σ w (y − c − z·b)² + penalty |b|²; the intercept c is not penalised. A penalty of 0 is weighted least squares. */
export function ridge(z: Matrix, y: ArrayLike<number>, weights: ArrayLike<number>, penalty: number): Fit {
  const { gram, moment, interceptOf } = centred(z, y, weights);
  for (let i = 0; i < z.columns; i++) gram[i * z.columns + i]! += penalty;
  const coefficients = solvePositive(gram, moment);
  return { coefficients, intercept: interceptOf(coefficients) };
}

/** Rounds over all coordinates that the lasso may take. */
const ROUNDS = 100_000;

/** min Σ w (y − c − z·b)² / (2 Σ w) + penalty |b|₁, by coordinate descent to 1e-14 of the largest coefficient (scikit-learn's Lasso). */
export function lasso(z: Matrix, y: ArrayLike<number>, weights: ArrayLike<number>, penalty: number): Fit {
  const n = z.columns;
  const { gram, moment, total, interceptOf } = centred(z, y, weights);
  const b = new Float64Array(n);
  const threshold = penalty * total;
  for (let round = 0; round < ROUNDS; round++) {
    let [moved, largest] = [0, 0];
    for (let i = 0; i < n; i++) {
      const curvature = gram[i * n + i]!;
      if (curvature === 0) continue;
      let pull = moment[i]! + curvature * b[i]!;
      for (let j = 0; j < n; j++) pull -= gram[i * n + j]! * b[j]!;
      const next = Math.abs(pull) <= threshold ? 0 : (pull - Math.sign(pull) * threshold) / curvature;
      moved = Math.max(moved, Math.abs(next - b[i]!));
      largest = Math.max(largest, Math.abs(next));
      b[i] = next;
    }
    if (moved <= 1e-14 * largest) return { coefficients: b, intercept: interceptOf(b) };
  }
  throw new Error(`the lasso did not settle in ${ROUNDS} rounds: take a larger penalty or more samples`);
}

/** min Σ w (y − z·b)² subject to Σ b = sum. The last coefficient is eliminated; `penalty` is a ridge on the others. */
export function leastSquaresOfSum({ data, columns }: Matrix, y: ArrayLike<number>, weights: ArrayLike<number>, sum: number, penalty = 0): Float64Array {
  const n = columns - 1;
  if (n === 0) return Float64Array.of(sum);
  const gram = new Float64Array(n * n);
  const moment = new Float64Array(n);
  for (let row = 0; row < y.length; row++) {
    const last = data[row * columns + n]!;
    for (let i = 0; i < n; i++) {
      const weighed = weights[row]! * (data[row * columns + i]! - last);
      moment[i]! += weighed * (y[row]! - last * sum);
      for (let j = 0; j < n; j++) gram[i * n + j]! += weighed * (data[row * columns + j]! - last);
    }
  }
  for (let i = 0; i < n; i++) gram[i * n + i]! += penalty;
  const free = solvePositive(gram, moment);
  return Float64Array.of(...free, sum - free.reduce((a, b) => a + b, 0));
}
