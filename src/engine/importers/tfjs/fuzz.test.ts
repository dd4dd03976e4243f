/** Damaged models: texts and shards changed at random (seeded). Either a refusal in words, or a source that holds together. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stream } from '../../math/rng.ts';
import { from, layer, node, packed, placeholder, texts, text, ints } from '../../testing/tfjsModels.ts';
import { openFiles } from '../files.ts';
import { ImportProblem } from '../problem.ts';
import type { Source } from '../source.ts';

interface Sample {
  readonly text: string;
  readonly shards: ReadonlyMap<string, Uint8Array>;
}

const window = { strides: ints(1, 2, 2, 1), padding: text('SAME') };

function graphSample(): Sample {
  const { weightsManifest, bytes } = packed({ k: { shape: [3, 3, 3, 4] }, b: { shape: [4] }, axes: { shape: [2], values: [1, 2], dtype: 'int32' }, d: { shape: [4, 5] }, axis: { shape: [], values: [1], dtype: 'int32' } });
  const nodes = [placeholder(-1, 8, 8, 3), ...['k', 'b', 'axes', 'd', 'axis'].map((name) => node(name, 'Const')), node('conv', '_FusedConv2D', ['x', 'k', 'b'], { ...window, fused_ops: texts('BiasAdd', 'Relu6') }), node('mean', 'Mean', ['conv', 'axes']), node('z', 'MatMul', ['mean', 'd']), node('s', 'Split', ['axis', 'z'], { num_split: { i: '5' } }), node('y', 'ConcatV2', ['s:3', 's', 'axis'])];
  const model = { format: 'graph-model', modelTopology: { node: nodes }, weightsManifest, signature: { inputs: { x: { name: 'x:0' } }, outputs: { y: { name: 'y:0' } } } };
  return { text: JSON.stringify(model), shards: new Map([['w', bytes]]) };
}

function layersSample(): Sample {
  const norm = Object.fromEntries(['gamma', 'beta', 'moving_mean', 'moving_variance'].map((name) => [`n/${name}`, { shape: [4] }]));
  const { weightsManifest, bytes } = packed({ 'c/kernel': { shape: [3, 3, 3, 4] }, 'c/bias': { shape: [4] }, ...norm, 'd/kernel': { shape: [64, 3] }, 'd/bias': { shape: [3] } });
  const layers = [layer('InputLayer', 'x', { batch_input_shape: [null, 8, 8, 3] }), layer('Conv2D', 'c', { filters: 4, kernel_size: [3, 3], padding: 'same', strides: [2, 2], activation: 'relu' }, from('x')), layer('BatchNormalization', 'n', { axis: -1 }, from('c')), layer('Add', 'a', {}, from('n', 'c')), layer('Flatten', 'f', {}, from('a')), layer('Dense', 'd', { units: 3, activation: 'softmax' }, from('f'))];
  const model = { modelTopology: { keras_version: '2.9.0', model_config: { class_name: 'Functional', config: { layers, input_layers: [['x', 0, 0]], output_layers: [['d', 0, 0]] } } }, weightsManifest };
  return { text: JSON.stringify(model), shards: new Map([['w', bytes]]) };
}

/** Everything that an operator reads is given before, and nothing is given twice. */
function holdsTogether({ inputs, outputs, operators, constants }: Source): boolean {
  const given = new Set([...inputs.map(({ name }) => name), ...constants.keys()]);
  for (const operator of operators) {
    if (operator.inputs.some((name) => name !== '' && !given.has(name)) || operator.outputs.some((name) => given.has(name))) return false;
    operator.outputs.forEach((name) => given.add(name));
  }
  const fits = [...constants.values()].every(({ shape, values }) => values.length === shape.reduce((product, length) => product * length, 1));
  return fits && outputs.length > 0 && outputs.every((name) => given.has(name)) && new Set(operators.map(({ name }) => name)).size === operators.length;
}

const WORDS = ['null', '-1', '0', '1e9', '99999999999', '""', '[]', '{}', 'true', '"conv"', '0.5', '"x"', '[[[["a",0,0]]]]', '"__proto__"', '"constructor"'];

/** One value of the JSON text becomes another, is cut out, or is doubled; or bytes change as they come. */
function changed(source: string, draws: ReturnType<typeof stream>): string {
  let out = source;
  for (let count = 1 + draws.below(3); count > 0; count--) {
    const at = draws.below(out.length);
    const value = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|null|true|false/g;
    value.lastIndex = at;
    const match = value.exec(out) ?? { index: 0, 0: '' };
    const end = match.index + match[0].length;
    const kind = draws.below(10);
    if (kind < 6) out = out.slice(0, match.index) + WORDS[draws.below(WORDS.length)]! + out.slice(end);
    else if (kind < 8) {
      const other = [...out.matchAll(/"[^"]*"/g)];
      out = out.slice(0, match.index) + (other[draws.below(other.length)]?.[0] ?? '1') + out.slice(end);
    } else if (kind === 8) out = out.slice(0, at) + String.fromCharCode(32 + draws.below(90)) + out.slice(at + 1);
    else out = draws.below(8) === 0 ? out.slice(0, at) : out.slice(0, at) + out.slice(at + 1 + draws.below(40));
  }
  return out;
}

function opened(json: string, shards: Sample['shards']): Source | undefined {
  try {
    return openFiles(new Map([['model.json', new TextEncoder().encode(json)], ...shards])).source();
  } catch (problem) {
    if (problem instanceof ImportProblem) return undefined;
    throw problem;
  }
}

/** How many of `count` changed models were still read. */
function survivors({ text: whole, shards }: Sample, count: number, name: string): number {
  let read = 0;
  for (let seed = 0; seed < count; seed++) {
    const draws = stream(seed, name);
    const shard = draws.below(4) === 0 ? new Map([...shards].map(([path, bytes]) => [path, draws.below(2) === 0 ? bytes.map((byte) => (draws.below(50) === 0 ? draws.below(256) : byte)) : bytes.slice(0, draws.below(bytes.length))])) : shards;
    const json = draws.below(6) === 0 ? whole : changed(whole, draws);
    const start = performance.now();
    const source = opened(json, shard);
    expect(performance.now() - start, `seed ${seed}`).toBeLessThan(2000);
    if (source && !holdsTogether(source)) throw new Error(`seed ${seed} gives a source that does not hold together`);
    if (source) read++;
  }
  return read;
}

describe('damaged models', () => {
  it.each([['graph', graphSample()], ['layers', layersSample()]])('%s model of the test: a refusal, or a source that holds together', (name, sample) => {
    expect(holdsTogether(opened(sample.text, sample.shards)!)).toBe(true);
    const read = survivors(sample, 1500, name);
    // Both happen: a change in a name that nobody reads leaves the model whole.
    expect(read).toBeGreaterThan(100);
    expect(read).toBeLessThan(1400);
  });

  const folder = join(import.meta.dirname, '../../../../../shared/assets/models');
  if (!existsSync(folder)) console.warn(`no models at ${folder}: damage to models of others is not tested`);
  it.runIf(existsSync(folder)).each(['tfjs-layers-tiny-vgg-64', 'tfjs-graph-mnasnet-flowers5-224'])('%s', (name) => {
    const shard = 'group1-shard1of1.bin';
    const sample = { text: readFileSync(join(folder, name, 'model.json'), 'utf8'), shards: new Map([[shard, Uint8Array.from(readFileSync(join(folder, name, shard)))]]) };
    expect(survivors(sample, 100, name)).toBeLessThan(100);
  });
});
