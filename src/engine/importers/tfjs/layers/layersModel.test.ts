/** Layers models that the test writes itself: what becomes of their layers, and how their weights are found. */
import { describe, expect, it } from 'vitest';
import { from, layer, layersModel } from '../../../testing/tfjsModels.ts';
import type { Source } from '../../source.ts';

const model = (class_name: string, config: unknown, shapes: Record<string, number[]>, version?: string): Source =>
  layersModel(class_name, config, Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape }])), version);
const written = ({ operators }: Source) => operators.map(({ type }) => type).join(' ');
const conv = { filters: 4, kernel_size: [3, 3], padding: 'same', use_bias: true, activation: 'relu' };

describe('layers models', () => {
  it('reads a sequential model of either form, channels last at the flattening', () => {
    const layers = [layer('Conv2D', 'c', { ...conv, batch_input_shape: [null, 8, 8, 3] }), layer('MaxPooling2D', 'p', { pool_size: 2 }), layer('Flatten', 'f'), layer('Dense', 'd', { units: 2, activation: 'softmax' })];
    const weights = { 'c/kernel': [3, 3, 3, 4], 'c/bias': [4], 'd/kernel': [64, 2], 'd/bias': [2] };
    const source = model('Sequential', { name: 's', layers }, weights);
    expect(written(source)).toBe('Transpose Transpose Conv Transpose Relu Transpose MaxPool Transpose Reshape Gemm Softmax');
    expect(source.inputs).toEqual([{ name: 'c_input', shape: [undefined, 8, 8, 3], type: 'float' }]);
    expect(written(model('Sequential', layers, weights))).toBe(written(source));
    expect(() => model('Sequential', { layers }, { ...weights, 'd/kernel': [63, 2] })).toThrow("layer 'd' (Dense) needs a weight of shape [64, ?], and 'd/kernel' has [63, 2]");
  });

  it('reads a functional model whose shared layer is called twice, with its weights once', () => {
    const layers = [layer('InputLayer', 'x', { batch_shape: [null, 4] }), layer('Dense', 'd', { units: 4 }, [...from('x'), [['d', 0, 0, {}]]]), layer('Add', 'a', {}, [[['d', 0, 0, {}], ['d', 1, 0, {}]]])];
    const source = model('Functional', { layers, input_layers: ['x', 0, 0], output_layers: [['a', 0, 0]] }, { 'd/kernel': [4, 4], 'd/bias': [4] });
    expect(written(source)).toBe('Gemm Gemm Add');
    expect(source.operators[1]!.inputs[0]).toBe(source.operators[0]!.outputs[0]);
    expect(source.constants.size).toBe(2);
  });

  it('reads the inputs of Keras 3, and a model inside a model', () => {
    const tensor = (name: string, node = 0) => ({ class_name: '__keras_tensor__', config: { shape: [null, 4], dtype: 'float32', keras_history: [name, node, 0] } });
    const inner = { layers: [layer('InputLayer', 'i', { batch_shape: [null, 4] }), layer('Dense', 'd', { units: 3, use_bias: false }, [{ args: [tensor('i')], kwargs: {} }])], input_layers: [['i', 0, 0]], output_layers: [['d', 0, 0]] };
    const layers = [layer('InputLayer', 'x', { batch_shape: [null, 4] }), layer('Functional', 'inner', inner, [{ args: [tensor('x')], kwargs: {} }]), layer('Activation', 'y', { activation: { class_name: 'function', config: 'hard_sigmoid' } }, [{ args: [tensor('inner', 1)], kwargs: {} }])];
    const source = model('Functional', { layers, input_layers: [['x', 0, 0]], output_layers: ['y', 0, 0] }, { 'inner/d/kernel:0': [4, 3] }, '3.4.1');
    expect(written(source)).toBe('Gemm HardSigmoid');
    expect(source.operators[1]!.attributes.alpha).toBeCloseTo(1 / 6, 12);
  });

  it('reads models in models as Teachable Machine writes them, whose innermost layer tells the shape', () => {
    const trunk = layer('Model', 'trunk', { layers: [layer('InputLayer', 'image', { batch_input_shape: [null, 8, 8, 3] }), layer('Conv2D', 'c', conv, from('image')), layer('GlobalAveragePooling2D', 'g', {}, from('c'))], input_layers: [['image', 0, 0]], output_layers: [['g', 0, 0]] });
    const layers = [layer('Sequential', 'one', { layers: [trunk] }), layer('Sequential', 'two', { layers: [layer('Dense', 'd', { units: 2, activation: 'softmax', batch_input_shape: [null, 4] })] })];
    const source = model('Sequential', { layers }, { 'c/kernel': [3, 3, 3, 4], 'c/bias': [4], 'd/kernel': [4, 2], 'd/bias': [2] });
    expect(source.inputs).toEqual([{ name: 'one_input', shape: [undefined, 8, 8, 3], type: 'float' }]);
    expect(written(source)).toBe('Transpose Transpose Conv Transpose Relu ReduceMean Gemm Softmax');
    const built = model('Sequential', { layers: [layer('Dense', 'd', { units: 2, use_bias: false })], build_input_shape: [null, 4] }, { 'd/kernel': [4, 2] });
    expect(built.inputs[0]!.shape).toEqual([undefined, 4]);
  });

  it.each(['c/kernel', 'model/c/kernel:0', 'c/c/kernel', 'net/block/c/kernel'])('finds the weight %s of layer c, and not that of cc', (name) => {
    const source = model('Sequential', { layers: [layer('Dense', 'c', { units: 4, use_bias: false, batch_input_shape: [null, 4] })] }, { [name]: [4, 4], 'cc/kernel': [4, 4] });
    expect(source.constants.has(name)).toBe(true);
  });

  it('says which weight a layer lacks, what class it cannot read, and which layer is never computed', () => {
    const dense = layer('Dense', 'd', { units: 4, batch_input_shape: [null, 4] });
    expect(() => model('Sequential', { layers: [dense] }, { 'd/kernel': [4, 4] })).toThrow("the weight files lack 'bias' of layer 'd' (Dense); it has 'd/kernel'");
    expect(() => model('Sequential', { layers: [layer('InputLayer', 'x', { batch_input_shape: [null, 4] }), layer('Lambda', 'l')] }, {})).toThrow("no reader for layers of the class 'Lambda' ('l')");
    const circle = [layer('InputLayer', 'x', { batch_shape: [null, 4] }), layer('Add', 'a', {}, from('x', 'b')), layer('ReLU', 'b', {}, from('a'))];
    expect(() => model('Functional', { layers: circle, input_layers: [['x', 0, 0]], output_layers: [['b', 0, 0]] }, {})).toThrow(/layer '[ab]' reads .* never computed/);
  });

  it('refuses a batch normalisation of the wrong size and turns the channels to the front', () => {
    const weights = (length: number) => Object.fromEntries(['gamma', 'beta', 'moving_mean', 'moving_variance'].map((name) => [`b/${name}`, [length]]));
    const config = { layers: [layer('BatchNormalization', 'b', { axis: [3], batch_input_shape: [null, 4, 4, 3] })] };
    expect(model('Sequential', config, weights(3)).operators.map(({ type, attributes }) => attributes.perm ?? type)).toEqual([[0, 3, 1, 2], 'BatchNormalization', [0, 2, 3, 1]]);
    expect(() => model('Sequential', config, weights(4))).toThrow("needs a weight of shape [3], and 'b/moving_mean' has [4]");
  });
});
