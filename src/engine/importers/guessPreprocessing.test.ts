/** Guesses from sources built for it: what the network does itself, what its first batch-norm remembers, what is written. */
import { describe, expect, it } from 'vitest';
import { guessPreprocessing, trainedOn } from './guessPreprocessing.ts';
import { PRESETS, type PresetName } from './preprocessing.ts';
import type { Constant, Operator, Source } from './source.ts';

const float = (shape: readonly number[], values: ArrayLike<number>): Constant => ({ type: 'float', shape, values: Float32Array.from(values) });
const operator = (type: string, inputs: string[], output: string, attributes: Operator['attributes'] = {}): Operator => ({ name: `${type}_${output}`, type, inputs, outputs: [output], attributes });

const source = (operators: readonly Operator[], constants: Record<string, Constant> = {}, more: Partial<Source> = {}): Source => ({
  format: 'ONNX',
  inputs: [{ name: 'image', type: 'float', shape: [1, 3, 32, 32] }],
  outputs: [operators.at(-1)?.outputs[0] ?? 'image'],
  operators,
  constants: new Map(Object.entries(constants)),
  facts: {},
  remarks: [],
  ...more,
});

const KERNEL = float([2, 3, 1, 1], [1, 1, 1, 1, -1, 0]);
const conv = (from: string) => operator('Conv', [from, 'kernel'], 'features');
const pick = (guess: ReturnType<typeof guessPreprocessing>) => [guess.preset, guess.certainty] as const;

describe('what the network does itself', () => {
  it('a rescaling from bytes', () => {
    const guess = guessPreprocessing(source([operator('Mul', ['image', 'by'], 'a'), operator('Add', ['a', 'plus'], 'b'), conv('b')], { by: float([], [1 / 127.5]), plus: float([], [-1]), kernel: KERNEL }));
    expect(pick(guess)).toEqual(['bytes', 'sure']);
    expect(guess.reason).toContain('0.00784 · x − 1');
    expect(guess.preprocessing).toBe(PRESETS.bytes.preprocessing);
  });
  it('the subtraction of a mean of bytes', () => {
    expect(pick(guessPreprocessing(source([operator('Sub', ['image', 'm'], 'a'), conv('a')], { m: float([1, 3, 1, 1], [104, 117, 123]), kernel: KERNEL })))).toEqual(['bytes', 'sure']);
  });
  it('a scaling of [0, 1], behind a transpose', () => {
    const found = guessPreprocessing(source([operator('Transpose', ['image'], 't', { perm: [0, 3, 1, 2] }), operator('Mul', ['two', 't'], 'a'), operator('Sub', ['a', 'one'], 'b'), conv('b')], { two: float([], [2]), one: float([], [1]), kernel: KERNEL }));
    expect(pick(found)).toEqual(['unit', 'likely']);
  });
});

describe('what the first batch-norm remembers', () => {
  /** Filters of one place only: their answers have exactly the mean m Σ w and the variance s² wᵀ C w, C from the correlation of colours. */
  const weights = [[1, 1, 1], [0.5, -0.2, 0.1], [2, 1, -0.5], [-1, 0.3, 0.2], [0.1, 0.9, 0.4]];
  const norm = (deviation: number, mean: number) => {
    const variance = (w: number[]) => deviation ** 2 * (0.93 * (w[0]! + w[1]! + w[2]!) ** 2 + 0.07 * (w[0]! ** 2 + w[1]! ** 2 + w[2]! ** 2));
    return source([operator('Transpose', ['hwio'], 'kernel', { perm: [3, 2, 0, 1] }), operator('Conv', ['image', 'kernel'], 'c'), operator('BatchNormalization', ['c', 'one', 'one', 'mean', 'variance'], 'n')], {
      hwio: float([1, 1, 3, 5], [0, 1, 2].flatMap((c) => weights.map((w) => w[c]!))),
      mean: float([5], weights.map((w) => mean * (w[0]! + w[1]! + w[2]!))),
      variance: float([5], weights.map(variance)),
      one: float([5], [1, 1, 1, 1, 1]),
    });
  };
  it('gives back mean and deviation of the images', () => {
    const built = norm(0.7, -0.2);
    const found = trainedOn(built, built.operators[1])!;
    expect(found.deviation).toBeCloseTo(0.7, 5);
    expect(found.mean).toBeCloseTo(-0.2, 5);
  });
  it.each<[PresetName, number, number]>([['torchvision', 1.1, 0.05], ['tf', 0.55, -0.1], ['unit', 0.24, 0.44], ['bytes', 63, 118], ['caffe', 60, 2]])('%s', (preset, deviation, mean) => {
    const guess = guessPreprocessing(norm(deviation, mean));
    expect(pick(guess)).toEqual([preset, 'likely']);
    expect(guess.reason).toContain(`a deviation of ${deviation.toFixed(2)}`);
  });
  it('says nothing where no preset is near', () => {
    expect(guessPreprocessing(norm(1e-3, 3)).certainty).toBe('unsure');
  });
});

describe('what is written', () => {
  const named = (facts: Source['facts'], more: Partial<Source> = {}) => guessPreprocessing(source([conv('image')], { kernel: KERNEL }, { facts, ...more }));
  it('the producer', () => {
    expect(pick(named({ producer: 'pytorch 2.1' }))).toEqual(['torchvision', 'likely']);
    expect(named({ producer: 'pytorch 2.1' }).reason).toBe("exported by PyTorch, so torchvision's");
    expect(pick(named({ producer: 'onnx-caffe2' }))).toEqual(['caffe', 'likely']);
  });
  it('names of layers', () => {
    const layers = source([{ ...conv('image'), name: 'block1_conv1' }], { kernel: KERNEL }, { format: 'TensorFlow.js layers' });
    expect(pick(guessPreprocessing(layers))).toEqual(['caffe', 'likely']);
  });
  it('nothing: the guess says so', () => {
    expect(pick(named({}))).toEqual(['torchvision', 'unsure']);
    expect(named({}).reason).toContain('nothing in the file tells');
    expect(pick(named({}, { format: 'TensorFlow.js graph' }))).toEqual(['unit', 'unsure']);
  });
  it('one channel is grey', () => {
    expect(pick(guessPreprocessing(source([conv('image')], { kernel: float([1, 1, 1, 1], [1]) }, { facts: { producer: 'pytorch' } })))).toEqual(['grey', 'likely']);
  });
  it('no operator at all does not break it', () => {
    expect(guessPreprocessing(source([], {}, { inputs: [] })).certainty).toBe('unsure');
  });
});
