/** Activations by Keras's names, as layers and as the `activation` of another layer. */
import { isRecord, number } from '../json.ts';
import { axisIn, like, refuse, single, type Layer, type LayerTable, type Value } from './layer.ts';

type Activate = (layer: Layer, x: string) => string;

const clip = (layer: Layer, x: string, least: number, most: number) => layer.op('Clip', [x, layer.floats([least]), layer.floats([most])]);
const simple = (type: string): Activate => (layer, x) => layer.op(type, [x]);
const scaled = (layer: Layer, x: string, factor: number) => layer.op('Mul', [x, layer.floats([factor])]);
const plus = (layer: Layer, x: string, term: number) => layer.op('Add', [x, layer.floats([term])]);
const silu: Activate = (layer, x) => layer.op('Mul', [x, layer.op('Sigmoid', [x])]);

/** x · Φ(x), by the error function. */
const gelu: Activate = (layer, x) => scaled(layer, layer.op('Mul', [x, plus(layer, layer.op('Erf', [scaled(layer, x, Math.SQRT1_2)]), 1)]), 0.5);

/** ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))). Hendrycks & Gimpel 2016. */
const tanhGelu: Activate = (layer, x) => {
  const cubic = scaled(layer, layer.op('Pow', [x, layer.floats([3])]), 0.044715);
  const inner = scaled(layer, layer.op('Add', [x, cubic]), Math.sqrt(2 / Math.PI));
  return scaled(layer, layer.op('Mul', [x, plus(layer, layer.op('Tanh', [inner]), 1)]), 0.5);
};

/** Keras 2: clip(x / 5 + ½); Keras 3: clip(x / 6 + ½). */
const hardSigmoid: Activate = (layer, x) => layer.op('HardSigmoid', [x], { alpha: layer.keras3 ? 1 / 6 : 0.2, beta: 0.5 });

const NAMED: Readonly<Record<string, Activate>> = {
  linear: (_layer, x) => x,
  relu: simple('Relu'),
  relu6: (layer, x) => clip(layer, x, 0, 6),
  leaky_relu: (layer, x) => layer.op('LeakyRelu', [x], { alpha: 0.2 }),
  elu: (layer, x) => layer.op('Elu', [x], { alpha: 1 }),
  selu: simple('Selu'),
  sigmoid: simple('Sigmoid'),
  hard_sigmoid: hardSigmoid,
  tanh: simple('Tanh'),
  softmax: (layer, x) => layer.op('Softmax', [x], { axis: -1 }),
  log_softmax: (layer, x) => layer.op('LogSoftmax', [x], { axis: -1 }),
  softplus: simple('Softplus'),
  softsign: simple('Softsign'),
  exponential: simple('Exp'),
  silu,
  swish: silu,
  mish: simple('Mish'),
  gelu,
  gelu_new: tanhGelu,
  hard_silu: simple('HardSwish'),
  hard_swish: simple('HardSwish'),
};

/** Keras writes a name, or an object around it; TensorFlow.js writes some in camel case. */
function nameOf(written: unknown): unknown {
  if (!isRecord(written)) return written ?? 'linear';
  if (typeof written.config === 'string') return written.config;
  if (isRecord(written.config) && typeof written.config.activation === 'string') return written.config.activation;
  return isRecord(written.config) && typeof written.config.name === 'string' ? written.config.name : written.class_name;
}

/** Applies the layer's `activation` to `x`. */
export function activate(layer: Layer, x: string): string {
  const written = nameOf(layer.config.raw('activation'));
  const name = typeof written === 'string' ? written.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase() : '';
  if (!Object.hasOwn(NAMED, name)) throw refuse(layer, `uses the activation '${String(written)}'`, `known are ${Object.keys(NAMED).join(', ')}; a custom one can be exported as a graph model`);
  return NAMED[name]!(layer, x);
}

const pointwise = (read: (layer: Layer, x: string) => string) => (inputs: readonly Value[], layer: Layer): Value => {
  const x = single(inputs, layer);
  return like(x, read(layer, x.name));
};

/** max_value where x ≥ max_value, x from the threshold on, negative_slope · (x − threshold) below. */
const relu: Activate = (layer, x) => {
  const max = layer.config.raw('max_value');
  const most = max === undefined ? undefined : number(max, `'max_value' of layer '${layer.node}'`);
  const slope = layer.config.number('negative_slope', 0);
  const threshold = layer.config.number('threshold', 0);
  if (threshold !== 0) throw refuse(layer, `has the threshold ${threshold}`, 'a ReLU with the threshold 0 can be read; another one must be written with other layers');
  if (slope === 0) return most === undefined ? layer.op('Relu', [x]) : clip(layer, x, 0, most);
  const leaky = layer.op('LeakyRelu', [x], { alpha: slope });
  return most === undefined ? leaky : layer.op('Clip', [leaky, '', layer.floats([most])]);
};

const softmax: Activate = (layer, x) => layer.op('Softmax', [x], { axis: layer.config.raw('axis') === undefined ? -1 : layer.config.integers('axis', 1)[0]! });

export const ACTIVATIONS: LayerTable = {
  Activation: pointwise(activate),
  ReLU: pointwise(relu),
  LeakyReLU: pointwise((layer, x) => layer.op('LeakyRelu', [x], { alpha: layer.config.number('negative_slope', layer.config.number('alpha', 0.3)) })),
  ELU: pointwise((layer, x) => layer.op('Elu', [x], { alpha: layer.config.number('alpha', 1) })),
  PReLU: pointwise((layer, x) => layer.op('PRelu', [x, layer.weight('alpha').name])),
  Softmax(inputs, layer) {
    const x = single(inputs, layer);
    axisIn(layer.config.integers('axis', 1, [-1])[0]!, x.shape.length, layer);
    return like(x, softmax(layer, x.name));
  },
};
