/** Attention and lists of values, taken apart, against numbers worked out by hand. */
import { describe, expect, it } from 'vitest';
import { counted, node, read, run, tensor, type Attributes } from '../../../testing/onnxNodes.ts';
import { floats, ints, type OnnxModel } from '../../../testing/onnxWriter.ts';
import type { Constant } from '../../source.ts';

describe('lists of values', () => {
  const at = (list: string, index: string, output: string) => node('SequenceAt', [list, index], [output]);
  const more = { initialisers: { zero: ints([0]), one: ints([1]), last: ints([-1]), lengths: ints([1, 3]), two: { type: 'int64' as const, shape: [], values: [2] } } };

  it('are cut up where a part is taken', () => {
    const split = (inputs: string[], attributes: Attributes = {}) => node('SplitToSequence', inputs, ['list'], { axis: { int: 1 }, ...attributes });
    expect(run(read(18, [split(['x', 'lengths']), at('list', 'last', 'y')], more), counted(1, 4))).toEqual(tensor([1, 3], [1, 2, 3]));
    expect(run(read(18, [split(['x', 'two']), at('list', 'one', 'y')], more), counted(1, 5))).toEqual(tensor([1, 2], [2, 3]));
    expect(run(read(18, [split(['x'], { keepdims: { int: 0 } }), at('list', 'one', 'y')], more), counted(2, 3))).toEqual(tensor([2], [1, 4]));
    expect(() => read(18, [split(['x', 'two']), at('list', 'last', 'y')], more)).toThrow(/takes part -1/);
    expect(() => read(18, [split(['x', 'lengths']), at('list', 'two', 'y')], more)).toThrow(/takes part 2/);
  });

  it('are joined', () => {
    const join = (attributes: Attributes) => read(18, [node('Neg', ['x'], ['n']), node('SequenceConstruct', ['x', 'n'], ['list']), node('ConcatFromSequence', ['list'], ['y'], attributes)]);
    expect(run(join({ axis: { int: 0 } }), tensor([1], [2]))).toEqual(tensor([2], [2, -2]));
    expect(run(join({ axis: { int: 1 }, new_axis: { int: 1 } }), tensor([2], [1, 2]))).toEqual(tensor([2, 2], [1, -1, 2, -2]));
  });
});

describe('Attention of opset 23', () => {
  /** One head, two tokens of width 2: q = k = v = x. */
  const byHand = (x: number[][], scale: number, bias = 0) =>
    x.flatMap((q) => {
      const scores = x.map((k, j) => Math.exp(scale * (q[0]! * k[0]! + q[1]! * k[1]!) + (j === 1 ? bias : 0)));
      return [0, 1].map((c) => x.reduce((sum, v, j) => sum + (v[c]! * scores[j]!) / (scores[0]! + scores[1]!), 0));
    });
  const close = (found: Constant, shape: number[], values: number[]) => {
    expect(found.shape).toEqual(shape);
    found.values.forEach((value, i) => expect(value).toBeCloseTo(values[i]!, 5));
  };
  const [a, b] = [[1, 2], [-1, 0.5]];

  it('is its parts, with heads apart or side by side', () => {
    const apart = read(23, [node('Attention', ['x', 'x', 'x'], ['y'])]);
    close(run(apart, tensor([1, 1, 2, 2], [...a!, ...b!])), [1, 1, 2, 2], byHand([a!, b!], 1 / Math.sqrt(2)));
    const beside = read(23, [node('Attention', ['x', 'x', 'x'], ['y'], { q_num_heads: { int: 2 }, kv_num_heads: { int: 2 }, scale: { float: 0.5 } })]);
    const [first, second] = [byHand([a!, b!], 0.5), byHand([b!, a!], 0.5)];
    close(run(beside, tensor([1, 2, 4], [...a!, ...b!, ...b!, ...a!])), [1, 2, 4], [...first.slice(0, 2), ...second.slice(0, 2), ...first.slice(2), ...second.slice(2)]);
  });

  it('adds a mask of floats and obeys one of booleans', () => {
    const masked = (mask: OnnxModel['initialisers']) => run(read(23, [node('Attention', ['x', 'x', 'x', 'm'], ['y'], { scale: { float: 1 } })], { initialisers: mask }), tensor([1, 1, 2, 2], [...a!, ...b!]));
    close(masked({ m: floats([2], [0, -1]) }), [1, 1, 2, 2], byHand([a!, b!], 1, -1));
    close(masked({ m: { type: 'bool', shape: [2], values: [1, 0] } }), [1, 1, 2, 2], [...a!, ...a!]);
  });

  it('of language models is refused', () => {
    expect(() => read(23, [node('Attention', ['x', 'x', 'x'], ['y'], { is_causal: { int: 1 } })])).toThrow(/'attention' \(Attention\) has a cache, a causal mask/);
  });
});
