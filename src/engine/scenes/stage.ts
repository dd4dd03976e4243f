/** A scene made ready for rays: things compiled, angles resolved, scratch allocated once. Not the shading (shade.ts). */
import { viewOf, type View } from './camera.ts';
import { newHit, type Hit, type Ray } from './march.ts';
import { cosineOfTurns, sineOfTurns } from './maths.ts';
import type { Scene } from './scene.ts';
import { hasWall, type Colour } from './surfaces.ts';
import { thingsOf, type Thing } from './things.ts';

export interface Stage {
  readonly scene: Scene;
  readonly view: View;
  readonly things: readonly Thing[];
  /** The things that cast shadows: all or, after an intervention, none. */
  readonly casting: readonly Thing[];
  /** The unit direction towards the key light. */
  readonly lx: number;
  readonly ly: number;
  readonly lz: number;
  readonly groundCosine: number;
  readonly groundSine: number;
  readonly wall: boolean;
  readonly wallZ: number;
  /** The width of a pixel at unit distance. */
  readonly pixel: number;
  /** The camera's distance from the object. */
  readonly away: number;
  readonly ray: Ray;
  readonly mirrorRay: Ray;
  readonly shadowRay: Ray;
  readonly hit: Hit;
  readonly mirror: Hit;
  readonly albedo: Colour;
  readonly around: Colour;
}

/** The stage of a scene for pictures `size` pixels wide. */
export function stageOf(scene: Scene, size: number): Stage {
  const things = thingsOf(scene);
  const { light, ground, background, camera } = scene;
  const flat = cosineOfTurns(light.elevation);
  const lx = sineOfTurns(light.azimuth) * flat;
  const ly = sineOfTurns(light.elevation);
  const lz = cosineOfTurns(light.azimuth) * flat;
  const pixel = (2 * camera.halfView) / size;
  const precision = Math.max(0.0012, (0.09 * pixel) / (camera.span * camera.halfView)); // a tenth of a pixel at the object
  return {
    scene,
    view: viewOf(camera),
    things,
    casting: scene.shadowless ? [] : things,
    lx,
    ly,
    lz,
    groundCosine: cosineOfTurns(ground.turn),
    groundSine: sineOfTurns(ground.turn),
    wall: hasWall(background),
    wallZ: -background.distance,
    pixel,
    away: 1 / (camera.span * camera.halfView),
    ray: new Float64Array(6),
    mirrorRay: new Float64Array(6),
    shadowRay: Float64Array.of(0, 0, 0, lx, ly, lz),
    hit: newHit(precision),
    mirror: newHit(precision * 2),
    albedo: new Float64Array(3),
    around: new Float64Array(3),
  };
}
