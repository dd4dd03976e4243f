/** The zoo's files for the command line, from public/zoo of the checkout or from a folder given. Not their format: that is the engine's. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Read } from '../engine/models/zoo.ts';
import { UsageError, type Flag } from './command.ts';
import { repositoryRoot } from './sceneCache.ts';

export const zooFlag: Flag = { value: 'DIR', help: 'where the models are (public/zoo)' };

/** Files below `folder`. */
export function zooReader(folder = join(repositoryRoot(), 'public/zoo')): Read {
  return async (file) => {
    const bytes = await readFile(join(folder, file)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new UsageError(`the zoo has no file '${file}' (in ${folder}): is the model's id right, has it been trained? See: chorale catalog`);
    });
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  };
}
