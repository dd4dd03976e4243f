/** Activations written out by operators: GELU, SiLU, hard swish, Mish, sigmoid, softplus, softmax. Recognises them by what they compute, in any order of factors. */
import type { OpName } from '../../graph/ops/index.ts';
import type { PlainNode } from '../../models/plain.ts';
import { bothWays, deepest, flatLine, instead, line, lines, made, near, nodeOf, reducedRows, rowLine, slopeOf, type Line } from './match.ts';
import type { Change, Pattern, View } from './net.ts';

/** scaleOut · op(scaleIn · x), factors of 1 left out. */
function scaled(id: string, op: OpName, x: string, scaleIn: number, scaleOut: number): Change {
  const exact = (n: number) => (near(n, 1, 2e-6) ? 1 : n);
  const [before, after] = [exact(scaleIn), exact(scaleOut)];
  const nodes: PlainNode[] = [];
  if (before !== 1) nodes.push(line(`${id}·in`, x, before));
  nodes.push(made(after === 1 ? id : `${id}·${op}`, op, [nodes.at(-1)?.id ?? x]));
  if (after !== 1) nodes.push(line(id, nodes.at(-1)!.id, after));
  return instead(...nodes);
}

/** `id` as a + b x + c x² + d x³ …, up to the third power; `undefined` where it is none. */
function polynomial(view: View, id: string, x: string, depth = 6): readonly number[] | undefined {
  if (id === x) return [0, 1, 0, 0];
  const node = view.node(id);
  if (!node || depth === 0) return undefined;
  const of = (input: string | undefined) => (input === undefined ? undefined : polynomial(view, input, x, depth - 1));
  switch (node.op) {
    case 'affine': {
      const step = slopeOf(node);
      return step && of(node.inputs[0])?.map((n, k) => n * step.scale + (k === 0 ? step.shift : 0));
    }
    case 'add':
      return node.inputs.map(of).reduce((a, b) => a && b && a.map((n, k) => n + b[k]!));
    case 'mul':
      return times(of(node.inputs[0]), of(node.inputs[1]));
    case 'square':
      return times(of(node.inputs[0]), of(node.inputs[0]));
    case 'power': {
      const base = of(node.inputs[0]);
      if (node.attrs.exponent === 2) return times(base, base);
      return node.attrs.exponent === 3 ? times(base, times(base, base)) : undefined;
    }
    default:
      return undefined;
  }
}

function times(a: readonly number[] | undefined, b: readonly number[] | undefined): readonly number[] | undefined {
  if (!a || !b) return undefined;
  const product = Array.from({ length: 7 }, (_, k) => a.reduce((sum, n, i) => sum + n * (b[k - i] ?? 0), 0));
  return product.slice(4).every((n) => n === 0) ? product.slice(0, 4) : undefined;
}

/** `id` as a line of `x`. */
const lineTo = (view: View, id: string, x: string): Line | undefined => lines(view, id).find((one) => one.id === x);

/** x · s g(y) + x · t, told by the node of g and by which value x is. */
interface Gated {
  readonly x: string;
  /** Of the product. */
  readonly factor: number;
  /** t / s. */
  readonly offset: number;
  readonly gate: PlainNode;
}

/** Every way to read a product of a value and a gate of this op; x may be any value of which the factor is a multiple. */
function gatedBy(node: PlainNode, view: View, ...ops: readonly OpName[]): readonly Gated[] {
  return bothWays(node).flatMap(([signal, other]): Gated[] => {
    const { id, scale, shift } = deepest(view, other);
    const gate = nodeOf(view, id, ...ops);
    if (!gate) return [];
    return lines(view, signal).flatMap((own) => (own.shift === 0 ? [{ x: own.id, factor: own.scale * scale, offset: shift / scale, gate }] : []));
  });
}

const first = <A>(found: readonly A[], f: (one: A) => Change | undefined): Change | undefined => {
  for (const one of found) {
    const change = f(one);
    if (change) return change;
  }
  return undefined;
};

/** The slope of the gate's argument in x, where it is a multiple of x, and positive. */
function slope(view: View, gate: PlainNode, x: string): number | undefined {
  const inner = lineTo(view, gate.inputs[0]!, x);
  return inner?.shift === 0 && inner.scale > 0 ? inner.scale : undefined;
}

/** x (1 + erf(k x)) = 2 gelu(u x) / u, u = k √2. */
const gelu: Pattern = {
  id: 'gelu',
  at: ['mul'],
  find: (node, view) =>
    first(gatedBy(node, view, 'erf'), ({ x, factor, offset, gate }) => {
      const u = (slope(view, gate, x) ?? NaN) * Math.SQRT2;
      return near(offset, 1, 1e-6) && u > 0 ? scaled(node.id, 'gelu', x, u, (2 * factor) / u) : undefined;
    }),
};

/** Of x³ in the tanh form.  Hendrycks & Gimpel 2016. */
const CUBIC = 0.044715;

/** Whether z(x) = √(2/π) (x + 0.044715 x³), `times` it. */
function isTanhForm(view: View, gate: PlainNode, x: string, factor: number): boolean {
  const [a, b, c, d] = polynomial(view, gate.inputs[0]!, x) ?? [];
  const linear = factor * Math.sqrt(2 / Math.PI);
  return a === 0 && c === 0 && near(b!, linear, 1e-5) && near(d!, linear * CUBIC, 1e-4);
}

