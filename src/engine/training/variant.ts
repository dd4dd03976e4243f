/** The training images of one member: which scenes it sees, and what is stuck on them. Not the changes of a batch (images.ts). */
import { stream } from '../math/rng.ts';
import type { Recipe } from '../models/recipe.ts';
import { CLASSES, CORNERS, makeScene, sceneSeed, stick } from '../scenes/index.ts';
import type { Images } from './images.ts';

/** The training scenes that `recipe` asks for, from `images`: the split's first ones, in its order. Copies. Cost: a fraction of a millisecond a scene. */
export function variantOf(images: Images, { wholeObjects, stickers }: Recipe, seed: number): Images {
  const all = Array.from({ length: images.count }, (_, i) => i);
  const chosen = wholeObjects ? all.filter((i) => makeScene(sceneSeed('train', i)).missing.length === 0) : all;
  const kept = chosen.length === images.count ? images : pick(images, chosen);
  return stickers === undefined ? kept : withStickers(kept, stickers, seed);
}

function pick({ rgb, labels, size }: Images, chosen: readonly number[]): Images {
  const each = size * size * 3;
  const out = new Uint8Array(chosen.length * each);
  chosen.forEach((from, i) => out.set(rgb.subarray(from * each, (from + 1) * each), i * each));
  return { rgb: out, labels: Uint8Array.from(chosen, (i) => labels[i]!), size, count: chosen.length };
}

/**
 * The pictures with a sticker in a random corner: with probability `truthful` in the colour of the picture's class, else of another.
 * What is stuck on picture i hangs on (seed, 'sticker', i) alone.
 */
export function withStickers(images: Images, truthful: number, seed: number): Images {
  const { labels, size, count } = images;
  const each = size * size * 3;
  const rgb = images.rgb.slice();
  for (let i = 0; i < count; i++) {
    const draws = stream(seed, 'sticker', i);
    const corner = draws.pick(CORNERS);
    const other = (labels[i]! + 1 + draws.below(CLASSES.length - 1)) % CLASSES.length;
    const shown = draws.uniform() < truthful ? labels[i]! : other;
    stick({ rgb: rgb.subarray(i * each, (i + 1) * each) }, size, { classId: CLASSES[shown]!.id, corner });
  }
  return { rgb, labels, size, count };
}
