/**
 * A scene as data: everything a picture shows, as plain JSON. Not its pixels (render.ts) and not how it is drawn from a seed (draw.ts).
 * Lengths are in object units (an object is about two units long); angles in turns; colours in linear light, [0, 1].
 */
import type { Rgb } from './maths.ts';
import type { Shape } from './objects/object.ts';
import type { Sticker } from './sticker.ts';

export const DISTRACTORS = ['ball', 'cube', 'cone', 'cylinder', 'ring', 'pyramid', 'capsule', 'disc'] as const;
export const COATS = ['plain', 'bands', 'checks', 'dots', 'speckle', 'fade'] as const;
export const GROUNDS = ['plain', 'checks', 'planks', 'stripes', 'dots', 'terrazzo'] as const;
export const BACKGROUNDS = ['studio', 'sky', 'plaster', 'wallpaper', 'panels', 'bricks'] as const;

/** How a surface looks. `gloss` in [0, 1] is the strength of highlight and reflection, `polish` 3…6 its sharpness (exponent 2^polish). */
export interface Material {
  readonly colour: Rgb;
  readonly second: Rgb;
  readonly coat: (typeof COATS)[number];
  /** Repeats of the coat per unit. */
  readonly scale: number;
  readonly gloss: number;
  readonly polish: number;
}

export interface Distractor {
  readonly kind: (typeof DISTRACTORS)[number];
  readonly x: number;
  readonly z: number;
  readonly size: number;
  readonly turn: number;
  readonly material: Material;
}

export interface Camera {
  readonly elevation: number;
  readonly roll: number;
  /** Tangent of half the field of view: small is a long lens. */
  readonly halfView: number;
  /** The share of the picture's width that two units span at the object: its size in the frame. */
  readonly span: number;
  /** Where the camera looks, relative to the object: its place in the frame. */
  readonly aside: number;
  readonly above: number;
}

export interface Light {
  readonly azimuth: number;
  readonly elevation: number;
  readonly key: Rgb;
  readonly ambient: Rgb;
  /** The penumbra's width per unit of distance. */
  readonly softness: number;
}

export interface Ground {
  readonly kind: (typeof GROUNDS)[number];
  readonly colour: Rgb;
  readonly second: Rgb;
  readonly scale: number;
  readonly turn: number;
  readonly gloss: number;
}

export interface Background {
  readonly kind: (typeof BACKGROUNDS)[number];
  readonly colour: Rgb;
  readonly second: Rgb;
  readonly scale: number;
  /** How far behind the object a wall stands (studio and sky have none). */
  readonly distance: number;
}

export interface Scene {
  readonly seed: number;
  readonly classId: string;
  readonly shape: Shape;
  /** Parts left out, by name. */
  readonly missing: readonly string[];
  /** The object's turn about the vertical. */
  readonly turn: number;
  /** One material per tone; parts choose a tone. */
  readonly materials: readonly [Material, Material, Material, Material];
  readonly camera: Camera;
  readonly light: Light;
  readonly ground: Ground;
  readonly background: Background;
  readonly distractors: readonly Distractor[];
  /** A distractor between camera and object. */
  readonly occluder: Distractor | null;
  /** Interventions only: the object, or the shadows of all things, are taken away. */
  readonly objectGone: boolean;
  readonly shadowless: boolean;
  /** Stuck on the picture; no scene is drawn with one. */
  readonly sticker: Sticker | null;
}