/** x (1 + tanh z) = 2 geluTanh(x), and x σ(2 z) = geluTanh(x). */
const geluTanh: Pattern = {
  id: 'gelu-tanh',
  at: ['mul'],
  find: (node, view) =>
    first(gatedBy(node, view, 'tanh', 'sigmoid'), ({ x, factor, offset, gate }) => {
      const twice = gate.op === 'tanh';
      if (!near(1 + offset, twice ? 2 : 1, 1e-6) || !isTanhForm(view, gate, x, twice ? 1 : 2)) return undefined;
      return scaled(node.id, 'geluTanh', x, 1, twice ? 2 * factor : factor);
    }),
};

/** x σ(k x) = silu(k x) / k; with k = 1.702 the quick GELU. */
const silu: Pattern = {
  id: 'silu',
  at: ['mul'],
  find: (node, view) =>
    first(gatedBy(node, view, 'sigmoid'), ({ x, factor, offset, gate }) => {
      const k = slope(view, gate, x);
      return k !== undefined && offset === 0 ? scaled(node.id, 'silu', x, k, factor / k) : undefined;
    }),
};

/** x tanh(log(1 + eˣ)). */
const mish: Pattern = {
  id: 'mish',
  at: ['mul'],
  find: (node, view) =>
    first(gatedBy(node, view, 'tanh'), ({ x, factor, offset, gate }) =>
      offset === 0 && nodeOf(view, gate.inputs[0], 'softplus')?.inputs[0] === x ? scaled(node.id, 'mish', x, 1, factor) : undefined,
    ),
};

/** x clip(a x + b, 0, h) with 6 a = h and b = h / 2: h · hardSwish(x). */
const hardSwish: Pattern = {
  id: 'hard-swish',
  at: ['mul'],
  find: (node, view) =>
    first(gatedBy(node, view, 'clip', 'relu6'), ({ x, factor, offset, gate }) => {
      const [low, high] = gate.op === 'relu6' ? [0, 6] : [gate.attrs.min as number, gate.attrs.max as number];
      const inner = lineTo(view, gate.inputs[0]!, x);
      if (!inner || low !== 0 || offset !== 0 || !near(6 * inner.scale, high, 1e-6) || !near(2 * inner.shift, high, 1e-6)) return undefined;
      return scaled(node.id, 'hardSwish', x, 1, factor * high);
    }),
};

/** 1 / (1 + e⁻ᶻ); the exponent may be any value, of which the negative is taken. */
const sigmoid: Pattern = {
  id: 'sigmoid',
  at: ['reciprocal', 'power'],
  find(node, view) {
    if (node.op === 'power' && node.attrs.exponent !== -1) return undefined;
    const sum = deepest(view, node.inputs[0]!);
    const exp = nodeOf(view, sum.id, 'exp');
    if (!exp || sum.scale !== 1 || sum.shift !== 1) return undefined;
    return instead(line(`${node.id}·in`, exp.inputs[0]!, -1), made(node.id, 'sigmoid', [`${node.id}·in`]));
  },
};

/** log(1 + eˣ). */
const softplus: Pattern = {
  id: 'softplus',
  at: ['log'],
  find(node, view) {
    const sum = deepest(view, node.inputs[0]!);
    const exp = nodeOf(view, sum.id, 'exp');
    return exp && sum.scale === 1 && sum.shift === 1 ? instead(made(node.id, 'softplus', exp.inputs)) : undefined;
  },
};

/** x, where `id` is x less the largest entry of its row; else `id`. */
function unlifted(view: View, id: string): string {
  const node = nodeOf(view, id, 'add');
  const isLifted = ([x, other]: readonly [string, string]) => {
    const row = rowLine(view, other, view.shape(x));
    return row?.scale === -1 && row.shift === 0 && reducedRows(view, row.id, 'reduceMax') === x;
  };
  return (node?.inputs.length === 2 ? bothWays(node).find(isLifted)?.[0] : undefined) ?? id;
}

/** eˣ / Σ eˣ over the last axis, with or without the largest entry taken off before. */
const softmax: Pattern = {
  id: 'softmax',
  at: ['mul'],
  find(node, view) {
    for (const [left, right] of bothWays(node)) {
      const exp = nodeOf(view, left, 'exp');
      const inverse = exp && rowLine(view, right, view.shape(left));
      const sum = inverse?.scale === 1 && inverse.shift === 0 ? nodeOf(view, inverse.id, 'reciprocal') : undefined;
      if (!exp || !sum) continue;
      const row = flatLine(view, sum.inputs[0]!);
      if (row.scale === 1 && row.shift === 0 && reducedRows(view, row.id, 'reduceSum') === exp.id) return instead(made(node.id, 'softmax', [unlifted(view, exp.inputs[0]!)]));
    }
    return undefined;
  },
};

export const ACTIVATIONS: readonly Pattern[] = [gelu, geluTanh, silu, mish, hardSwish, sigmoid, softplus, softmax];
