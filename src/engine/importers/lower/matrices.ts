/** Matrix products: with weights they are dense layers, of two signals they are products. */
import type { Weight } from '../../models/plain.ts';
import type { Constant } from '../source.ts';
import { inOrderOf } from './net.ts';
import { handle, viewOf } from './shape.ts';
import { sizeOfShape } from '../shape.ts';
import { broadcast, ordered, permuted, shapeOf, type Signal, type Value } from './signal.ts';
import { constantAt, numberOf, onEach, refuse, scaled, signalAt, sum, textOf, valueAt, type Lower, type Site } from './site.ts';

/** `axis` of the signal times a kernel [from, to]; the axis stays where it is. */
function dense(site: Site, signal: Signal, axis: number, kernel: Weight, about: { readonly bias?: Weight; readonly name?: string } = {}): Signal {
  const shape = shapeOf(signal);
  const { node, result } = handle(site, signal, [axis], true);
  if (shape[axis] !== kernel.shape[0]) return refuse(site, `multiplies ${shape.join('×')} by ${kernel.shape.join('×')}, which does not fit`, 'choose the input size that the model was exported for');
  const out = site.net.emit(about.name ?? site.operator.name, 'dense', [node], { weights: { kernel, ...(about.bias ? { bias: about.bias } : {}) } });
  return result(out, () => kernel.shape[1]!);
}

/** The last two axes of a constant, as [rows, columns]; turned about where asked. */
function matrixOf({ shape, values }: Constant, turned: boolean): Weight {
  const [rows, columns] = shape.slice(-2) as [number, number];
  const plain = Float32Array.from(values);
  return turned ? { shape: [columns, rows], values: inOrderOf(plain, [rows, columns], [1, 0]) } : { shape: [rows, columns], values: plain };
}

const isMatrix = (value: Value): value is Extract<Value, { kind: 'constant' }> => value.kind === 'constant' && sizeOfShape(value.constant.shape.slice(0, -2)) === 1;

/** Two signals over all that comes before their last two axes. */
function signals(site: Site, a: Signal, b: Signal): Signal {
  const [left, right] = [shapeOf(a), shapeOf(b)];
  if (left.at(-1) !== right.at(-2)) return refuse(site, `multiplies ${left.join('×')} by ${right.join('×')}, which does not fit`, 'choose the input size that the model was exported for');
  const batch = broadcast(left.slice(0, -2), right.slice(0, -2), site.operator.name);
  const [x, y] = [site.net.expanded(a, [...batch, ...left.slice(-2)]), site.net.expanded(b, [...batch, ...right.slice(-2)])];
  const rank = batch.length + 2;
  const over = batch.flatMap((n, axis) => (n > 1 ? [axis] : []));
  const first = (axis: number) => y.axes[axis]![0] ?? -1;
  const transposeB = first(rank - 1) < first(rank - 2);
  const groups = (last: readonly number[]) => [...over, ...last].map((axis) => [axis]);
  const inputs = [site.net.arranged(x, groups([rank - 2, rank - 1])), site.net.arranged(y, groups(transposeB ? [rank - 1, rank - 2] : [rank - 2, rank - 1]))];
  const node = site.net.emit(site.operator.name, 'matMul', inputs, { attrs: transposeB ? { transposeB: true } : {} });
  return viewOf(node, [...over, rank - 2, rank - 1], [...batch, left.at(-2)!, right.at(-1)!]);
}

/** A vector counts as a row on the left, as a column on the right. */
const matMul: Lower = (site) => {
  const [left, right] = [valueAt(site, 0), valueAt(site, 1)];
  const [thin, flat] = [shapeOf(left).length === 1, shapeOf(right).length === 1];
  const raised = (value: Value, at: (shape: readonly number[]) => readonly number[]): Value =>
    value.kind === 'signal' ? site.net.reshaped(value, at(shapeOf(value))) : { kind: 'constant', constant: { ...value.constant, shape: at(value.constant.shape) } };
  const [a, b] = [thin ? raised(left, (shape) => [1, ...shape]) : left, flat ? raised(right, (shape) => [...shape, 1]) : right];
  const whole = multiplied(site, a, b);
  const shape = shapeOf(whole);
  const kept = shape.filter((_, axis) => !(thin && axis === shape.length - 2) && !(flat && axis === shape.length - 1));
  return [kept.length === shape.length ? whole : site.net.reshaped(whole, kept)];
};

function multiplied(site: Site, a: Value, b: Value): Signal {
  if (a.kind === 'signal' && isMatrix(b)) {
    const rank = Math.max(a.axes.length, b.constant.shape.length);
    const high = site.net.reshaped(a, [...Array<number>(rank - a.axes.length).fill(1), ...shapeOf(a)]);
    return dense(site, high, rank - 1, matrixOf(b.constant, false));
  }
  if (b.kind === 'signal' && isMatrix(a)) {
    const rank = Math.max(b.axes.length, a.constant.shape.length);
    const high = site.net.reshaped(b, [...Array<number>(rank - b.axes.length).fill(1), ...shapeOf(b)]);
    return dense(site, high, rank - 2, matrixOf(a.constant, true));
  }
  return signals(site, site.net.signalOf(a, site.operator.name), site.net.signalOf(b, site.operator.name));
}

