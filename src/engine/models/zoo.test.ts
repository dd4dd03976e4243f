import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sizeOf } from '../graph/size.ts';
import { CLASSES, classOf, intervene, makeScene, renderScene, sceneSeed, type Scene } from '../scenes/index.ts';
import { useBackend, type TestBackend } from '../testing/backends.ts';
import * as tf from '../tf.ts';
import { assess, goldenOf } from '../training/assess.ts';
import { plainBatch, type Images } from '../training/images.ts';
import { architecture } from './architectures/index.ts';
import { COMMITTEE } from './committee.ts';
import type { GraphFile, ModelCard, ZooEntry } from './manifest.ts';
import { disposeGraph } from '../graph/derived.ts';
import { pooledFeatures, strangeness } from './strangeness.ts';
import { loadIndex, loadModel, packModel, type Read } from './zoo.ts';

const folder = join(import.meta.dirname, '../../../public/zoo');
const fromDisk: Read = async (file) => {
  const bytes = await readFile(join(folder, file));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
};

/** What the zoo holds. */
const ENTRIES = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as readonly ZooEntry[];

const utf8 = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).buffer as ArrayBuffer;

describe('a model from its files', () => {
  const { id, title, family, build } = architecture('vgg-7');
  const about = { id, title, family, inputSize: 64, classes: CLASSES, training: { seed: 1, scenes: 0, epochs: 0 } };
  const plain = build(5, 12);
  const packed = packModel(about, plain);
  let files: Record<string, ArrayBuffer>;
  const read: Read = async (file) => files[file] ?? Promise.reject(new Error(`404 ${file}`));
  const setGraph = (change: Partial<GraphFile>) => (files['vgg-7/graph.json'] = utf8({ ...packed.file, ...change }));

  beforeAll(() => useBackend('cpu'));
  beforeEach(() => {
    files = {
      'vgg-7/graph.json': utf8(packed.file),
      'vgg-7/weights.bin': packed.bytes.slice().buffer as ArrayBuffer,
      'vgg-7/card.json': utf8({ sha256: packed.file.weights.sha256 } satisfies Partial<ModelCard>),
    };
  });

  it('is the network that was packed, rounded to half precision', async () => {
    const { graph } = await loadModel(id, read);
    expect(graph.nodes.map((node) => [node.id, node.op, node.inputs, node.attrs])).toEqual(plain.nodes.map((node) => [node.id, node.op, node.inputs, node.attrs]));
    for (const [i, node] of graph.nodes.entries())
      for (const [name, tensor] of Object.entries(node.weights)) {
        const wanted = plain.nodes[i]!.weights[name]!;
        expect(tensor.shape).toEqual(wanted.shape);
        const off = tensor.dataSync().filter((value, k) => Math.abs(value - wanted.values[k]!) > 2 ** -11 * Math.abs(wanted.values[k]!) + 2 ** -25);
        expect(off.length, `${node.id}/${name}`).toBe(0);
      }
    disposeGraph(graph);
  });

  it('is refused where a byte is wrong', async () => {
    new Uint8Array(files['vgg-7/weights.bin']!)[1000]! ^= 1;
    await expect(loadModel(id, read)).rejects.toThrow(/vgg-7.*weights\.bin.*checksum.*damaged/);
  });

  it('is refused where the file is cut short', async () => {
    files['vgg-7/weights.bin'] = files['vgg-7/weights.bin']!.slice(0, 5000);
    await expect(loadModel(id, read)).rejects.toThrow(/vgg-7.*5000 bytes instead of/);
  });

  it('is refused where a weight is not listed', async () => {
    setGraph({ weights: { ...packed.file.weights, entries: packed.file.weights.entries.filter((e) => e.name !== 'kernel' || e.node !== 'logits') } });
    await expect(loadModel(id, read)).rejects.toThrow(/node 'logits' \(dense\) has no weight 'kernel'/);
  });

  it('is refused where an op is unknown, and where a page came instead of JSON', async () => {
    const [first, ...rest] = packed.file.graph.nodes;
    setGraph({ graph: { ...packed.file.graph, nodes: [{ ...first!, op: 'conv9d' as 'conv2d' }, ...rest] } });
    await expect(loadModel(id, read)).rejects.toThrow(/'conv9d'/);
    files['vgg-7/graph.json'] = new TextEncoder().encode('<!doctype html>').buffer as ArrayBuffer;
    await expect(loadModel(id, read)).rejects.toThrow(/graph\.json is not JSON.*<!doctype/);
  });

  it('is refused where the card speaks of other weights', async () => {
    files['vgg-7/card.json'] = utf8({ sha256: '0'.repeat(64) });
    await expect(loadModel(id, read)).rejects.toThrow(/card\.json speaks of weights 0000.*evaluate vgg-7/);
  });
});

