/** Operators on two values or on every entry alone. */
import { sizeOfShape } from '../shape.ts';
import { broadcast, shapeOf, type Signal, type Value } from './signal.ts';
import { elementwise, numberOf, numbersAt, onEach, product, refuse, scaled, signalAt, sum, textOf, valueAt, type Lower, type Site } from './site.ts';

const REMEDY = 'replace it in the model before exporting';

/** An affine map of a signal by a constant; the constant may be longer, then the signal is repeated. */
function affine(site: Site, value: Signal, constant: Extract<Value, { kind: 'constant' }>['constant'], as: 'scale' | 'shift', of: (entry: number) => number = (entry) => entry): Signal {
  const { signal, weight } = site.net.beside({ type: 'float', shape: constant.shape, values: Float32Array.from(constant.values, of) }, value);
  return onEach(site, signal, 'affine', { weights: { [as]: weight } });
}

/** What joins a signal with a constant on either side, and two signals. */
interface Joint {
  /** signal ∘ constant. */
  readonly right: (site: Site, a: Signal, b: Extract<Value, { kind: 'constant' }>['constant']) => Signal;
  /** constant ∘ signal. */
  readonly left: (site: Site, a: Extract<Value, { kind: 'constant' }>['constant'], b: Signal) => Signal;
  readonly both: (site: Site, a: Signal, b: Signal) => Signal;
}

const join = ({ right, left, both }: Joint): Lower => (site) => {
  const [a, b] = [valueAt(site, 0), valueAt(site, 1)];
  broadcast(shapeOf(a), shapeOf(b), site.operator.name);
  if (a.kind === 'signal' && b.kind === 'constant') return [right(site, a, b.constant)];
  if (a.kind === 'constant' && b.kind === 'signal') return [left(site, a.constant, b)];
  return [both(site, signalAt(site, 0), signalAt(site, 1))];
};

const inverted = (site: Site, signal: Signal) => onEach(site, signal, 'reciprocal', {}, `${site.operator.name}·reciprocal`);
const negated = (site: Site, signal: Signal) => scaled(site, signal, -1, 0, `${site.operator.name}·negative`);

const add = join({ right: (site, a, b) => affine(site, a, b, 'shift'), left: (site, a, b) => affine(site, b, a, 'shift'), both: sum });
const subtract = join({
  right: (site, a, b) => affine(site, a, b, 'shift', (entry) => -entry),
  left: (site, a, b) => affine(site, negated(site, b), a, 'shift'),
  both: (site, a, b) => sum(site, a, negated(site, b)),
});
const multiply = join({ right: (site, a, b) => affine(site, a, b, 'scale'), left: (site, a, b) => affine(site, b, a, 'scale'), both: product });
const divide = join({
  right: (site, a, b) => affine(site, a, b, 'scale', (entry) => 1 / entry),
  left: (site, a, b) => affine(site, inverted(site, b), a, 'scale'),
  both: (site, a, b) => product(site, a, inverted(site, b)),
});

/** max(a, b) = b + relu(a − b);  min(a, b) = a − relu(a − b). */
function extreme(site: Site, a: Signal, b: Signal, largest: boolean): Signal {
  const { name } = site.operator;
  const excess = onEach(site, sum(site, a, scaled(site, b, -1, 0, `${name}·negative`), `${name}·difference`), 'relu', {}, `${name}·excess`);
  return largest ? sum(site, b, excess) : sum(site, a, scaled(site, excess, -1, 0, `${name}·cut`));
}
const extremes = (largest: boolean): Lower => (site) => {
  const [first, ...rest] = site.inputs.map((_, k) => signalAt(site, k));
  return [rest.reduce((a, b) => extreme(site, a, b, largest), first!)];
};

const power: Lower = (site) => {
  const [base, exponent] = [valueAt(site, 0), valueAt(site, 1)];
  if (exponent.kind === 'signal' || sizeOfShape(exponent.constant.shape) !== 1 || base.kind === 'constant') return refuse(site, 'has an exponent that is not one number', REMEDY);
  const p = exponent.constant.values[0]!;
  if (p === 1) return [base];
  const whole = { 2: 'square', 0.5: 'sqrt', [-1]: 'reciprocal' } as const;
  const op = whole[p as keyof typeof whole] as (typeof whole)[keyof typeof whole] | undefined;
  return [op ? onEach(site, base, op) : onEach(site, base, 'power', { attrs: { exponent: p } })];
};

const clip: Lower = (site) => {
  const [min = -Infinity] = numbersAt(site, 1, 'bounds') ?? [];
  const [max = Infinity] = numbersAt(site, 2, 'bounds') ?? [];
  const signal = signalAt(site);
  if (min === 0 && max === 6) return [onEach(site, signal, 'relu6')];
  if (min === 0 && max >= 3.4e38) return [onEach(site, signal, 'relu')];
  return [onEach(site, signal, 'clip', { attrs: { min: Math.max(min, -3.4028234663852886e38), max: Math.min(max, 3.4028234663852886e38) } })];
};