/** α A B + β C. */
const gemm: Lower = (site) => {
  const [alpha, beta] = [numberOf(site, 'alpha', 1), numberOf(site, 'beta', 1)];
  const [turnA, turnB] = [numberOf(site, 'transA', 0) === 1, numberOf(site, 'transB', 0) === 1];
  const given = signalAt(site);
  const a = turnA ? permuted(given, [1, 0]) : given;
  const b = valueAt(site, 1);
  const c = site.inputs[2];
  if (b.kind === 'signal') {
    const whole = signals(site, a, turnB ? permuted(b, [1, 0]) : b);
    const weighed = alpha === 1 ? whole : scaled(site, whole, alpha, 0, `${site.operator.name}·alpha`);
    return [c ? sum(site, weighed, scaled(site, site.net.signalOf(c, site.operator.name), beta, 0, `${site.operator.name}·beta`)) : weighed];
  }
  const kernel = matrixOf(b.constant, turnB);
  const weighed = { ...kernel, values: alpha === 1 ? kernel.values : kernel.values.map((entry) => alpha * entry) };
  const columns = kernel.shape[1]!;
  if (!c) return [dense(site, a, 1, weighed)];
  const bias = constantAt(site, 2, 'biases');
  const size = sizeOfShape(bias.shape);
  if (size === 1 || (size === columns && bias.shape.at(-1) === columns)) {
    const values = Float32Array.from({ length: columns }, (_, k) => beta * bias.values[size === 1 ? 0 : k]!);
    return [dense(site, a, 1, weighed, { bias: { shape: [columns], values } })];
  }
  const { signal, weight } = site.net.beside({ type: 'float', shape: bias.shape, values: Float32Array.from(bias.values, (entry) => beta * entry) }, dense(site, a, 1, weighed, { name: `${site.operator.name}·product` }));
  return [onEach(site, signal, 'affine', { weights: { shift: weight } })];
};

/** '...' as letters of their own, as many as the operands have axes beyond those that are named; aligned at the right. */
function spelled(equation: string, ranks: readonly number[]): string {
  const [left = '', result = ''] = equation.split('->');
  const free = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].filter((letter) => !equation.includes(letter));
  const hidden = left.split(',').map((term, k) => (term.includes('...') ? Math.max(0, (ranks[k] ?? 0) - term.length + 3) : 0));
  const most = Math.max(...hidden);
  const letters = free.slice(0, most).join('');
  const terms = left.split(',').map((term, k) => term.replace('...', letters.slice(most - hidden[k]!)));
  return `${terms.join(',')}->${result.replace('...', letters)}`;
}

/** Σ over the letters that the result lacks. Of one or two operands; a letter twice in one operand is refused. */
const einsum: Lower = (site) => {
  const written = textOf(site, 'equation', '').replace(/\s/g, '');
  const rankOf = (value: Value | undefined) => (value?.kind === 'signal' ? shapeOf(value).length : (value?.constant.shape.length ?? 0));
  const equation = written.includes('...') && written.includes('->') ? spelled(written, site.inputs.map(rankOf)) : written;
  const [left = '', result] = equation.split('->');
  const terms = left.split(',');
  const problem = terms.length !== site.inputs.length || terms.length !== 2 || result === undefined || equation.includes('.') || terms.some((term) => new Set(term).size !== term.length);
  if (problem || result === undefined) return refuse(site, `asks for '${equation}'`, 'write it as a product of two tensors with all letters named once, or as matmul');
  const [x, y] = terms as [string, string];
  const [a, b] = [signalAt(site, 0), valueAt(site, 1)];
  const letters = (test: (letter: string) => boolean) => [...new Set(x + y)].filter(test);
  const both = letters((letter) => x.includes(letter) && y.includes(letter));
  const [batch, inner] = [both.filter((letter) => result.includes(letter)), both.filter((letter) => !result.includes(letter))];
  const [outerX, outerY] = [[...x].filter((letter) => !both.includes(letter)), [...y].filter((letter) => !both.includes(letter))];
  if ([...outerX, ...outerY].some((letter) => !result.includes(letter))) return refuse(site, `sums '${equation}' over one operand alone`, 'take that sum before the product');
  const length = (letter: string) => (x.includes(letter) ? shapeOf(a)[x.indexOf(letter)]! : shapeOf(b)[y.indexOf(letter)]!);
  const axesIn = (term: string, group: readonly string[]) => group.map((letter) => term.indexOf(letter));
  const long = batch.filter((letter) => length(letter) > 1);
  const left3 = site.net.arranged(a, [...axesIn(x, long).map((axis) => [axis]), axesIn(x, outerX), axesIn(x, inner)]);
  const order = [...long, ...outerX, ...outerY];
  const stored = order.map(length);
  let node: string;
  if (b.kind === 'constant' && batch.length === 0) {
    const values = inOrderOf(Float32Array.from(b.constant.values), b.constant.shape, axesIn(y, [...inner, ...outerY]));
    node = site.net.emit(site.operator.name, 'dense', [left3], { weights: { kernel: { shape: [sizeOfShape(inner.map(length)), sizeOfShape(outerY.map(length))], values } } });
  } else {
    const right3 = site.net.arranged(site.net.signalOf(b, site.operator.name), [...axesIn(y, long).map((axis) => [axis]), axesIn(y, outerY), axesIn(y, inner)]);
    node = site.net.emit(site.operator.name, 'matMul', [left3, right3], { attrs: { transposeB: true } });
  }
  const flat = ordered(node, [...long.map(length), sizeOfShape(outerX.map(length)), sizeOfShape(outerY.map(length))], [...long.map((_, k) => k), long.length, long.length + 1], long.length + 2);
  const cut = site.net.reshaped(flat, stored);
  return [permuted({ ...cut, axes: [...cut.axes, []] }, [...result].map((letter) => (order.includes(letter) ? order.indexOf(letter) : order.length)))];
};

export const MATRICES: Readonly<Record<string, Lower>> = { MatMul: matMul, Gemm: gemm, Einsum: einsum };
