/** Functions of TensorFlow that a Keras 2 model keeps as layers (TFOpLambda), by the layer that does the same. Others need a graph model. */
import { ACTIVATIONS } from './activations.ts';
import { configOf, like, single, type LayerTable, type ReadLayer } from './layer.ts';
import { SHAPES } from './shapes.ts';

/** The activation of this name. */
const activation = (name: string): ReadLayer => (inputs, layer) => ACTIVATIONS.Activation!(inputs, { ...layer, config: configOf({ activation: name }, layer.node) });

/** As Python writes a function: 'math.truediv' for tf.math.truediv and for x / y. */
export const FUNCTIONS: LayerTable = {
  'math.add': SHAPES.Add!, '__operators__.add': SHAPES.Add!,
  'math.subtract': SHAPES.Subtract!,
  'math.multiply': SHAPES.Multiply!,
  'math.truediv': SHAPES.Divide!, 'math.divide': SHAPES.Divide!,
  'math.maximum': SHAPES.Maximum!, 'math.minimum': SHAPES.Minimum!,
  ...Object.fromEntries(['relu', 'relu6', 'elu', 'selu', 'softmax', 'log_softmax', 'silu', 'softplus', 'gelu'].map((name) => [`nn.${name}`, activation(name)])),
  'math.sigmoid': activation('sigmoid'), 'math.tanh': activation('tanh'), 'math.softplus': activation('softplus'), 'math.exp': activation('exponential'),
  'cast': (inputs, layer) => like(single(inputs, layer), single(inputs, layer).name),
};
