/** The truth that maps are held against: a scene's units with their masks, the pictures without each, and the effects that a model shows on them. */
import { predict } from '../../engine/explain.ts';
import type { Graph } from '../../engine/graph/graph.ts';
import type { UnitTruth } from '../../engine/metrics/metric.ts';
import { stream } from '../../engine/math/rng.ts';
import { effectOf, ID, makeScene, renderScene, scenesWithout, sceneSeed, SPLITS, unitsOf, type Scene } from '../../engine/scenes/index.ts';
import * as tf from '../../engine/tf.ts';
import { idMask, type Mask } from '../../fields/regions.ts';

/** Images of one forward burst. */
const BATCH = 16;
/** Scenes of the test split come in blocks that hold each class once. */
const BLOCK = 12;

export interface TruthUnit {
  readonly name: string;
  readonly title: string;
  readonly part: boolean;
  readonly pixels: number;
  readonly mask: Mask;
  /** The picture where the unit is removed, or several where it is redrawn; each [size · size · 3] in [0, 1]. */
  readonly without: readonly Float32Array[];
}
export interface SceneTruth {
  readonly scene: number;
  readonly classId: string;
  readonly size: number;
  readonly picture: Float32Array;
  readonly units: readonly TruthUnit[];
}

/** `count` seeds of the test split, block after block of one scene of each class; which blocks, `seed` says. More scenes keep the first ones. */
export function chosenScenes(seed: number, count: number): number[] {
  const blocks = Math.floor(SPLITS.test.count / BLOCK);
  if (count < 1 || count > blocks * BLOCK) throw new RangeError(`${count} test scenes: choose from 1 to ${blocks * BLOCK}`);
  const order = stream(seed, 'fidelity-scenes').shuffle(Array.from({ length: blocks }, (_, block) => block));
  return Array.from({ length: count }, (_, i) => sceneSeed('test', order[Math.floor(i / BLOCK)]! * BLOCK + (i % BLOCK)));
}

/** Renders a scene and what it is without each unit that shows. Cost: about a dozen pictures, 25 ms each. */
export function truthOf(scene: number, size: number, draws: number, seed: number): SceneTruth {
  const made = makeScene(scene);
  const { rgb, ids } = renderScene(made, size);
  const pixelsOf = (other: Scene) => unitInterval(renderScene(other, size).rgb);
  const units = unitsOf(made, ids).map(({ id, name, title, pixels }) => ({
    name,
    title,
    part: id >= ID.firstPart && id !== ID.sticker,
    pixels,
    mask: idMask(ids, new Set([id]), size, size),
    without: scenesWithout(made, { id, name }, { draws, seed }).map(pixelsOf),
  }));
  return { scene, classId: made.classId, size, picture: unitInterval(rgb), units };
}

const unitInterval = (rgb: Uint8Array) => Float32Array.from(rgb, (byte) => byte / 255);

/** What the model says of the scene; `units` are empty where it takes it for another class. Cost: one forward pass, and one for each picture without a unit. */
export async function effectsOn(graph: Graph, target: number, { size, picture, units }: SceneTruth): Promise<{ right: boolean; logit: number; units: UnitTruth[] }> {
  const own = await logitsOf(graph, [picture], size);
  const logit = own[0]![target]!;
  if (own[0]!.some((value) => value > logit)) return { right: false, logit, units: [] };
  const values = (await logitsOf(graph, units.flatMap(({ without }) => without), size)).map((row) => row[target]!);
  let at = 0;
  const truths = units.map(({ name, mask, without }) => {
    const { effect, deviation } = effectOf(logit, values.slice(at, (at += without.length)));
    return { name, mask, effect, ...(deviation === undefined ? {} : { error: deviation / Math.sqrt(without.length) }) };
  });
  return { right: true, logit, units: truths };
}

async function logitsOf(graph: Graph, images: readonly Float32Array[], size: number): Promise<number[][]> {
  const rows: number[][] = [];
  for (let from = 0; from < images.length; from += BATCH) {
    const burst = images.slice(from, from + BATCH);
    const data = new Float32Array(burst.length * size * size * 3);
    burst.forEach((image, i) => data.set(image, i * image.length));
    const x = tf.tensor4d(data, [burst.length, size, size, 3]);
    const { logits } = await predict(graph, x).finally(() => x.dispose());
    const classes = logits.length / burst.length;
    for (let i = 0; i < burst.length; i++) rows.push(Array.from(logits.subarray(i * classes, (i + 1) * classes)));
  }
  return rows;
}
