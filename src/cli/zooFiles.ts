/** Writes the zoo's files for `train` and `evaluate`. Not for reading (zoo.ts); knows nothing of what the files mean. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { repositoryRoot } from './sceneCache.ts';

export async function writeZoo(file: string, content: Uint8Array | object, folder = join(repositoryRoot(), 'public/zoo')): Promise<void> {
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content instanceof Uint8Array ? content : `${compactJson(content)}\n`);
}

/** JSON by lines, but every list of plain values on one line. */
function compactJson(value: object): string {
  return JSON.stringify(value, null, 1).replace(/\[[^[\]{}]*\]/g, (list) => list.replace(/\s*\n\s*/g, ' ').replace(/\[ /, '[').replace(/ \]/, ']'));
}
