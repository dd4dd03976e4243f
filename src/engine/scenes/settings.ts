/**
 * What of a scene is a number that can be set: its declaration, what it is now, and the scene with another value. Setting one leaves all others as they are.
 * Not what is drawn anew or taken away (intervene.ts). Angles in degrees, places and sizes so that the object stays within the picture.
 */
import { float, int, type NumberParam } from '../params.ts';
import { luminance, mixRgb, type Rgb } from './maths.ts';
import { shade } from './colours.ts';
import { thingsAround, withThings, MOST_THINGS } from './around.ts';
import type { Light, Scene } from './scene.ts';

interface Setting {
  readonly param: NumberParam;
  /** The value that the scene has. */
  of(scene: Scene): number;
  /** The scene with this value, which lies in the range. */
  set(scene: Scene, value: number): Scene;
}

const turnsOf = (degrees: number) => degrees / 360;
/** A whole turn is none: 0 … 360, as a turn of −0.1 is one of 0.9. */
const degreesOf = (turns: number) => (turns - Math.floor(turns)) * 360;

/** How far the object may stand from the picture's middle, in object units: what its size leaves free, less a margin. */
const reachOf = (span: number) => ({ aside: 0.75 * (1 / span - 1), above: 0.6 * (1 / span - 1) });

const WARM = { key: [1, 0.87, 0.7], sky: [0.86, 0.96, 1.14] } as const;
const COOL = { key: [0.93, 0.97, 1.05], sky: [1.05, 0.99, 0.92] } as const;
const times = (colour: Rgb, gain: number): Rgb => [colour[0] * gain, colour[1] * gain, colour[2] * gain];

/** The strengths of key and sky, and how cool the key is (0 … 1), that make this light (draw.ts, drawLight): from the ratio of its blue to its red. */
function toneOf({ key, ambient }: Light): { strength: number; fill: number; cool: number } {
  const ratio = key[2] / key[0];
  const cool = (ratio - WARM.key[2]) / (COOL.key[2] - WARM.key[2] - ratio * (COOL.key[0] - WARM.key[0]));
  const share = (warm: Rgb, cold: Rgb) => warm[0] + (cold[0] - warm[0]) * cool;
  return { strength: key[0] / share(WARM.key, COOL.key), fill: ambient[0] / share(WARM.sky, COOL.sky), cool };
}

const withTone = (light: Light, { strength, fill, cool }: ReturnType<typeof toneOf>): Light => ({
  ...light,
  key: times(mixRgb(WARM.key, COOL.key, cool), strength),
  ambient: times(mixRgb(WARM.sky, COOL.sky, cool), fill),
});

/** The hue of a colour in linear light, in degrees: 0 red, 120 green, 240 blue; of a grey 0. */
function hueOf([r, g, b]: Rgb): number {
  const most = Math.max(r, g, b);
  const range = most - Math.min(r, g, b);
  if (range === 0) return 0;
  const sixths = most === r ? (g - b) / range : most === g ? 2 + (b - r) / range : 4 + (r - g) / range;
  return degreesOf(sixths / 6);
}

/** A vivid paint of this hue, as light as `like` but neither black nor white. */
function paintOf(hue: number, like: Rgb): Rgb {
  const channel = (at: number) => {
    const away = Math.abs((((hue - at + 180) % 360) + 360) % 360 - 180) / 60;
    return 0.06 + 0.94 * Math.min(1, Math.max(0, 2 - away));
  };
  const full: Rgb = [channel(0), channel(120), channel(240)];
  const light = Math.min(0.55, Math.max(0.1, luminance(like)));
  const paint = times(full, Math.min(light / luminance(full), 1));
  return mixRgb(paint, [1, 1, 1], Math.max(0, (light - luminance(paint)) / (1 - luminance(paint))));
}

const camera = (scene: Scene, change: Partial<Scene['camera']>): Scene => ({ ...scene, camera: { ...scene.camera, ...change } });
const light = (scene: Scene, change: Partial<Light>): Scene => ({ ...scene, light: { ...scene.light, ...change } });

