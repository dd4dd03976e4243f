/** Operators whose attributes became inputs, or whose name or defaults changed, between opset 7 and 18. */
import type { Draft } from '../draft.ts';
import { changed, number, numbers, part, refused, text, without, type Bench, type Part, type Rewrite } from './bench.ts';

/** A list of integers that was an attribute and is input number `position`; left alone where the file has the new form. */
const listToInput =
  (attribute: string, position: number): Rewrite =>
  (operator, bench) => {
    const values = numbers(operator, attribute);
    const attributes = without(operator, attribute);
    if (!values || operator.inputs[position]) return [changed(operator, { attributes })];
    // an empty list was "all axes", as no list is
    const inputs = values.length === 0 ? operator.inputs : withInput(operator.inputs, position, bench.ints(operator, attribute, values));
    return [changed(operator, { inputs, attributes })];
  };

function withInput(inputs: readonly string[], position: number, name: string): string[] {
  const out = [...inputs];
  while (out.length < position) out.push('');
  out[position] = name;
  return out;
}

/** Opset 6: `min` and `max` attributes. The largest float stands for no bound. */
const clip: Rewrite = (operator, bench) => {
  const bound = (name: string, position: number) => {
    const value = operator.attributes[name];
    return typeof value === 'number' && Math.abs(value) < 3.4e38 ? bench.scalar(operator, name, value) : (operator.inputs[position] ?? '');
  };
  return [changed(operator, { inputs: [operator.inputs[0]!, bound('min', 1), bound('max', 2)], attributes: {} })];
};

/** Opset 1: `starts`, `ends`, `axes`. */
const slice: Rewrite = (operator, bench) => {
  const starts = numbers(operator, 'starts');
  const ends = numbers(operator, 'ends');
  if (!starts || !ends || operator.inputs.length > 1) return [changed(operator)];
  if (starts.length !== ends.length) throw refused(operator, `has ${starts.length} starts and ${ends.length} ends`, 'export the model again');
  const axes = numbers(operator, 'axes') ?? starts.map((_, i) => i);
  const inputs = [operator.inputs[0]!, bench.ints(operator, 'starts', starts), bench.ints(operator, 'ends', ends), bench.ints(operator, 'axes', axes)];
  return [changed(operator, { inputs, attributes: {} })];
};

/** Opset 2: `pads` and `value`. */
const pad: Rewrite = (operator, bench) => {
  const pads = numbers(operator, 'pads');
  if (!pads || operator.inputs[1]) return [changed(operator)];
  const inputs = [operator.inputs[0]!, bench.ints(operator, 'pads', pads), bench.scalar(operator, 'value', number(operator, 'value', 0))];
  return [changed(operator, { inputs, attributes: without(operator, 'pads', 'value') })];
};

/** Opset 2: `split`; opset 13: equal parts are not counted; opset 18: `num_outputs` counts them. */
const split: Rewrite = (operator, bench) => {
  const sizes = numbers(operator, 'split');
  const attributes = without(operator, 'split');
  if (sizes && !operator.inputs[1]) return [changed(operator, { inputs: [operator.inputs[0]!, bench.ints(operator, 'split', sizes)], attributes })];
  if (operator.inputs[1] || attributes.num_outputs !== undefined) return [changed(operator, { attributes })];
  return [changed(operator, { attributes: { ...attributes, num_outputs: operator.outputs.length } })];
};

/** Opset 1: `k` as an attribute. */
const topK: Rewrite = (operator, bench) => {
  const k = operator.attributes.k;
  if (typeof k !== 'number' || operator.inputs[1]) return [changed(operator)];
  return [changed(operator, { inputs: [operator.inputs[0]!, bench.ints(operator, 'k', [k])], attributes: without(operator, 'k') })];
};

const renamed =
  (type: string): Rewrite =>
  (operator) => [changed(operator, { type })];

/** Before opset 7 `axis` and `broadcast` said how shapes meet; some writers go on writing them. Gemm's says what is done anyway. */
const broadcast: Rewrite = (operator) => {
  if (operator.type !== 'Gemm' && number(operator, 'broadcast', 0) !== 0 && operator.attributes.axis !== undefined) throw refused(operator, 'broadcasts along an axis, as before opset 7', 'export it with opset_version=18');
  return [changed(operator, { attributes: without(operator, 'broadcast', 'axis', 'consumed_inputs') })];
};

/** Opset 7 to 12: the input is a matrix, [axes before `axis`, the rest], whose rows are taken; from 13 on the one axis. */
const rowwise: Rewrite = (operator, bench) => {
  if (operator.version >= 13) return [changed(operator)];
  const axis = number(operator, 'axis', 1);
  const rank = bench.rankOf(operator.inputs[0]!);
  if (axis === -1 || (rank !== undefined && axis === rank - 1)) return [changed(operator, { attributes: { axis: -1 } })];
  const shape = part(operator, bench, 'Shape', [operator.inputs[0]!]);
  const flat = part(operator, bench, 'Flatten', [operator.inputs[0]!], { axis });
  const rows = changed(operator, { inputs: flat.outputs, outputs: [bench.fresh(`${operator.name}/rows`)], attributes: { axis: -1 } });
  return [shape, flat, rows, part(operator, bench, 'Reshape', [rows.outputs[0]!, shape.outputs[0]!], {}, operator.outputs[0])];
};

const isEmpty = (name: string | undefined, bench: Bench) => !name || (bench.constants.shapeOf(name)?.includes(0) ?? false);

/** Opset 11 on: empty tensors stand where nothing is meant. */
const resize: Rewrite = (operator, bench) => {
  if (operator.version < 11) return asymmetric(operator, bench, operator.inputs[1]);
  return [changed(operator, { inputs: operator.inputs.map((input, i) => (i > 0 && isEmpty(input, bench) ? '' : input)) })];
};

/** Upsample and the first Resize measure from the corner and round down. */
function asymmetric(operator: Draft, bench: Bench, scales: string | undefined): readonly Part[] {
  const listed = numbers(operator, 'scales');
  const name = scales ?? (listed && bench.constant(`${operator.name}/scales`, { type: 'float', shape: [listed.length], values: Float32Array.from(listed) }));
  if (!name) throw refused(operator, 'does not say by how much', 'export it with opset_version=18');
  const mode = text(operator, 'mode', 'nearest').replace('bilinear', 'linear');
  return [changed(operator, { type: 'Resize', inputs: [operator.inputs[0]!, '', name], attributes: { mode, coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' } })];
}

const REDUCTIONS = ['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceProd', 'ReduceSum', 'ReduceSumSquare'];
const BROADCASTING = ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'And', 'Or', 'Xor', 'Equal', 'Less', 'Greater', 'PRelu', 'Gemm'];

const onAxes = listToInput('axes', 1);

export const moved: Readonly<Record<string, Rewrite>> = {
  ...Object.fromEntries(REDUCTIONS.map((type) => [type, onAxes])),
  ...Object.fromEntries(BROADCASTING.map((type) => [type, broadcast])),
  Squeeze: onAxes,
  Unsqueeze: onAxes,
  Clip: clip,
  Slice: slice,
  Pad: pad,
  Split: split,
  TopK: topK,
  Scatter: renamed('ScatterElements'),
  Softmax: rowwise,
  LogSoftmax: rowwise,
  Hardmax: rowwise,
  Resize: resize,
  Upsample: (operator, bench) => asymmetric(operator, bench, operator.inputs[1]),
};
