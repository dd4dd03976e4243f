/** The textual form of preprocessing, both ways, and the nodes, against the arithmetic written out. */
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { disposeGraph } from '../graph/derived.ts';
import { forward } from '../graph/graph.ts';
import { toGraph } from '../models/plain.ts';
import * as tf from '../tf.ts';
import { formatPreprocessing, parsePreprocessing, PRESETS, preprocessingNodes, withPreprocessing, type Preprocessing } from './preprocessing.ts';
import { ImportProblem } from './problem.ts';

const near = (a: readonly number[], b: readonly number[]) => a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 12));

describe('parsePreprocessing', () => {
  it('reads presets, and fields that change them', () => {
    for (const [name, { preprocessing }] of Object.entries(PRESETS)) expect(parsePreprocessing(name)).toEqual(preprocessing);
    expect(parsePreprocessing('tf, crop=0.875')).toEqual({ ...PRESETS.tf.preprocessing, share: 0.875 });
    expect(parsePreprocessing('torchvision,squash')).toEqual({ ...PRESETS.torchvision.preprocessing, resize: 'squash', share: 1 });
  });
  it("reads means in the order of the network's channels, in the scale that is told", () => {
    const read = parsePreprocessing('order=bgr,mean=104/117/123,scale=255,crop=0.875');
    near(read.mean, [123 / 255, 117 / 255, 104 / 255]);
    near(read.std, [1 / 255, 1 / 255, 1 / 255]);
    expect([read.order, read.resize, read.share]).toEqual(['bgr', 'crop', 0.875]);
    const rgb = parsePreprocessing('mean=0.5,std=0.25/0.5/1');
    near(rgb.mean, [0.5, 0.5, 0.5]);
    near(rgb.std, [0.25, 0.5, 1]);
  });
  it.each([
    ['torchvison', "there is no 'torchvison'"],
    ['', "there is no ''"],
    ['order=gbr', "no order 'gbr'"],
    ['mean=1/2', 'mean=1/2'],
    ['mean=a', 'mean=a'],
    ['mean=', 'mean='],
    ['std=0', 'above 0'],
    ['crop=0', 'crop=0'],
    ['crop=1.5', 'crop=1.5'],
    ['crop=0.5,squash', 'exclude'],
    ['crop', 'has no value'],
    ['squash=1', 'takes no value'],
    ['tf,tf', "there is no 'tf'"],
    ['mean=1,mean=2', 'twice'],
    ['scale=NaN', 'scale=NaN'],
    ['mean=1=2', "there is no 'mean=1=2'"],
  ])('refuses %j', (text, words) => {
    expect(() => parsePreprocessing(text)).toThrow(ImportProblem);
    expect(() => parsePreprocessing(text)).toThrow(words);
  });
});

it('formatPreprocessing: the shortest text, which reads as the same', () => {
  expect(formatPreprocessing(PRESETS.caffe.preprocessing)).toBe('caffe');
  expect(formatPreprocessing(PRESETS.torchvision.preprocessing)).toBe('torchvision');
  expect(formatPreprocessing({ ...PRESETS.torchvision.preprocessing, share: 1 })).toBe('torchvision,crop=1');
  for (const text of ['tf', 'caffe,crop=0.5', 'unit,squash', 'order=bgr,mean=0.1/0.2/0.3,std=0.25', 'order=grey,mean=0.5,std=0.5,crop=0.75', 'torchvision,crop=1']) expect(formatPreprocessing(parsePreprocessing(text))).toBe(text);
});

describe('preprocessingNodes', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });
  const PIXEL = [0.2, 0.5, 0.9];
  const run = (preprocessing: Preprocessing, channels: number) => {
    const nodes = preprocessingNodes(preprocessing, channels, 'image');
    const graph = toGraph({ input: 'image', output: nodes.at(-1)!.id, nodes, features: { node: nodes.at(-1)!.id } as never });
    const y = tf.tidy(() => Array.from(forward(graph, tf.tensor4d(PIXEL, [1, 1, 1, 3])).dataSync()));
    disposeGraph(graph);
    return y;
  };
  const close = (a: readonly number[], b: readonly number[]) => {
    expect(a).toHaveLength(b.length);
    a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 4));
  };
  it('scales', () => close(run(parsePreprocessing('tf'), 3), [-0.6, 0, 0.8]));
  it('turns the channels round before', () => close(run(parsePreprocessing('caffe'), 3), [0.9 * 255 - 104, 0.5 * 255 - 117, 0.2 * 255 - 123]));
  it('takes the luma', () => close(run(parsePreprocessing('order=grey,mean=0.5,std=0.5'), 1), [2 * (0.299 * 0.2 + 0.587 * 0.5 + 0.114 * 0.9) - 1]));
  it('refuses a network of other channels, with the remedy', () => {
    expect(() => preprocessingNodes(PRESETS.tf.preprocessing, 1, 'image')).toThrow('choose order=grey');
    expect(() => preprocessingNodes(PRESETS.grey.preprocessing, 3, 'image')).toThrow('choose order=rgb');
    expect(() => preprocessingNodes(PRESETS.tf.preprocessing, 4, 'image')).toThrow(ImportProblem);
  });
  it('goes before a network, whatever that calls its nodes', () => {
    const plain = { input: 'picture', output: 'preprocess', nodes: [{ id: 'preprocess', op: 'relu', inputs: ['picture'], weights: {}, attrs: {} }] } as const;
    const whole = withPreprocessing(plain, parsePreprocessing('tf'), 3);
    const graph = toGraph(whole);
    close(tf.tidy(() => Array.from(forward(graph, tf.tensor4d(PIXEL, [1, 1, 1, 3])).dataSync())), [0, 0, 0.8]);
    expect(whole.output).toBe('preprocess');
    expect(new Set([whole.input, ...whole.nodes.map(({ id }) => id)]).size).toBe(3);
    disposeGraph(graph);
  });
});
