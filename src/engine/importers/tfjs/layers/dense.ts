/** Products, normalisations and scalings: Keras layers → ONNX operators. */
import { isRecord, list, number } from '../json.ts';
import { activate } from './activations.ts';
import { axisIn, known, like, refuse, show, single, type Layer, type LayerTable, type ReadLayer } from './layer.ts';
import { sized } from './windows.ts';

/** x W + b along the last axis. */
const dense: ReadLayer = (inputs, layer) => {
  const { name, shape } = single(inputs, layer);
  if (shape.length < 2) throw refuse(layer, `is given a value of shape ${show(shape)}`, 'it takes values with a batch and one or more axes');
  const kernel = sized(layer.weight('kernel'), [known(shape.at(-1), 'last length', layer), undefined], layer);
  const units = kernel.shape[1]!;
  const bias = layer.config.flag('use_bias', true) ? sized(layer.weight('bias'), [units], layer) : undefined;
  const parts = bias ? [name, kernel.name, bias.name] : [name, kernel.name];
  const product = () => layer.op('MatMul', [name, kernel.name]);
  const y = shape.length === 2 ? layer.op('Gemm', parts) : bias ? layer.op('Add', [product(), bias.name]) : product();
  return { name: activate(layer, y), shape: [...shape.slice(0, -1), units] };
};

/** The one axis of `axis`, a number or a list of one. */
const oneAxis = (layer: Layer, rank: number) => axisIn(layer.config.integers('axis', 1, [-1])[0]!, rank, layer);

const batchNorm: ReadLayer = (inputs, layer) => {
  const x = single(inputs, layer);
  const axis = oneAxis(layer, x.shape.length);
  const mean = sized(layer.weight('moving_mean'), [known(x.shape[axis], 'number of channels', layer)], layer);
  const channels = mean.shape;
  const constant = (value: number) => layer.floats(new Float32Array(channels[0]!).fill(value), channels);
  const scale = layer.config.flag('scale', true) ? sized(layer.weight('gamma'), channels, layer).name : constant(1);
  const shift = layer.config.flag('center', true) ? sized(layer.weight('beta'), channels, layer).name : constant(0);
  const variance = sized(layer.weight('moving_variance'), channels, layer);
  const order = [0, axis, ...x.shape.keys()].filter((from, at, all) => all.indexOf(from) === at);
  const turn = (value: string, perm: readonly number[]) => (axis === 1 ? value : layer.op('Transpose', [value], { perm }));
  const y = layer.op('BatchNormalization', [turn(x.name, order), scale, shift, mean.name, variance.name], { epsilon: layer.config.number('epsilon', 1e-3) });
  return like(x, turn(y, order.map((_, at) => order.indexOf(at))));
};

const layerNorm: ReadLayer = (inputs, layer) => {
  const x = single(inputs, layer);
  const written = layer.config.raw('axis') ?? -1;
  const axes = (Array.isArray(written) ? written : [written]).map((axis) => axisIn(number(axis, `'axis' of layer '${layer.node}'`), x.shape.length, layer)).sort((a, b) => a - b);
  const first = x.shape.length - axes.length;
  if (axes.some((axis, at) => axis !== first + at)) throw refuse(layer, `normalises along the axes [${axes.join(', ')}]`, 'only the last axes can be read');
  const shape = x.shape.slice(first).map((length) => known(length, 'size', layer));
  const constant = (value: number) => layer.floats(new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(value), shape);
  const scale = layer.config.flag('scale', true) ? sized(layer.weight('gamma'), shape, layer).name : constant(1);
  const shift = layer.config.flag('center', true) ? sized(layer.weight('beta'), shape, layer).name : constant(0);
  return like(x, layer.op('LayerNormalization', [x.name, scale, shift], { axis: first, epsilon: layer.config.number('epsilon', 1e-3) }));
};

/** scale · x + offset; either may be one number or one a channel. */
const rescaling: ReadLayer = (inputs, layer) => {
  const x = single(inputs, layer);
  const factor = (key: string, fallback: number) => {
    const written = layer.config.raw(key) ?? fallback;
    if (!Array.isArray(written)) return layer.floats([number(written, `'${key}' of layer '${layer.node}'`)]);
    const values = written.map((value) => number(value, `'${key}' of layer '${layer.node}'`));
    return layer.floats(values, [values.length]);
  };
  return like(x, layer.op('Add', [layer.op('Mul', [x.name, factor('scale', 1)]), factor('offset', 0)]));
};

/** (x − mean) / max(√variance, 10⁻⁷), the statistics from the configuration or from the weights. */
const normalization: ReadLayer = (inputs, layer) => {
  const x = single(inputs, layer);
  const rank = x.shape.length;
  const written = layer.config.raw('axis');
  const axis = written === undefined || (Array.isArray(written) && written.length === 0) ? undefined : oneAxis(layer, rank);
  const channels = axis === undefined ? 1 : known(x.shape[axis], 'number of channels', layer);
  const statistic = (key: string): number[] => {
    const given = layer.config.raw(key);
    const values = given === undefined ? Array.from(layer.constant(layer.weight(key).name)!.values) : Array.isArray(given) ? list(given, key).flat(4).map((value) => number(value, `'${key}' of layer '${layer.node}'`)) : [number(given, key)];
    if (values.length !== channels && values.length !== 1) throw refuse(layer, `has ${values.length} values of '${key}' for ${channels} channels`, 'export the model again');
    return Array.from({ length: channels }, (_, channel) => values[values.length === 1 ? 0 : channel]!);
  };
  const [mean, variance] = [statistic('mean'), statistic('variance')];
  const shape = axis === undefined ? [] : Array.from({ length: rank - axis }, (_, at) => (at === 0 ? channels : 1));
  const deviation = variance.map((value) => Math.max(Math.sqrt(value), 1e-7));
  if (layer.config.raw('invert') === true) return like(x, layer.op('Add', [layer.op('Mul', [x.name, layer.floats(deviation, shape)]), layer.floats(mean, shape)]));
  return like(x, layer.op('Div', [layer.op('Sub', [x.name, layer.floats(mean, shape)]), layer.floats(deviation, shape)]));
};

/** The inner layer, where it works on the last axis alone. */
const timeDistributed: ReadLayer = (inputs, layer) => {
  const inner = layer.config.raw('layer');
  if (!isRecord(inner) || inner.class_name !== 'Dense' || !isRecord(inner.config)) throw refuse(layer, `repeats a layer of the class '${isRecord(inner) ? String(inner.class_name) : 'none'}' over time`, 'only a Dense layer can be read there');
  return dense(inputs, layer.within(inner.config));
};

export const DENSE: LayerTable = {
  Dense: dense,
  BatchNormalization: batchNorm, BatchNormalizationV1: batchNorm, BatchNormalizationV2: batchNorm, SyncBatchNormalization: batchNorm,
  LayerNormalization: layerNorm,
  Rescaling: rescaling, Normalization: normalization,
  TimeDistributed: timeDistributed,
};
