/** The zoo's folder on disk: reading for `loadModel`, writing for `train` and `evaluate`. Knows nothing of what the files mean. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Read } from '../engine/models/zoo.ts';
import { repositoryRoot } from './sceneCache.ts';

export const zooFolder = (): string => join(repositoryRoot(), 'public/zoo');

/** Reads `file` (such as 'vgg-7/graph.json') of the zoo in `folder`. */
export const readZoo = (folder = zooFolder()): Read => async (file) => {
  const bytes = await readFile(join(folder, file)).catch((error: unknown) => {
    throw new Error(`the zoo has no file '${file}' in ${folder}: train the model first (chorale train)`, { cause: error });
  });
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
};

export async function writeZoo(file: string, content: Uint8Array | object, folder = zooFolder()): Promise<void> {
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content instanceof Uint8Array ? content : `${compactJson(content)}\n`);
}

/** JSON by lines, but every list of plain values on one line. */
function compactJson(value: object): string {
  return JSON.stringify(value, null, 1).replace(/\[[^[\]{}]*\]/g, (list) => list.replace(/\s*\n\s*/g, ' ').replace(/\[ /, '[').replace(/ \]/, ']'));
}
