/** For tests: a shelf in memory, and an importer that takes any file for one small network. */
import { filled } from '../engine/models/draft.ts';
import type { PlainGraph } from '../engine/models/plain.ts';
import type { OwnModel, Preprocessing } from './catalog.ts';
import type { Importer } from './own.ts';
import type { NamedFile, OwnShelf } from './ownModels.ts';

export const UNIT: Preprocessing = { resize: 'crop', share: 1, order: 'rgb', mean: [0, 0, 0], std: [1, 1, 1] };

export function memoryShelf(): OwnShelf {
  const models = new Map<string, OwnModel>();
  const kept = new Map<string, readonly NamedFile[]>();
  const drop = (files: string) => {
    if ([...models.values()].every((model) => model.files !== files)) kept.delete(files);
  };
  return {
    list: () => Promise.resolve([...models.values()].sort((a, b) => a.added - b.added)),
    get: (id) => Promise.resolve(models.get(id)),
    put: (model) => Promise.resolve(void models.set(model.id, model)),
    remove(id, keep) {
      const model = models.get(id);
      models.delete(id);
      if (model && !keep) drop(model.files);
      return Promise.resolve();
    },
    keepFiles: (files, given) => Promise.resolve(void kept.set(files, given)),
    async files(files) {
      const given = kept.get(files);
      if (!given) throw new Error(`no files ${files}`);
      return new Map(await Promise.all(given.map(async ({ name, blob }) => [name, new Uint8Array(await blob.arrayBuffer())] as const)));
    },
    dropFiles: (files) => Promise.resolve(drop(files)),
    tidy: () => Promise.resolve(),
  };
}

/** Mean of the top half's red, of its green, of the whole's blue and of nothing, each as an output. */
function network(preprocessing: Preprocessing, side: number): PlainGraph {
  const kernel = { shape: [side / 2, side, 3, 4], values: Float32Array.from({ length: 6 * side * side }, (_, i) => (i % 4 === Math.floor(i / 4) % 3 ? 2 / (side * side) : 0)) };
  return {
    input: 'image', output: 'logits', features: { node: 'convolved' },
    nodes: [
      { id: 'preprocess', op: 'preprocess', inputs: ['image'], weights: { mean: { shape: [3], values: Float32Array.from(preprocessing.mean) }, std: { shape: [3], values: Float32Array.from(preprocessing.std) } }, attrs: {} },
      { id: 'convolved', op: 'conv2d', inputs: ['preprocess'], weights: { kernel, bias: filled([4], 0) }, attrs: { strides: [side / 2, side], pad: 'valid' } },
      { id: 'logits', op: 'meanPool', inputs: ['convolved'], weights: {}, attrs: {} },
    ],
  };
}

/** Opens whatever begins with 'net'; counts how often. */
export function fakeImporter(side = 96): { readonly importer: () => Promise<Importer>; opened(): number } {
  let opened = 0;
  const importer: Importer = {
    async open(files, inputSize = side, tell) {
      opened++;
      await tell(1, 2);
      const [[name, bytes] = ['', new Uint8Array()]] = files;
      if (!new TextDecoder().decode(bytes).startsWith('net')) throw new Error(`${name} is no model: give another`);
      return {
        format: 'Fake', facts: { producer: 'a test' }, remarks: [], anySize: true, channels: 3, outputs: 4, output: 'classes', outputWords: 'four classes', why: 'guessed',
        inputSize, preprocessing: UNIT, plain: network(UNIT, inputSize),
      };
    },
    withPreprocessing: (plain, preprocessing) => network(preprocessing, plain.nodes[1]!.weights.kernel!.shape[1]!),
  };
  return { importer: () => Promise.resolve(importer), opened: () => opened };
}
