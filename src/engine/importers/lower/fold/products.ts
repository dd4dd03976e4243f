/** Constant evaluation of products of tensors: MatMul, Gemm, Einsum. Sums are held in double precision. */
import type { Constant, Operator } from '../../source.ts';
import { blank, broadcastShape, complain, need, numberOf, spread, storer, stridesOf, withShape, type Fold } from './array.ts';

/** Multiplications that one Einsum may take, entry by entry. */
const MOST_TERMS = 2 ** 30;

/** As NumPy's matmul: the last two axes are matrices, the others broadcast; a vector is a row on the left, a column on the right. */
const matMul: Fold = (operator, inputs) => {
  const [left, right] = [need(operator, inputs, 0), need(operator, inputs, 1)];
  if (left.shape.length === 0 || right.shape.length === 0) complain(operator, 'multiplies a single number');
  const a = left.shape.length === 1 ? withShape(left, [1, left.shape[0]!]) : left;
  const b = right.shape.length === 1 ? withShape(right, [right.shape[0]!, 1]) : right;
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const [height, columns] = b.shape.slice(-2) as [number, number];
  if (inner !== height) complain(operator, `multiplies [${left.shape.join(', ')}] by [${right.shape.join(', ')}]`);
  const batch = broadcastShape(operator, [a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const [x, y] = [spread(operator, a, [...batch, rows, inner]).values, spread(operator, b, [...batch, inner, columns]).values];
  const made = blank(operator, left.type, [...batch, rows, columns]);
  const count = batch.reduce((n, length) => n * length, 1);
  for (let m = 0; m < count; m++) multiply(x.subarray(m * rows * inner), y.subarray(m * inner * columns), rows, inner, columns, made.values.subarray(m * rows * columns), storer(left.type));
  return [withShape(made, [...batch, ...(left.shape.length === 1 ? [] : [rows]), ...(right.shape.length === 1 ? [] : [columns])])];
};

type Values = Constant['values'];

function multiply(a: Values, b: Values, rows: number, inner: number, columns: number, to: Values, store: (value: number) => number): void {
  const row = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    row.fill(0);
    for (let k = 0; k < inner; k++) {
      const factor = a[i * inner + k]!;
      for (let j = 0; j < columns; j++) row[j]! += factor * b[k * columns + j]!;
    }
    for (let j = 0; j < columns; j++) to[i * columns + j] = store(row[j]!);
  }
}

/** y = alpha · A′ B′ + beta · C; A′ and B′ are transposed where `transA`, `transB` say so. */
const gemm: Fold = (operator, inputs) => {
  const [a, b, c] = [need(operator, inputs, 0), need(operator, inputs, 1), inputs[2]];
  if (a.shape.length !== 2 || b.shape.length !== 2) complain(operator, `wants two matrices, not [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`);
  const [first, second] = [numberOf(operator, 'transA', 0) ? 'ki' : 'ik', numberOf(operator, 'transB', 0) ? 'jk' : 'kj'];
  const product = sumOfProducts(operator, [a, b], [first, second], 'ij');
  const added = c && spread(operator, c, product.shape).values;
  const [alpha, beta] = [numberOf(operator, 'alpha', 1), numberOf(operator, 'beta', 1)];
  const made = blank(operator, a.type, product.shape);
  const store = storer(a.type);
  for (let i = 0; i < made.values.length; i++) made.values[i] = store(alpha * product.values[i]! + (added ? beta * added[i]! : 0));
  return [made];
};

/** y[out] = Σ Π x[letters], one letter an axis; a letter that `out` lacks is summed. Cost: the product of all lengths. */
function sumOfProducts(operator: Operator, xs: readonly Constant[], terms: readonly string[], out: string): Constant {
  const lengths = new Map<string, number>();
  xs.forEach(({ shape }, n) => {
    const letters = [...terms[n]!];
    if (letters.length !== shape.length) complain(operator, `reads a tensor of the shape [${shape.join(', ')}] as '${terms[n]}'`);
    letters.forEach((letter, axis) => {
      const known = lengths.get(letter) ?? 1;
      if (known !== 1 && shape[axis] !== 1 && known !== shape[axis]) complain(operator, `gives '${letter}' the lengths ${known} and ${shape[axis]}`);
      lengths.set(letter, known === 1 ? shape[axis]! : known);
    });
  });
  const unknown = [...out].find((letter) => !lengths.has(letter));
  if (unknown !== undefined) complain(operator, `has '${unknown}' in its output alone`);
  const letters = [...out, ...[...lengths.keys()].filter((letter) => !out.includes(letter))];
  const all = letters.map((letter) => lengths.get(letter)!);
  const made = blank(operator, xs.some(({ type }) => type === 'float') ? 'float' : 'int', all.slice(0, out.length));
  const summed = all.slice(out.length).reduce((n, length) => n * length, 1);
  if (made.values.length * summed > MOST_TERMS) complain(operator, `takes ${(made.values.length * summed).toLocaleString('en')} products of constants`, 'fold the constants before export (onnxsim does), or use a smaller model');
  const steps = xs.map(({ shape }, n) => {
    const own = stridesOf(shape);
    // A letter that a tensor bears twice walks its diagonal.
    return letters.map((letter) => [...terms[n]!].reduce((sum, own_, axis) => sum + (own_ === letter && shape[axis] !== 1 ? own[axis]! : 0), 0));
  });
  accumulate(made, summed, all, xs, steps);
  return made;
}

/** An odometer over all letters, the summed ones fastest. */
function accumulate(made: Constant, summed: number, lengths: readonly number[], xs: readonly Constant[], steps: readonly (readonly number[])[]): void {
  const index = lengths.map(() => 0);
  const places = xs.map(() => 0);
  const store = storer(made.type);
  for (let i = 0; i < made.values.length; i++) {
    let total = 0;
    for (let s = 0; s < summed; s++) {
      let term = 1;
      for (let n = 0; n < xs.length; n++) term *= xs[n]!.values[places[n]!]!;
      total += term;
      for (let k = lengths.length - 1; k >= 0; k--) {
        for (let n = 0; n < xs.length; n++) places[n]! += steps[n]![k]!;
        if (++index[k]! < lengths[k]!) break;
        for (let n = 0; n < xs.length; n++) places[n]! -= steps[n]![k]! * lengths[k]!;
        index[k] = 0;
      }
    }
    made.values[i] = store(total);
  }
}

/** '…' of an equation as digits, aligned at the right over all tensors. */
function withoutEllipsis(terms: readonly string[], ranks: readonly number[]): { terms: string[]; digits: string } {
  const open = terms.map((term, n) => (term.includes('...') ? ranks[n]! - (term.length - 3) : 0));
  const digits = '0123456789'.slice(0, Math.max(0, ...open));
  return { digits, terms: terms.map((term, n) => term.replace('...', open[n]! > 0 ? digits.slice(-open[n]!) : '')) };
}

const einsum: Fold = (operator, inputs) => {
  const equation = operator.attributes.equation;
  if (typeof equation !== 'string') complain(operator, 'has no equation');
  const [left, right] = equation.replaceAll(' ', '').split('->') as [string, string | undefined];
  const xs = inputs.map((_, i) => need(operator, inputs, i));
  const given = left.split(',');
  if (given.length !== xs.length || !/^[A-Za-z.,]*$/.test(left)) complain(operator, `has the equation '${equation}' for ${xs.length} inputs`);
  const { terms, digits } = withoutEllipsis(given, xs.map(({ shape }) => shape.length));
  const once = [...left.replace(/[.,]/g, '')].filter((letter, _, all) => all.filter((other) => other === letter).length === 1).sort();
  const out = right === undefined ? digits + once.join('') : right.replace('...', digits);
  return [sumOfProducts(operator, xs, terms, out)];
};

export const PRODUCTS = { MatMul: matMul, Gemm: gemm, Einsum: einsum } satisfies Record<string, Fold>;
