/** Constant evaluation entry by entry: arithmetic, comparison, logic, activation, choice, conversion of type. */
import type { Constant, Operator } from '../../source.ts';
import { blank, broadcastShape, complain, need, numberOf, spread, storer, toInt, type Fold, type Inputs } from './array.ts';

type Binary = (a: number, b: number) => number;

/** erf x = 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!: no term cancels another. */
export function erf(x: number): number {
  if (!(Math.abs(x) < 6)) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** To the nearest whole number, halves to the even one. */
export function roundToEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** Both repeated to one shape, entry by entry. `type` is float where one of the two is, unless told. */
function join(operator: Operator, a: Constant, b: Constant, f: Binary, type: Constant['type'] = a.type === 'float' || b.type === 'float' ? 'float' : 'int'): Constant {
  const shape = broadcastShape(operator, [a.shape, b.shape]);
  const made = blank(operator, type, shape);
  const store = storer(type);
  const [left, right] = [a, b].map((constant) => (constant.values.length === 1 ? constant.values : spread(operator, constant, shape).values)) as [Constant['values'], Constant['values']];
  const [onLeft, onRight] = [left.length === 1 ? 0 : 1, right.length === 1 ? 0 : 1];
  for (let i = 0; i < made.values.length; i++) made.values[i] = store(f(left[i * onLeft]!, right[i * onRight]!));
  return made;
}

const binary = (f: Binary, type?: Constant['type']): Fold => (operator, inputs) => [join(operator, need(operator, inputs, 0), need(operator, inputs, 1), f, type)];

/** Whole numbers have a rule of their own, which knows no division by zero. */
const division = (ofFloats: (operator: Operator) => Binary, ofInts: (operator: Operator) => Binary): Fold => (operator, inputs) => {
  const [a, b] = [need(operator, inputs, 0), need(operator, inputs, 1)];
  if (a.type === 'float' || b.type === 'float') return [join(operator, a, b, ofFloats(operator))];
  if (b.values.includes(0)) complain(operator, 'divides a whole number by zero');
  return [join(operator, a, b, ofInts(operator))];
};

/** The remainder has the sign of the dividend with `fmod`, else of the divisor. */
const remainder = (operator: Operator): Binary => (numberOf(operator, 'fmod', 0) ? (a, b) => a % b : (a, b) => a - b * Math.floor(a / b));

const power: Fold = (operator, inputs) => {
  const [base, exponent] = [need(operator, inputs, 0), need(operator, inputs, 1)];
  return [join(operator, base, exponent, Math.pow, base.type)];
};

/** Any number of inputs, folded from the left. */
const variadic = (f: Binary, finish: (total: number, count: number) => number = (total) => total): Fold => (operator, inputs) => {
  const all = inputs.map((_, i) => need(operator, inputs, i));
  const total = all.slice(1).reduce((a, b) => join(operator, a, b, f), need(operator, all, 0));
  return [each(operator, total, (value) => finish(value, all.length), total.type)];
};

function each(operator: Operator, x: Constant, f: (value: number) => number, type: Constant['type']): Constant {
  const made = blank(operator, type, x.shape);
  const store = storer(type);
  for (let i = 0; i < made.values.length; i++) made.values[i] = store(f(x.values[i]!));
  return made;
}

/** The input's type is kept, unless told. */
const unary = (f: (value: number) => number, type?: Constant['type']): Fold => (operator, inputs) => {
  const x = need(operator, inputs, 0);
  return [each(operator, x, f, type ?? x.type)];
};

const where: Fold = (operator, inputs) => {
  const [condition, a, b] = [0, 1, 2].map((i) => need(operator, inputs, i)) as [Constant, Constant, Constant];
  const shape = broadcastShape(operator, [condition.shape, a.shape, b.shape]);
  const [choice, yes, no] = [condition, a, b].map((constant) => spread(operator, constant, shape).values) as [Constant['values'], Constant['values'], Constant['values']];
  const made = blank(operator, a.type === 'float' || b.type === 'float' ? 'float' : 'int', shape);
  for (let i = 0; i < made.values.length; i++) made.values[i] = choice[i] ? yes[i]! : no[i]!;
  return [made];
};

const clip: Fold = (operator, inputs) => {
  const x = need(operator, inputs, 0);
  const [least, most] = [inputs[1]?.values[0] ?? -Infinity, inputs[2]?.values[0] ?? Infinity];
  return [each(operator, x, (value) => Math.min(most, Math.max(least, value)), x.type)];
};

const FLOATS = new Set([1, 10, 11, 16, 17, 18, 19, 20, 23]);
/** ONNX's numbers of types → what is kept of a whole number; wider types are kept to 32 bits with a sign. */
const WHOLE: Readonly<Record<number, (value: number) => number>> = {
  2: (v) => toInt(v) & 0xff,
  3: (v) => (toInt(v) << 24) >> 24,
  4: (v) => toInt(v) & 0xffff,
  5: (v) => (toInt(v) << 16) >> 16,
  6: toInt,
  7: toInt,
  9: (v) => Number(v !== 0),
  12: toInt,
  13: toInt,
  21: (v) => toInt(v) & 0xf,
  22: (v) => (toInt(v) << 28) >> 28,
};

/** Every kind of float is kept as a float of 32 bits; towards an integer the fraction is dropped. Text and complex numbers are not evaluated. */
const cast: Fold = (operator, inputs) => {
  const x = need(operator, inputs, 0);
  const to = numberOf(operator, 'to', 0);
  if (FLOATS.has(to)) return [x.type === 'float' ? x : each(operator, x, (value) => value, 'float')];
  const whole = WHOLE[to];
  return whole && [each(operator, x, whole, 'int')];
};

const castLike: Fold = (operator, inputs: Inputs) => {
  const [x, like] = [need(operator, inputs, 0), need(operator, inputs, 1)];
  return [x.type === like.type ? x : each(operator, x, (value) => value, like.type)];
};

export const ELEMENTWISE = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: division(() => (a, b) => a / b, () => (a, b) => Math.trunc(a / b)),
  Mod: division(remainder, remainder),
  Pow: power,
  Min: variadic(Math.min),
  Max: variadic(Math.max),
  Sum: variadic((a, b) => a + b),
  Mean: variadic((a, b) => a + b, (total, count) => total / count),
  Equal: binary((a, b) => Number(a === b), 'int'),
  Greater: binary((a, b) => Number(a > b), 'int'),
  GreaterOrEqual: binary((a, b) => Number(a >= b), 'int'),
  Less: binary((a, b) => Number(a < b), 'int'),
  LessOrEqual: binary((a, b) => Number(a <= b), 'int'),
  And: binary((a, b) => Number(a !== 0 && b !== 0), 'int'),
  Or: binary((a, b) => Number(a !== 0 || b !== 0), 'int'),
  Xor: binary((a, b) => Number((a !== 0) !== (b !== 0)), 'int'),
  Not: unary((x) => Number(x === 0), 'int'),
  IsNaN: unary((x) => Number(Number.isNaN(x)), 'int'),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Sign: unary(Math.sign),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Round: unary(roundToEven),
  Relu: unary((x) => Math.max(0, x)),
  Sqrt: unary(Math.sqrt, 'float'),
  Exp: unary(Math.exp, 'float'),
  Log: unary(Math.log, 'float'),
  Reciprocal: unary((x) => 1 / x, 'float'),
  Erf: unary(erf, 'float'),
  Tanh: unary(Math.tanh, 'float'),
  Sigmoid: unary((x) => 1 / (1 + Math.exp(-x)), 'float'),
  Sin: unary(Math.sin, 'float'),
  Cos: unary(Math.cos, 'float'),
  Where: where,
  Clip: clip,
  Cast: cast,
  CastLike: castLike,
} satisfies Record<string, Fold>;
