/** Photographs through models that others made, the whole way as the command line goes it: decoded, framed, resized, preprocessing guessed, classes named. They lie beside the repository; without them the test says so. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { predict } from '../engine/explain.ts';
import { useBackend } from '../engine/testing/backends.ts';
import * as tf from '../engine/tf.ts';
import { openOwnModel, type OwnChoices, type OwnNetwork } from './ownModel.ts';
import { readPicture } from './picture.ts';

const ASSETS = join(import.meta.dirname, '../../../shared/assets');
const present = existsSync(ASSETS);
if (!present) console.warn(`no photographs at ${ASSETS}: the photograph path is not tested with models of others`);
await useBackend('wasm');

const model = (name: string) => join(ASSETS, 'models', name);

async function withModel<T>(name: string, choices: OwnChoices, use: (network: OwnNetwork) => Promise<T>): Promise<T> {
  const network = await openOwnModel(model(name), choices);
  try {
    return await use(network);
  } finally {
    network.dispose();
  }
}

async function probabilitiesOf({ graph, inputSize, framing }: OwnNetwork, file: string): Promise<Float32Array> {
  const { data, height, width } = await readPicture(file, inputSize, framing);
  const x = tf.tensor4d(data, [1, height, width, 3]);
  const { probabilities } = await predict(graph, x).finally(() => x.dispose());
  return probabilities;
}

const top = (probabilities: Float32Array): number => probabilities.indexOf(probabilities.reduce((a, b) => Math.max(a, b)));

/** [file, class] of the photographs of ImageNet's classes. */
const labelled = (): (readonly [string, number])[] =>
  readFileSync(join(ASSETS, 'images/imagenet_samples/labels.derived.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .map(([file, , index]) => [join(ASSETS, 'images/imagenet_samples', file!), Number(index)] as const);

async function countRight(network: OwnNetwork, photographs: readonly (readonly [string, number])[]): Promise<number> {
  let right = 0;
  for (const [file, expected] of photographs) right += Number(top(await probabilitiesOf(network, file)) === expected);
  return right;
}

describe.skipIf(!present)('photographs of ../shared/assets', () => {
  it.each([
    ['tfjs-layers-mobilenet-v1-025-224', 'tf', 37],
    ['onnx-squeezenet-fp16-224/SqueezeNet_fp16.onnx', 'caffe', 48],
  ] as const)('%s, preprocessing guessed, knows its share of the 76', { timeout: 300_000 }, async (name, preset, least) => {
    const before = tf.memory().numTensors;
    await withModel(name, {}, async (network) => {
      expect([network.opened.guess.preset, network.opened.guess.certainty, network.opened.kind, network.opened.cut]).toEqual([preset, 'likely', 'classes', 'softmax']);
      const photographs = labelled();
      expect(photographs).toHaveLength(76);
      const right = await countRight(network, photographs);
      console.log(`${name}: ${right} of 76`);
      expect(right).toBeGreaterThanOrEqual(least);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('Tiny-VGG knows at least 13 of its own 20', { timeout: 120_000 }, async () => {
    const names = ['boat', 'bug', 'pizza', 'pepper', 'bus', 'koala', 'espresso', 'panda', 'orange', 'car'];
    const folder = join(model('tfjs-layers-tiny-vgg-64'), 'img');
    const photographs = readdirSync(folder).map((file) => [join(folder, file), names.indexOf(file.split('_')[0]!)] as const).filter(([, index]) => index >= 0);
    expect(photographs).toHaveLength(20);
    expect(await withModel('tfjs-layers-tiny-vgg-64', { preprocess: 'unit' }, (network) => countRight(network, photographs))).toBeGreaterThanOrEqual(13);
  });

  it('MnasNet is sure of the daisy', { timeout: 120_000 }, async () => {
    const daisy = await withModel('tfjs-graph-mnasnet-flowers5-224', {}, (network) => probabilitiesOf(network, join(ASSETS, 'images/imagenet_samples/n11939491_daisy.JPEG')));
    expect(daisy[0]).toBeGreaterThanOrEqual(0.9);
  });

  it('the headless MobileNet is no classifier', { timeout: 120_000 }, async () => {
    await withModel('tfjs-graph-mobilenet-v2-features-96', {}, async ({ opened }) => {
      expect([opened.kind, opened.outputs, opened.guess.preset]).toEqual(['features', 1280, 'unit']);
    });
  });
});