const prelu: Lower = (site) => {
  const slope = valueAt(site, 1);
  if (slope.kind === 'signal') return refuse(site, 'has slopes that are computed from the image', REMEDY);
  const { signal, weight } = site.net.beside(slope.constant, signalAt(site));
  return [onEach(site, signal, 'prelu', { weights: { alpha: weight } })];
};

/** clip(αx + β, 0, 1). */
function hardGate(site: Site, signal: Signal, alpha: number, beta: number): Signal {
  return onEach(site, scaled(site, signal, alpha, beta, `${site.operator.name}·slope`), 'clip', { attrs: { min: 0, max: 1 } });
}

const celu: Lower = (site) => {
  const alpha = numberOf(site, 'alpha', 1);
  const inner = scaled(site, signalAt(site), 1 / alpha, 0, `${site.operator.name}·in`);
  return [scaled(site, onEach(site, inner, 'elu', { attrs: { alpha: 1 } }), alpha, 0, `${site.operator.name}·out`)];
};

/** The mean of all inputs, broadcast. */
const mean: Lower = (site) => {
  const [first, ...rest] = site.inputs.map((_, k) => signalAt(site, k));
  return [scaled(site, rest.reduce((a, b) => sum(site, a, b), first!), 1 / site.inputs.length, 0, `${site.operator.name}·mean`)];
};

const where: Lower = (site) => {
  const [condition, yes, no] = [valueAt(site, 0), valueAt(site, 1), valueAt(site, 2)];
  if (condition.kind === 'signal') return refuse(site, 'chooses by the image itself', REMEDY);
  const chosen = (of: (bit: number) => number, value: Value, name: string): Value => {
    const mask = Float32Array.from(condition.constant.values, of);
    const { shape } = condition.constant;
    const { signal, weight } = site.net.beside({ type: 'float', shape, values: mask }, site.net.signalOf(value, name));
    return onEach(site, signal, 'affine', { weights: { scale: weight } }, name);
  };
  const { name } = site.operator;
  return [sum(site, chosen((bit) => (bit === 0 ? 0 : 1), yes, `${name}·yes`) as Signal, chosen((bit) => (bit === 0 ? 1 : 0), no, `${name}·no`) as Signal)];
};

const gelu: Lower = (site) => [onEach(site, signalAt(site), textOf(site, 'approximate', 'none') === 'tanh' ? 'geluTanh' : 'gelu')];

const quantize: Lower = (site) => {
  const [scale = [1], zeroPoint = [0]] = [numbersAt(site, 1, 'scales'), numbersAt(site, 2, 'zero points')];
  if (scale.length !== 1) return refuse(site, 'quantises each channel of a signal on its own', 'export the model in float32');
  const signed = zeroPoint.some((entry) => entry < 0) || textOf(site, 'zero_type', 'uint8') === 'int8';
  site.remark(`The quantisation '${site.operator.name}' of a signal is rounded forwards and passed straight through backwards.`);
  return [onEach(site, signalAt(site), 'quantize', { attrs: { scale: scale[0]!, zeroPoint: zeroPoint[0] ?? 0, min: signed ? -128 : 0, max: signed ? 127 : 255 } })];
};

const pass: Lower = (site) => [valueAt(site, 0)];

export const ARITHMETIC: Readonly<Record<string, Lower>> = {
  Add: add,
  Sub: subtract,
  Mul: multiply,
  Div: divide,
  Sum: (site) => [site.inputs.map((_, k) => signalAt(site, k)).reduce((a, b) => sum(site, a, b))],
  Mean: mean,
  Max: extremes(true),
  Min: extremes(false),
  Pow: power,
  Where: where,
  Neg: (site) => [scaled(site, signalAt(site), -1)],
  Identity: pass,
  Dropout: pass,
  Cast: pass,
  CastLike: pass,
  // `quantize` keeps real units: rounding and scaling back are one op.
  QuantizeLinear: quantize,
  DequantizeLinear: pass,
  Relu: elementwise('relu'),
  LeakyRelu: elementwise('leakyRelu', (site) => ({ alpha: numberOf(site, 'alpha', 0.01) })),
  PRelu: prelu,
  Elu: elementwise('elu', (site) => ({ alpha: numberOf(site, 'alpha', 1) })),
  Celu: celu,
  Selu: elementwise('selu'),
  Clip: clip,
  Sigmoid: elementwise('sigmoid'),
  HardSigmoid: (site) => [hardGate(site, signalAt(site), numberOf(site, 'alpha', 0.2), numberOf(site, 'beta', 0.5))],
  HardSwish: elementwise('hardSwish'),
  Mish: elementwise('mish'),
  Softplus: elementwise('softplus'),
  Softsign: elementwise('softsign'),
  Tanh: elementwise('tanh'),
  Gelu: gelu,
  Silu: elementwise('silu'),
  Exp: elementwise('exp'),
  Log: elementwise('log'),
  Sqrt: elementwise('sqrt'),
  Reciprocal: elementwise('reciprocal'),
  Abs: elementwise('abs'),
  Erf: elementwise('erf'),
  Sin: elementwise('sin'),
  Cos: elementwise('cos'),
};
