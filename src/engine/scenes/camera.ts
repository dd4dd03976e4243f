/** A perspective camera before the object, as an origin and three axes. Not the orbit: scenes turn the object, not the camera. */
import { cosineOfTurns, sineOfTurns } from './maths.ts';
import type { Camera } from './scene.ts';

export interface View {
  readonly origin: readonly [number, number, number];
  /** Direction of the picture's centre, and the offsets to its right and upper edges. */
  readonly forward: readonly [number, number, number];
  readonly right: readonly [number, number, number];
  readonly up: readonly [number, number, number];
}

const middle = 0.86; // the height of an object's centre

/** The view of a camera: two units at the object span `span` of the picture. */
export function viewOf(camera: Camera): View {
  const ce = cosineOfTurns(camera.elevation);
  const se = sineOfTurns(camera.elevation);
  const cr = cosineOfTurns(camera.roll) * camera.halfView;
  const sr = sineOfTurns(camera.roll) * camera.halfView;
  const away = 1 / (camera.span * camera.halfView);
  return {
    origin: [camera.aside, middle + camera.above + away * se, away * ce],
    forward: [0, -se, -ce],
    right: [cr, sr * ce, -sr * se],
    up: [-sr, cr * ce, -cr * se],
  };
}
