/** TensorFlow.js models that others trained and converted, against what TensorFlow.js itself says of them. They lie beside the repository; without them the test says so. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { disposeGraph } from '../../graph/derived.ts';
import { forward, type Graph } from '../../graph/graph.ts';
import { toGraph } from '../../models/plain.ts';
import { useBackend } from '../../testing/backends.ts';
import * as tf from '../../tf.ts';
import { openFiles } from '../files.ts';
import { importModel } from '../index.ts';
import type { Source } from '../source.ts';

const ASSETS = join(import.meta.dirname, '../../../../../shared/assets');
const present = existsSync(ASSETS);
if (!present) console.warn(`no models at ${ASSETS}: converted models of others are not tested`);
await useBackend('wasm');

/** The whole folder, as someone drops it: pictures and other JSON beside. */
function sourceOf(folder: string): Source {
  const at = join(ASSETS, 'models', folder);
  const names = readdirSync(at, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => relative(at, join(entry.parentPath, entry.name)));
  return openFiles(new Map(names.map((name) => [`${folder}/${name}`, readFileSync(join(at, name))]))).source();
}

/** The network up to what its softmax reads. */
function beforeSoftmax(source: Source): Source {
  const softmax = source.operators.find(({ type }) => type === 'Softmax')!;
  return { ...source, outputs: [softmax.inputs[0]!] };
}

function graphOf(source: Source): { graph: Graph; size: number } {
  const { plain, inputSize } = importModel(source);
  return { graph: toGraph({ ...plain, features: plain.features ?? { node: plain.output } }), size: inputSize };
}

/** Outputs for one picture, its central square resized to the network's side; `read`: from 0…255 to what the network was trained on. */
async function outputs({ graph, size }: { graph: Graph; size: number }, picture: string, read: (value: number) => number): Promise<number[]> {
  const { data } = await sharp(join(ASSETS, picture)).resize(size, size, { fit: 'cover', kernel: 'linear' }).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const x = tf.tensor4d(Float32Array.from(data, read), [1, size, size, 3]);
  const y = forward(graph, x);
  const values = Array.from(y.dataSync());
  tf.dispose([x, y]);
  return values;
}

const best = (values: readonly number[]) => values.indexOf(Math.max(...values));
const signed = (value: number) => value / 127.5 - 1;

describe.runIf(present)('models of others', () => {
  it('MobileNet: every logit that TensorFlow.js gives, within 1e-4 of the largest', async () => {
    const golden = JSON.parse(readFileSync(join(ASSETS, 'models/golden-224.json'), 'utf8')) as { mobilenet: { image: string; top10Logits: [number, string, number][]; sumOfLogits: number }[] };
    const model = graphOf(beforeSoftmax(sourceOf('tfjs-layers-mobilenet-v1-025-224')));
    for (const { image, top10Logits, sumOfLogits } of golden.mobilenet) {
      const logits = await outputs(model, `images/cropped-224/${image}`, signed);
      const worst = Math.max(...top10Logits.map(([index, , value]) => Math.abs(logits[index]! - value)));
      expect(worst).toBeLessThan(1e-4 * Math.max(...logits));
      expect(Math.abs(logits.reduce((sum, value) => sum + value, 0) - sumOfLogits)).toBeLessThan(1e-3 * Math.max(...logits));
    }
    disposeGraph(model.graph);
  });

  it('MnasNet, of one picture at a time: a daisy is a daisy', async () => {
    const model = graphOf(sourceOf('tfjs-graph-mnasnet-flowers5-224'));
    const probabilities = await outputs(model, 'images/cropped-224/n11939491_daisy.png', signed);
    expect(probabilities).toHaveLength(5);
    expect(probabilities[0]).toBeGreaterThan(0.9);
    // The file says one picture; two at a time give the same.
    const x = tf.tensor4d(Float32Array.from({ length: 224 * 224 * 3 }, (_, index) => Math.sin(index)), [1, 224, 224, 3]);
    const [alone, beside] = [x, tf.concat([x, tf.zerosLike(x)])].map((pictures) => Array.from(forward(model.graph, pictures).dataSync()));
    expect(beside).toHaveLength(10);
    expect(Math.max(...alone!.map((value, index) => Math.abs(value - beside![index]!)))).toBeLessThan(1e-5);
    disposeGraph(model.graph);
  });

  it('Tiny-VGG names at least 13 of its own twenty photographs', async () => {
    const CLASSES = ['boat', 'bug', 'pizza', 'pepper', 'bus', 'koala', 'espresso', 'panda', 'orange', 'car'];
    const folder = 'models/tfjs-layers-tiny-vgg-64/img';
    const model = graphOf(sourceOf('tfjs-layers-tiny-vgg-64'));
    let right = 0;
    for (const name of readdirSync(join(ASSETS, folder))) {
      const wanted = CLASSES.indexOf(name.split('_')[0]!);
      if (wanted >= 0 && best(await outputs(model, `${folder}/${name}`, (value) => value / 255)) === wanted) right++;
    }
    expect(right).toBeGreaterThanOrEqual(13);
    disposeGraph(model.graph);
  });

  it('MobileNetV2 without its head gives 1280 features', async () => {
    const model = graphOf(sourceOf('tfjs-graph-mobilenet-v2-features-96'));
    const features = await outputs(model, 'images/cropped-224/chelsea.png', (value) => value / 255);
    expect(features).toHaveLength(1280);
    // Averages of numbers cut off at 0 and 6.
    expect(features.every((value) => value >= 0 && value <= 6) && features.some((value) => value > 0.1)).toBe(true);
    disposeGraph(model.graph);
  });
});
