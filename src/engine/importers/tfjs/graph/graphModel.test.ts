/** Graph models that the test writes itself: what becomes of their nodes. Numbers are compared where the lowering is there. */
import { describe, expect, it } from 'vitest';
import { graphModel, ints, node, placeholder, text, texts } from '../../../testing/tfjsModels.ts';
import type { Source } from '../../source.ts';

const written = ({ operators }: Source) => operators.map(({ type }) => type).join(' ');
const numbers = (source: Source, name: string) => [...source.constants.get(name)!.values];
const window = { strides: ints(1, 2, 2, 1), padding: text('SAME') };

describe('graph models', () => {
  it('wraps a fused convolution in transposes and applies what it fuses, each with its own input', () => {
    const source = graphModel([placeholder(-1, 8, 8, 3), node('conv', '_FusedConv2D', ['x', 'k', 'b', 'alpha', '^x'], { ...window, fused_ops: texts('BiasAdd', 'Prelu') })], { k: { shape: [3, 3, 3, 4] }, b: { shape: [4] }, alpha: { shape: [4] } });
    expect(source.inputs).toEqual([{ name: 'x', type: 'float', shape: [undefined, 8, 8, 3] }]);
    expect(written(source)).toBe('Transpose Transpose Conv Transpose PRelu');
    const conv = source.operators.find(({ type }) => type === 'Conv')!;
    expect(conv).toMatchObject({ name: 'conv', attributes: { strides: [2, 2], auto_pad: 'SAME_UPPER', group: 1 } });
    expect(conv.inputs[2]).toBe('b');
    expect(source.operators.at(-1)!.inputs[1]).toBe('alpha');
    expect(source.operators[0]!.attributes.perm).toEqual([3, 2, 0, 1]);
  });

  it('reads explicit paddings and the layout NCHW', () => {
    const attr = { strides: ints(1, 1, 1, 1), padding: text('EXPLICIT') };
    const last = graphModel([placeholder(1, 8, 8, 3), node('conv', 'Conv2D', ['x', 'k'], { ...attr, explicit_paddings: ints(0, 0, 1, 2, 3, 4, 0, 0) })], { k: { shape: [3, 3, 3, 4] } });
    expect(last.operators.find(({ type }) => type === 'Conv')!.attributes.pads).toEqual([1, 3, 2, 4]);
    const first = graphModel([placeholder(1, 3, 8, 8), node('conv', 'Conv2D', ['x', 'k'], { ...attr, explicit_paddings: ints(0, 0, 0, 0, 1, 2, 3, 4), data_format: text('NCHW') })], { k: { shape: [3, 3, 3, 4] } });
    expect(written(first)).toBe('Transpose Conv');
    expect(first.operators[1]!.attributes.pads).toEqual([1, 3, 2, 4]);
  });

  it('reads the second output of a split, and drops nodes that no output needs', () => {
    const nodes = [placeholder(1, 4), node('axis', 'Const', [], { value: { tensor: { dtype: 'DT_INT32', tensorShape: {}, intVal: [-1] } } }), node('parts', 'Split', ['axis', 'x'], { num_split: { i: '2' } }), node('y', 'Relu', ['parts:1']), node('odd', 'NoSuchOp', ['x'])];
    const source = graphModel(nodes, {}, { signature: { outputs: { y: { name: 'y:0' } } } });
    expect(written(source)).toBe('Split Relu');
    expect(source.operators[1]!.inputs).toEqual([source.operators[0]!.outputs[1]]);
    expect(() => graphModel(nodes)).toThrow("no reader for the op 'NoSuchOp' of node 'odd'");
  });

  it('reads the masks of a strided slice: x[..., 0, 1:3] and x[:, None]', () => {
    const constants = { begin: { shape: [3], values: [0, 0, 1], dtype: 'int32' as const }, end: { shape: [3], values: [0, 1, 3], dtype: 'int32' as const }, strides: { shape: [3], values: [1, 1, 1], dtype: 'int32' as const } };
    const source = graphModel([placeholder(1, 4, 4, 3), node('y', 'StridedSlice', ['x', 'begin', 'end', 'strides'], { ellipsis_mask: { i: '1' }, shrink_axis_mask: { i: '2' } })], constants);
    expect(written(source)).toBe('Slice Squeeze');
    expect(source.operators[0]!.inputs.slice(1).map((name) => numbers(source, name))).toEqual([[0, 1], [1, 3], [-2, -1], [1, 1]]);
    expect(numbers(source, source.operators[1]!.inputs[1]!)).toEqual([-2]);
    const two = { begin: { shape: [2], values: [0, 0], dtype: 'int32' as const }, end: { shape: [2], values: [0, 0], dtype: 'int32' as const }, strides: { shape: [2], values: [1, 1], dtype: 'int32' as const } };
    const added = graphModel([placeholder(1, 4), node('y', 'StridedSlice', ['x', 'begin', 'end', 'strides'], { begin_mask: { i: '1' }, end_mask: { i: '1' }, new_axis_mask: { i: '2' } })], two);
    expect(numbers(added, added.operators.at(-1)!.inputs[1]!)).toEqual([1]);
  });

  it('reads labels that the file keeps, and an axis that constants make', () => {
    const weights = { two: { shape: [], values: [2], dtype: 'int32' as const }, one: { shape: [], values: [1], dtype: 'int32' as const } };
    const nodes = [placeholder(1, 4, 4, 3), node('axis', 'AddV2', ['two', 'one']), node('y', 'ConcatV2', ['x', 'x', 'axis'])];
    const source = graphModel(nodes, weights, { userDefinedMetadata: { labels: ['cat', 'dog'] } });
    expect(source.labels).toEqual(['cat', 'dog']);
    expect(source.operators).toMatchObject([{ type: 'Concat', attributes: { axis: 3 } }]);
    expect(source.constants.size).toBe(0);
  });

  it('names circles, missing nodes, functions and loops', () => {
    expect(() => graphModel([placeholder(1, 4), node('a', 'Add', ['x', 'b']), node('b', 'Relu', ['a']), node('y', 'Relu', ['b'])])).toThrow(/'a' and 'b' read each other|'b' and 'a' read each other/);
    expect(() => graphModel([placeholder(1, 4), node('y', 'Add', ['x', 'gone'])])).toThrow("node 'y' reads 'gone', and the graph has no such node");
    expect(() => graphModel([placeholder(1, 4), node('y', 'StatefulPartitionedCall', ['x'])])).toThrow(/calls a function/);
    expect(() => graphModel([placeholder(1, 4), node('y', 'StatelessWhile', ['x'])])).toThrow(/branches or loops/);
    expect(() => graphModel([placeholder(1, 4), node('y', 'constructor', ['x'])])).toThrow("no reader for the op 'constructor'");
  });
});
