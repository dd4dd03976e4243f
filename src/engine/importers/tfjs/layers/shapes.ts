/** Layers that lay numbers out anew, join values, or do nothing in inference: Keras layers → ONNX operators. */
import type { Length } from '../../source.ts';
import { damaged, LARGEST } from '../json.ts';
import { axisIn, known, like, refuse, show, single, type Layer, type LayerTable, type ReadLayer, type Value } from './layer.ts';

const volume = (lengths: readonly Length[], layer: Layer) => lengths.reduce<number>((product, length) => product * known(length, 'size', layer), 1);

/** What trains only. */
const identity: ReadLayer = (inputs, layer) => single(inputs, layer);

const reshaped = (x: Value, shape: readonly number[], layer: Layer): Value => ({ name: layer.op('Reshape', [x.name, layer.ints([0, ...shape])]), shape: [x.shape[0], ...shape] });

/** Row-major over height, width, channels; channels-first images are turned first, as Keras does. */
const flatten: ReadLayer = (inputs, layer) => {
  const x = single(inputs, layer);
  const rank = x.shape.length;
  const turn = layer.config.text('data_format', 'channels_last') === 'channels_first' && rank > 2;
  const name = turn ? layer.op('Transpose', [x.name], { perm: [0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2), 1] }) : x.name;
  return reshaped({ name, shape: x.shape }, [volume(x.shape.slice(1), layer)], layer);
};

const reshape: ReadLayer = (inputs, layer) => {
  const x = single(inputs, layer);
  const target = layer.config.integers('target_shape', Array.isArray(layer.config.raw('target_shape')) ? (layer.config.raw('target_shape') as unknown[]).length : 1);
  const all = volume(x.shape.slice(1), layer);
  const rest = target.filter((length) => length !== -1).reduce((product, length) => product * length, 1);
  const shape = target.map((length) => (length === -1 ? all / rest : length));
  if (shape.length > 7 || shape.some((length) => !Number.isInteger(length) || length < 1) || shape.reduce((product, length) => product * length, 1) !== all) throw refuse(layer, `cannot lay out ${show(x.shape)} as [${target.join(', ')}]`, 'the file is damaged; export the model again');
  return reshaped(x, shape, layer);
};

const permute: ReadLayer = (inputs, layer) => {
  const x = single(inputs, layer);
  const dims = layer.config.integers('dims', x.shape.length - 1);
  if ([...dims].sort((a, b) => a - b).some((axis, at) => axis !== at + 1)) throw damaged(`layer '${layer.node}' orders the axes [${dims.join(', ')}]`);
  const perm = [0, ...dims];
  return { name: layer.op('Transpose', [x.name], { perm }), shape: perm.map((axis) => x.shape[axis]) };
};

const repeat: ReadLayer = (inputs, layer) => {
  const x = single(inputs, layer);
  const times = layer.config.integers('n', 1)[0]!;
  if (x.shape.length !== 2 || times < 1 || times > 65536) throw refuse(layer, `repeats a value of shape ${show(x.shape)} ${times} times`, 'it takes values of two axes');
  const row = layer.op('Unsqueeze', [x.name, layer.ints([1])]);
  return { name: layer.op('Tile', [row, layer.ints([1, times, 1])]), shape: [x.shape[0], times, x.shape[1]] };
};

/** Lengths of 1 are repeated; all values have as many axes, or are one number. */
function joined(inputs: readonly Value[], layer: Layer): Length[] {
  const [first, ...rest] = inputs;
  if (!first || rest.length === 0) throw refuse(layer, `is given ${inputs.length} values and joins two or more`, 'the file is damaged; export the model again');
  return rest.reduce<Length[]>((shape, { shape: other }) => {
    if (shape.length === 0 || other.length === 0) return [...shape, ...other];
    const fits = other.length === shape.length && other.every((length, axis) => length === shape[axis] || length === 1 || shape[axis] === 1 || length === undefined || shape[axis] === undefined);
    if (!fits) throw refuse(layer, `joins values of the shapes ${inputs.map((value) => show(value.shape)).join(' and ')}, which do not fit`, 'the file is damaged; export the model again');
    return shape.map((length, axis) => (length === 1 ? other[axis] : (length ?? (other[axis] === 1 ? undefined : other[axis]))));
  }, [...first.shape]);
}

