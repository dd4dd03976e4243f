/** Images by their reference: scenes are rendered, pictures were put. Keeps the last few; knows no model. */
import { CLASSES, intervene, legend, makeScene, partTitles, renderRows, renderScene, SETTING_IDS, settingsOf, type Picture, type Scene } from '../engine/scenes/index.ts';
import { imageKey } from './key.ts';
import type { ImageRef, Pixels, SceneChange, SceneRequest, SceneResult, SceneState } from './protocol.ts';
import type { RunHost } from './serve.ts';
import { Cancelled } from '../engine/job/job.ts';
import { resizeRows } from '../fields/resize.ts';

/** Side of what the models see. */
export const SIDE = 64;
const KEPT = 32;
/** Of a megabyte each. */
const KEPT_WINDOWS = 12;

/** The scene of `seed` with everything changed that is asked for, in order. Throws for a part that its class does not have. */
export function sceneOf(seed: number, changes: readonly SceneChange[] = []): Scene {
  return changes.reduce((scene, change) => intervene(scene, toIntervention(change)), makeScene(seed));
}

/** What of it can be changed, as it stands: the scene's own values are those with everything redrawn and nothing set. */
export function stateOf(seed: number, changes: readonly SceneChange[] = []): SceneState {
  const scene = sceneOf(seed, changes);
  const unset = changes.filter(({ type }) => !(SETTING_IDS as readonly string[]).includes(type));
  const drawn = makeScene(seed);
  const parts = partTitles(scene.classId).map(({ name, title }) => ({ name, title, there: !scene.missing.includes(name), absent: drawn.missing.includes(name) }));
  return { settings: settingsOf(scene), own: settingsOf(sceneOf(seed, unset)), parts, ground: scene.ground.kind, background: scene.background.kind };
}

type Intervention = Parameters<typeof intervene>[1];
const toIntervention = ({ type: kind, ...rest }: SceneChange): Intervention => ({ kind, ...rest }) as Intervention;

/** What of an image a model reads: so many pixels a side, of the central square whose side is this share of the image's. */
export interface Window {
  readonly size: number;
  readonly share: number;
}
const WHOLE: Window = { size: SIDE, share: 1 };

export interface Images {
  put(id: string, pixels: Pixels): void;
  /** RGB in [0, 1]; the whole at 64 pixels unless a window is given. Throws for a picture that is not known. Cost of a scene: 12 ms at 64 pixels, 150 at 224. */
  get(ref: ImageRef, window?: Window): Pixels;
}

/** Keeps the last few. */
function shelfOf(limit: number) {
  const known = new Map<string, Pixels>();
  return {
    get: (key: string) => known.get(key),
    keep(key: string, pixels: Pixels): Pixels {
      known.delete(key);
      known.set(key, pixels);
      const oldest = known.keys().next().value;
      if (known.size > limit && oldest !== undefined) known.delete(oldest);
      return pixels;
    },
    drop(prefix: string): void {
      for (const key of [...known.keys()]) if (key.startsWith(prefix)) known.delete(key);
    },
  };
}

/** A window of the image as finely as it is known, brought to the window's size. */
function cut({ data, size: whole, large }: Pixels, { size, share }: Window): Pixels {
  const [from, scale, length] = large ? [large.rgb, 1 / 255, large.size] : [data, 1, whole];
  const side = Math.max(1, Math.round(share * length));
  const start = Math.floor((length - side) / 2);
  const read = (row: number, into: Float32Array) => {
    const first = 3 * ((start + row) * length + start);
    for (let i = 0; i < 3 * side; i++) into[i] = scale * from[first + i]!;
  };
  return { data: resizeRows({ height: side, width: side, channels: 3, read }, size, size).data, size };
}

export function createImages(): Images {
  const { get: known, keep } = shelfOf(KEPT);
  const windows = shelfOf(KEPT_WINDOWS);
  /** Where the whole at 64 pixels is not what is read. */
  function view(ref: ImageRef, window: Window): Pixels {
    const key = `${imageKey(ref)} ${window.size} ${window.share}`;
    const found = windows.get(key);
    if (found) return windows.keep(key, found);
    if (ref.kind === 'picture') return windows.keep(key, cut(whole(ref), window));
    const size = Math.round(window.size / window.share);
    const rgb = renderScene(sceneOf(ref.seed, ref.changes), size).rgb;
    return windows.keep(key, cut({ data: new Float32Array(0), size, large: { rgb, size } }, window));
  }
  function whole(ref: ImageRef): Pixels {
    const found = known(imageKey(ref));
    if (found) return keep(imageKey(ref), found);
    if (ref.kind === 'picture') throw new Error(`the picture '${ref.id}' is no longer in memory: open the file again`);
    const { rgb } = renderScene(sceneOf(ref.seed, ref.changes), SIDE);
    return keep(imageKey(ref), pixelsOf(rgb, SIDE));
  }
  return {
    put(id, pixels) {
      const key = imageKey({ kind: 'picture', id });
      windows.drop(`${key} `); // it may be known more finely now
      keep(key, pixels);
    },
    get: (ref, window = WHOLE) => (window.size === SIDE && window.share === 1 ? whole(ref) : view(ref, window)),
  };
}

/** sRGB bytes as models read them. */
export const pixelsOf = (rgb: Uint8Array, size: number): Pixels => ({ data: Float32Array.from(rgb, (byte) => byte / 255), size });

/** Between two strips of a large scene. */
const STRIP_MS = 60;

/** A scene for the eye; the picture so far comes about every 60 ms, coarse at first. Cost: about 150 ms at size 256. */
export async function renderSlowly({ seed, size, changes }: SceneRequest, host: RunHost, now: () => number): Promise<SceneResult> {
  const scene = sceneOf(seed, changes);
  const about = { kind: 'scene', size, legend: legend(scene), classId: scene.classId, classTitle: CLASSES.find(({ id }) => id === scene.classId)!.title, state: stateOf(seed, changes) } as const;
  // Each row is cast once and refined once; only refined rows are final.
  const result = ({ rgb, ids }: Picture, done: number): SceneResult => ({ ...about, rgb, ids, rowsDone: Math.max(0, Math.round((2 * done - 1) * size)) });
  const rows = renderRows(scene, size);
  let shown = now();
  host.phase('computing');
  for (let step = rows.next(); ; step = rows.next()) {
    if (step.done) return result(step.value, 1);
    if (now() - shown < STRIP_MS) continue;
    shown = now();
    host.partial(result(step.value.picture, step.value.done));
    host.progress(Math.round(step.value.done * size), size);
    await host.breathe();
    if (host.cancelled()) throw new Cancelled();
  }
}
