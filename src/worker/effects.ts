/** The true effects of a scene's units on a model: renders the scene without each, asks for the logits, compares. Loads no model (run.ts). */
import { Cancelled } from '../engine/job/job.ts';
import { effectOf, renderScene, scenesWithout, unitsOf, type Picture, type Scene, type Unit } from '../engine/scenes/index.ts';
import { pixelsOf, sceneOf, SIDE } from './images.ts';
import { imageKey } from './key.ts';
import type { EffectsRequest, EffectsResult, Pixels } from './protocol.ts';
import type { RunHost } from './serve.ts';

/** A scene and the scene without each of its units, rendered. */
export interface Crossing {
  readonly whole: Pixels;
  readonly ids: Uint8Array;
  readonly without: readonly { readonly unit: Unit; readonly pictures: readonly Pixels[] }[];
}

type Asked = Pick<EffectsRequest, 'image' | 'draws' | 'seed'>;

export interface Crossings {
  /** Throws `Cancelled`. Cost: 10 to 25 ms a rendering, about fifteen of them; none where the scene was just asked for. */
  get(asked: Asked, host: RunHost): Promise<Crossing>;
}

/** Scenes whose renderings are kept: the present one, and the one before for an undo. */
const KEPT = 2;

export function createCrossings(): Crossings {
  const known = new Map<string, Crossing>();
  return {
    async get(asked, host) {
      const key = JSON.stringify([imageKey(asked.image), asked.draws, asked.seed]);
      const found = known.get(key) ?? (await render(asked, host));
      known.delete(key);
      known.set(key, found);
      for (const oldest of known.keys()) if (known.size > KEPT) known.delete(oldest);
      return found;
    },
  };
}

async function render({ image: { seed: sceneSeed, changes }, draws, seed }: Asked, host: RunHost): Promise<Crossing> {
  const scene = sceneOf(sceneSeed, changes);
  const picture = (of: Scene): Picture => renderScene(of, SIDE);
  const { rgb, ids } = picture(scene);
  const plan = unitsOf(scene, ids).map((unit) => ({ unit, scenes: scenesWithout(scene, unit, { draws, seed }) }));
  const total = plan.reduce((sum, { scenes }) => sum + scenes.length, 0);
  const without: { unit: Unit; pictures: Pixels[] }[] = [];
  let done = 0;
  for (const { unit, scenes } of plan) {
    const pictures: Pixels[] = [];
    for (const other of scenes) {
      pictures.push(pixelsOf(picture(other).rgb, SIDE));
      await tick(host, ++done, 2 * total);
    }
    without.push({ unit, pictures });
  }
  return { whole: pixelsOf(rgb, SIDE), ids, without };
}

async function tick(host: RunHost, done: number, total: number): Promise<void> {
  host.progress(done, total);
  await host.breathe();
  if (host.cancelled()) throw new Cancelled();
}

interface Asking {
  readonly target: number;
  /** Pictures of one forward pass. */
  readonly rows: number;
  /** Logits [pictures, classes], row-major. */
  logitsOf(pictures: readonly Pixels[]): Promise<Float32Array>;
}

/** The effect of every unit on the logit of `target`. Throws `Cancelled`, and for a class that the model does not have. */
export async function effectsFrom({ whole, ids, without }: Crossing, { target, rows, logitsOf }: Asking, host: RunHost): Promise<EffectsResult> {
  const pictures = [whole, ...without.flatMap((entry) => entry.pictures)];
  const values: number[] = [];
  for (let from = 0; from < pictures.length; from += rows) {
    const burst = pictures.slice(from, from + rows);
    const logits = await logitsOf(burst);
    const classes = logits.length / burst.length;
    if (!(target >= 0 && target < classes)) throw new Error(`class ${target} does not exist: the model has classes 0 to ${classes - 1}`);
    for (let row = 0; row < burst.length; row++) values.push(logits[row * classes + target]!);
    await tick(host, pictures.length + values.length, 2 * pictures.length);
  }
  const [value, ...others] = values as [number, ...number[]];
  let at = 0;
  const units = without.map(({ unit, pictures: { length } }) => ({ ...unit, ...effectOf(value, others.slice(at, (at += length))) }));
  return { kind: 'effects', value, units, ids: ids.slice(), size: SIDE };
}
