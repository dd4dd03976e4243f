/** Pictures as the page draws them, from what the engine sends. Pure; each is made once per source. */
import type { Field } from '../fields/field.ts';
import type { Pixels, SceneResult } from '../worker/protocol.ts';
import type { Raster } from './Picture.tsx';

/** Remembers `make(source)` as long as the source lives. */
export function once<S extends object, T>(make: (source: S) => T): (source: S) => T {
  const known = new WeakMap<S, { readonly made: T }>();
  return (source) => {
    const before = known.get(source);
    if (before) return before.made;
    const made = make(source);
    known.set(source, { made });
    return made;
  };
}

/** Places that are still to come stay transparent: black ones below the rows that are final. */
export const sceneRaster = once(({ rgb, size, rowsDone }: SceneResult): Raster => {
  const data = new Uint8ClampedArray(size * size * 4);
  for (let i = 0; i < size * size; i++) {
    for (let c = 0; c < 3; c++) data[4 * i + c] = rgb[3 * i + c]!;
    const drawn = i < size * rowsDone || rgb[3 * i]! + rgb[3 * i + 1]! + rgb[3 * i + 2]! > 0;
    data[4 * i + 3] = drawn ? 255 : 0;
  }
  return { data, width: size, height: size };
});

/** Bytes as RGB in [0, 1]. */
export const sceneField = once(({ rgb, size }: SceneResult): Field => ({ data: Float32Array.from(rgb, (byte) => byte / 255), height: size, width: size, channels: 3 }));

export const pixelsField = once(({ data, size }: Pixels): Field => ({ data, height: size, width: size, channels: 3 }));