const merged = (type: string): ReadLayer => (inputs, layer) => {
  const shape = joined(inputs, layer);
  const name = inputs.slice(1).reduce((left, { name: right }) => layer.op(type, [left, right]), inputs[0]!.name);
  return { name, shape };
};

const average: ReadLayer = (inputs, layer) => {
  const sum = merged('Add')(inputs, layer);
  return like(sum, layer.op('Mul', [sum.name, layer.floats([1 / inputs.length])]));
};

const subtract: ReadLayer = (inputs, layer) => {
  if (inputs.length !== 2) throw refuse(layer, `is given ${inputs.length} values and subtracts one from another`, 'the file is damaged; export the model again');
  return merged('Sub')(inputs, layer);
};

const divide: ReadLayer = (inputs, layer) => {
  if (inputs.length !== 2) throw refuse(layer, `is given ${inputs.length} values and divides one by another`, 'the file is damaged; export the model again');
  return merged('Div')(inputs, layer);
};

const concatenate: ReadLayer = (inputs, layer) => {
  const first = inputs[0];
  if (!first) throw refuse(layer, 'is given nothing to join', 'the file is damaged; export the model again');
  const axis = axisIn(layer.config.integers('axis', 1, [-1])[0]!, first.shape.length, layer);
  const fits = inputs.every(({ shape }) => shape.length === first.shape.length && shape.every((length, at) => at === axis || length === first.shape[at] || length === undefined || first.shape[at] === undefined));
  if (!fits) throw refuse(layer, `joins values of the shapes ${inputs.map(({ shape }) => show(shape)).join(' and ')} along axis ${axis}`, 'the file is damaged; export the model again');
  const lengths = inputs.map(({ shape }) => shape[axis]);
  const length = lengths.includes(undefined) ? undefined : lengths.reduce((sum, part) => sum! + part!, 0);
  return { name: inputs.length === 1 ? first.name : layer.op('Concat', inputs.map(({ name }) => name), { axis }), shape: first.shape.map((own, at) => (at === axis ? length : own)) };
};

/** The middle of the picture. */
const centerCrop: ReadLayer = (inputs, layer) => {
  const x = single(inputs, layer);
  const size = [layer.config.number('height'), layer.config.number('width')];
  const from = size.map((side, axis) => Math.floor((known(x.shape[axis + 1], 'size', layer) - side) / 2));
  if (x.shape.length !== 4 || from.some((start) => start < 0) || size.some((side) => side < 1)) throw refuse(layer, `crops ${show(x.shape)} to ${size.join(' × ')}`, 'the input must be at least as large');
  const name = layer.op('Slice', [x.name, layer.ints(from), layer.ints(from.map((start, axis) => Math.min(LARGEST, start + size[axis]!))), layer.ints([1, 2])]);
  return { name, shape: [x.shape[0], ...size, x.shape[3]] };
};

/** Layers that change nothing when a network is only run. */
const TRAINING = ['Dropout', 'SpatialDropout1D', 'SpatialDropout2D', 'GaussianNoise', 'GaussianDropout', 'AlphaDropout', 'ActivityRegularization', 'RandomFlip', 'RandomRotation', 'RandomZoom', 'RandomTranslation', 'RandomContrast', 'RandomBrightness'];

export const SHAPES: LayerTable = {
  ...Object.fromEntries(TRAINING.map((name) => [name, identity])),
  Flatten: flatten, Reshape: reshape, Permute: permute, RepeatVector: repeat,
  Add: merged('Add'), Multiply: merged('Mul'), Maximum: merged('Max'), Minimum: merged('Min'), Subtract: subtract, Divide: divide, TrueDivide: divide, Average: average, Concatenate: concatenate,
  CenterCrop: centerCrop,
};