/** Every twentieth test scene, as it is or changed. */
function someTestScenes(count: number, change = (scene: Scene) => scene): Images {
  const rgb = new Uint8Array(count * 64 * 64 * 3);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const seed = sceneSeed('test', 20 * i);
    rgb.set(renderScene(change(makeScene(seed)), 64).rgb, i * 64 * 64 * 3);
    labels[i] = CLASSES.findIndex((c) => c.id === classOf(seed));
  }
  return { rgb, labels, size: 64, count };
}

describe.each(['wasm', 'cpu'] as const)('the committed zoo on %s', (backend: TestBackend) => {
  beforeAll(() => useBackend(backend));

  it('lists every member, in the order of the committee, with what their cards say', async () => {
    const index = await loadIndex(fromDisk);
    expect(index.map((e) => e.id)).toEqual(COMMITTEE.map((m) => m.id));
    for (const entry of index) {
      const { graph, manifest } = await loadModel(entry.id, fromDisk);
      expect(entry.accuracy.test).toBe(manifest.card.test.share);
      expect(manifest.classes.map((c) => c.id)).toEqual(CLASSES.map((c) => c.id));
      expect(sizeOf(graph, [64, 64, 3]).multiplyAdds).toBe(manifest.card.multiplyAdds);
      disposeGraph(graph);
    }
  });

  it.each(ENTRIES)('$id computes its golden logits and gradient', async ({ id }) => {
    const { graph, manifest } = await loadModel(id, fromDisk);
    const { golden } = manifest.card;
    const now = goldenOf(graph, golden.scene, renderScene(makeScene(golden.scene), 64).rgb, 64);
    disposeGraph(graph);
    close(now.logits, golden.logits);
    close(now.gradient.entries, golden.gradient.entries);
    expect(now.gradient.absoluteSum / golden.gradient.absoluteSum).toBeCloseTo(1, 4);
  });
});

describe('the accuracy that the cards claim', () => {
  beforeAll(() => useBackend('wasm'));
  const images = someTestScenes(100);

  it.each(ENTRIES)('$id keeps it on a hundred test scenes', async ({ id }) => {
    const { graph, manifest } = await loadModel(id, fromDisk);
    const { accuracy } = assess(graph, images, CLASSES.length);
    disposeGraph(graph);
    // The hundred are part of the card's own scenes: their interval must contain its share.
    expect(accuracy.interval[0]).toBeLessThanOrEqual(manifest.card.test.share);
    expect(accuracy.interval[1]).toBeGreaterThanOrEqual(manifest.card.test.share);
  });
});

describe('scenes without their object', () => {
  beforeAll(() => useBackend('wasm'));
  const images = someTestScenes(60, (scene) => intervene(scene, { kind: 'remove-object' }));

  it.each(ENTRIES)('tell $id nothing of the class, and are strange to it', async ({ id, role }) => {
    const { graph, manifest } = await loadModel(id, fromDisk);
    expect(assess(graph, images, CLASSES.length).accuracy.correct).toBeLessThanOrEqual(13); // 60 / 12 = 5 by chance; 14 or more: p < 0.001
    const x = tf.tensor4d(plainBatch(images, Array.from({ length: 60 }, (_, i) => i)), [60, 64, 64, 3]);
    const pooled = pooledFeatures(graph, x);
    const strange = strangeness(pooled.dataSync() as Float32Array, manifest.card.features).filter((share) => share > 0.9).length;
    tf.dispose([x, pooled]);
    disposeGraph(graph);
    expect(strange).toBeGreaterThan(role === 'member' ? 30 : 10); // of images like the validation images, 6; features that know little of objects miss them less
  });
});

function close(actual: readonly number[], expected: readonly number[]): void {
  const largest = Math.max(...expected.map(Math.abs));
  actual.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-4 * largest));
}
