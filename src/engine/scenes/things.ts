/**
 * Compiles a scene into things to march: solids with bounding spheres in coordinates of their own, placed and turned on the ground.
 * Not the shading. A thing costs nothing for rays that miss its spheres.
 */
import { cosineOfTurns, sineOfTurns } from './maths.ts';
import { objectClass } from './objects/index.ts';
import { box, cylinder, extrude, frustum, rod, sphere, torus, type Distance } from './primitives.ts';
import type { Distractor, Material, Scene } from './scene.ts';

export const ID = { background: 0, ground: 1, distractor: 2, shadow: 3, firstPart: 4, sticker: 255 } as const;

export interface Solid {
  readonly id: number;
  readonly distance: Distance;
  readonly material: Material;
}

/** Numbers stand in flat arrays: the marcher reads them a hundred thousand times a picture. */
export interface Thing {
  readonly solids: readonly Solid[];
  /** Per solid, in the thing's own coordinates: a bounding sphere's centre x, y, z and radius. */
  readonly bounds: Float64Array;
  readonly size: number;
  /** x, z (place on the ground), 1/size, cosine and sine of the turn; then a world sphere round all solids: x, y, z, radius. */
  readonly frame: Float64Array;
}

type BoundedSolid = Solid & { readonly bound: readonly [number, number, number, number] };

/** The solids of each distractor, about one unit in radius, standing on y = 0. */
const DISTRACTOR_SOLIDS = {
  ball: (x, y, z) => sphere(x, y - 0.8, z, 0.8),
  cube: (x, y, z) => box(x, y - 0.7, z, 0.7, 0.7, 0.7, 0.08),
  cone: (x, y, z) => frustum(x, y - 0.85, z, 0.8, 0.06, 0.85, 0.04),
  cylinder: (x, y, z) => cylinder(x, y - 0.75, z, 0.6, 0.75, 0.06),
  ring: (x, y, z) => torus(x, y - 0.28, z, 0.7, 0.28),
  pyramid: (x, y, z) => {
    const s = Math.max(Math.abs(x), Math.abs(z));
    return Math.max(-y, (s * 1.45 + (y - 1.35) * 0.82) * 0.58);
  },
  capsule: (x, y, z) => rod(x, y, z, 0, 0.45, 0, 0, 1.15, 0, 0.45, 0.45),
  disc: (x, y, z) => extrude(Math.sqrt(x * x + (y - 0.8) * (y - 0.8)) - 0.8, z, 0.22, 0.08),
} satisfies Record<Distractor['kind'], Distance>;

function thing(solids: readonly BoundedSolid[], x: number, z: number, size: number, turn: number): Thing {
  const low = [1e9, 1e9, 1e9];
  const high = [-1e9, -1e9, -1e9];
  for (const { bound } of solids) {
    for (let k = 0; k < 3; k++) {
      low[k] = Math.min(low[k]!, bound[k]! - bound[3]);
      high[k] = Math.max(high[k]!, bound[k]! + bound[3]);
    }
  }
  const centre = low.map((value, k) => (value + high[k]!) / 2);
  let radius = 0;
  for (const { bound } of solids) {
    const [dx, dy, dz] = [bound[0] - centre[0]!, bound[1] - centre[1]!, bound[2] - centre[2]!];
    radius = Math.max(radius, Math.sqrt(dx * dx + dy * dy + dz * dz) + bound[3]);
  }
  const c = cosineOfTurns(turn);
  const s = sineOfTurns(turn);
  const wx = x + size * (c * centre[0]! - s * centre[2]!);
  const wz = z + size * (s * centre[0]! + c * centre[2]!);
  return {
    solids: solids.map(({ id, distance, material }) => ({ id, distance, material })),
    bounds: Float64Array.from(solids.flatMap(({ bound }) => bound)),
    size,
    frame: Float64Array.of(x, z, 1 / size, c, s, wx, size * centre[1]!, wz, size * radius),
  };
}

function distractorThing(d: Distractor): Thing {
  const solid: BoundedSolid = { id: ID.distractor, distance: DISTRACTOR_SOLIDS[d.kind], material: d.material, bound: [0, 0.75, 0, 1.25] };
  return thing([solid], d.x, d.z, d.size, d.turn);
}

/** Everything that stands in the scene: the object first (unless it is gone or has no part left), then distractors and occluder. */
export function thingsOf(scene: Scene): Thing[] {
  const out: Thing[] = [];
  const solids: BoundedSolid[] = [];
  const object = objectClass(scene.classId);
  object.parts(scene.shape).forEach((part, index) => {
    if (scene.missing.includes(part.name)) return;
    solids.push({ id: ID.firstPart + index, distance: part.distance, material: scene.materials[part.tone], bound: part.bound });
  });
  if (!scene.objectGone && solids.length > 0) out.push(thing(solids, 0, 0, object.size, scene.turn));
  for (const d of scene.distractors) out.push(distractorThing(d));
  if (scene.occluder) out.push(distractorThing(scene.occluder));
  return out;
}

/** The names of the ids in a scene's id map, parts in the class's order (left-out parts included: their ids never occur). */
export function legend(scene: Scene): { readonly id: number; readonly name: string; readonly title: string }[] {
  return [
    { id: ID.background, name: 'background', title: 'Background' },
    { id: ID.ground, name: 'ground', title: 'Ground' },
    { id: ID.distractor, name: 'distractor', title: 'Other things' },
    { id: ID.shadow, name: 'shadow', title: 'Shadow' },
    ...objectClass(scene.classId)
      .parts(scene.shape)
      .map((part, index) => ({ id: ID.firstPart + index, name: part.name, title: part.title })),
    ...(scene.sticker ? [{ id: ID.sticker, name: 'sticker', title: 'Sticker' }] : []),
  ];
}
