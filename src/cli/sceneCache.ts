/**
 * Rendered scenes on disk: 64×64 RGB bytes in files of 500, under a folder named by a fingerprint of the renderer, so that a
 * changed renderer never mixes with old pictures. Not the renderer; not part of the app.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CLASSES, classOf, makeScene, renderScene, sceneSeed, SPLITS, type Split } from '../engine/scenes/index.ts';
import type { Images } from '../engine/training/images.ts';

export const SIZE = 64;
const PER_FILE = 500;
const BYTES = SIZE * SIZE * 3;

/** The repository's root, from the source tree as well as from a bundle beside node_modules. */
export function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) || folder.includes('node_modules')) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json above ${import.meta.url}: run this from a checkout of the project`);
    folder = parent;
  }
  return folder;
}

/** Where rendered scenes and checkpoints are kept; deleting it costs only time. */
export const cacheFolder = (): string => process.env['CHORALE_CACHE'] ?? join(repositoryRoot(), 'node_modules/.cache/chorale');

/** Changes whenever the renderer draws any of the first twelve scenes otherwise. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (let seed = 0; seed < CLASSES.length; seed++) hash.update(renderScene(makeScene(seed), SIZE).rgb);
  return hash.digest('hex').slice(0, 10);
}

let folderOfScenes: string | undefined;
const sceneFolder = () => (folderOfScenes ??= join(cacheFolder(), `scenes-${fingerprint()}`));
const fileOf = (split: Split, file: number) => join(sceneFolder(), `${split}-${String(file * PER_FILE).padStart(5, '0')}.rgb`);

/** Renders scenes [from, to) of a split into the cache, whole files at a time; what is there stays. Cost: about 25 ms a scene. */
export function renderSplit(split: Split, from: number, to: number, report: (done: number, total: number) => void): void {
  mkdirSync(sceneFolder(), { recursive: true });
  const last = Math.min(to, SPLITS[split].count);
  for (let file = Math.floor(from / PER_FILE); file * PER_FILE < last; file++) {
    const path = fileOf(split, file);
    const first = file * PER_FILE;
    const count = Math.min(PER_FILE, SPLITS[split].count - first);
    if (!existsSync(path)) {
      const bytes = new Uint8Array(count * BYTES);
      for (let i = 0; i < count; i++) bytes.set(renderScene(makeScene(sceneSeed(split, first + i)), SIZE).rgb, i * BYTES);
      writeFileSync(`${path}.${process.pid}`, bytes);
      renameSync(`${path}.${process.pid}`, path);
    }
    report(Math.min(first + count, last) - from, last - from);
  }
}

/** The first `count` scenes of a split with their labels, rendered where the cache lacks them. */
export function loadSplit(split: Split, count: number = SPLITS[split].count, report: (done: number, total: number) => void = () => {}): Images {
  renderSplit(split, 0, count, report);
  const rgb = new Uint8Array(count * BYTES);
  for (let first = 0; first < count; first += PER_FILE) rgb.set(readFileSync(fileOf(split, first / PER_FILE)).subarray(0, (count - first) * BYTES), first * BYTES);
  const indexOf = new Map(CLASSES.map(({ id }, k) => [id, k]));
  return { rgb, size: SIZE, count, labels: Uint8Array.from({ length: count }, (_, i) => indexOf.get(classOf(sceneSeed(split, i)))!) };
}
