/**
 * What an object of a class is: named parts, each a signed distance in the object's own coordinates. Not its colours or its pose.
 * Coordinates: x to the object's right (its long side), y up, z to its front; it stands on y = 0 and is about two units long or high.
 */
import type { Distance } from '../primitives.ts';

/** Which of the scene's four colours a part wears; the colours themselves are drawn independently of the class. */
export type Tone = 0 | 1 | 2 | 3;

export interface Part {
  readonly name: string;
  readonly title: string;
  readonly tone: Tone;
  readonly distance: Distance;
  /** A sphere (centre x, y, z, radius) that contains the part. */
  readonly bound: readonly [number, number, number, number];
}

export interface ObjectClass {
  readonly id: string;
  readonly title: string;
  /** Scales the object so that the classes cover about the same share of the picture: area must not tell them apart. */
  readonly size: number;
  /** The parts for a shape: six numbers in [0, 1), drawn alike for every class. The first part is the one never left out in training. */
  readonly parts: (shape: Shape) => readonly Part[];
}

export type Shape = readonly [number, number, number, number, number, number];

/** `share` of the way from low to high. */
export const vary = (share: number, low: number, high: number) => low + (high - low) * share;