export const SETTINGS = {
  turn: {
    param: int({ title: 'Turn', min: 0, max: 355, step: 5, default: 0, help: 'About the vertical, in degrees. Training scenes stand within 54 degrees of one side or the other.' }),
    of: (scene) => degreesOf(scene.turn),
    set: (scene, degrees) => ({ ...scene, turn: turnsOf(degrees) }),
  },
  size: {
    param: float({ title: 'Size', min: 0.3, max: 0.82, step: 0.01, default: 0.66, unit: 'percent', help: 'Of the picture’s width that two units of the object span. Training scenes: 50 to 82 %.' }),
    of: ({ camera: { span } }) => span,
    set: (scene, span) => {
      const [before, after] = [reachOf(scene.camera.span), reachOf(span)];
      return camera(scene, { span, aside: (scene.camera.aside / before.aside) * after.aside, above: (scene.camera.above / before.above) * after.above });
    },
  },
  aside: {
    param: float({ title: 'Left or right', min: -1, max: 1, step: 0.05, default: 0, help: '−1 at the left edge, 1 at the right.' }),
    of: (scene) => -scene.camera.aside / reachOf(scene.camera.span).aside,
    set: (scene, share) => camera(scene, { aside: -share * reachOf(scene.camera.span).aside }),
  },
  above: {
    param: float({ title: 'Down or up', min: -1, max: 1, step: 0.05, default: 0, help: '−1 at the lower edge, 1 at the upper.' }),
    of: (scene) => -scene.camera.above / reachOf(scene.camera.span).above,
    set: (scene, share) => camera(scene, { above: -share * reachOf(scene.camera.span).above }),
  },
  'light-side': {
    param: int({ title: 'Light from', min: -120, max: 120, step: 5, default: 0, help: 'Degrees to the left (−) or right of the camera.' }),
    of: (scene) => scene.light.azimuth * 360,
    set: (scene, degrees) => light(scene, { azimuth: turnsOf(degrees) }),
  },
  'light-height': {
    param: int({ title: 'Height of the light', min: 10, max: 80, step: 5, default: 45, help: 'Degrees over the ground: low light throws long shadows.' }),
    of: (scene) => scene.light.elevation * 360,
    set: (scene, degrees) => light(scene, { elevation: turnsOf(degrees) }),
  },
  'light-strength': {
    param: float({ title: 'Strength of the light', min: 0.4, max: 3, step: 0.1, default: 2 }),
    of: (scene) => toneOf(scene.light).strength,
    set: (scene, strength) => ({ ...scene, light: withTone(scene.light, { ...toneOf(scene.light), strength }) }),
  },
  'light-warmth': {
    param: float({ title: 'Warmth of the light', min: 0, max: 1, step: 0.05, default: 0.5, unit: 'percent', help: 'A warm light has a cool sky.' }),
    of: (scene) => 1 - toneOf(scene.light).cool,
    set: (scene, warmth) => ({ ...scene, light: withTone(scene.light, { ...toneOf(scene.light), cool: 1 - warmth }) }),
  },
  hue: {
    param: int({ title: 'Hue of the main part', min: 0, max: 355, step: 5, default: 0, help: 'In degrees: 0 red, 60 yellow, 120 green, 180 cyan, 240 blue, 300 magenta.' }),
    of: ({ materials: [main] }) => hueOf(main.colour),
    set: (scene, hue) => {
      const [main, ...others] = scene.materials;
      const colour = paintOf(hue, main.colour);
      return { ...scene, materials: [{ ...main, colour, second: shade(colour, 0.4) }, ...others] };
    },
  },
  things: {
    param: int({ title: 'Other things', min: 0, max: MOST_THINGS, step: 1, default: 0, help: 'They belong to no class and touch neither the object nor each other.' }),
    of: thingsAround,
    set: withThings,
  },
} as const satisfies Record<string, Setting>;

export type SettingId = keyof typeof SETTINGS;
export const SETTING_IDS = Object.keys(SETTINGS) as SettingId[];

/** The scene with a setting at `value`. Throws outside the setting's range, which it names. */
export function setTo(scene: Scene, id: SettingId, value: number): Scene {
  const { param, set }: Setting = SETTINGS[id];
  const whole = param.kind === 'int';
  if (!(value >= param.min && value <= param.max) || (whole && !Number.isInteger(value))) {
    throw new RangeError(`'${id}' of a scene is a ${whole ? 'whole ' : ''}number from ${param.min} to ${param.max}, not ${value}.`);
  }
  return set(scene, value);
}

/** What every setting of the scene is. */
export const settingsOf = (scene: Scene): Readonly<Record<SettingId, number>> =>
  Object.fromEntries(SETTING_IDS.map((id) => [id, (SETTINGS[id] as Setting).of(scene)])) as Record<SettingId, number>;
