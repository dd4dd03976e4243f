/**
 * Compiles a scene into things to march: solids with bounding spheres in coordinates of their own, placed and turned on the ground.
 * Not the shading. A thing costs nothing for rays that miss its spheres.
 */
import { cosineOfTurns, sineOfTurns } from './maths.ts';
import { objectClass } from './objects/index.ts';
import { box, cylinder, extrude, frustum, rod, sphere, torus, type Distance } from './primitives.ts';
import type { Distractor, Material, Scene } from './scene.ts';

export const ID = { background: 0, ground: 1, distractor: 2, shadow: 3, firstPart: 4 } as const;

export interface Solid {
  readonly id: number;
  readonly distance: Distance;
  readonly material: Material;
  readonly cx: number;
  readonly cy: number;
  readonly cz: number;
  readonly radius: number;
}

export interface Thing {
  readonly solids: readonly Solid[];
  readonly x: number;
  readonly z: number;
  readonly size: number;
  readonly cosine: number;
  readonly sine: number;
  /** A sphere round all solids, in the thing's own coordinates. */
  readonly cx: number;
  readonly cy: number;
  readonly cz: number;
  readonly radius: number;
}

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

function thing(solids: readonly Solid[], x: number, z: number, size: number, turn: number): Thing {
  let low = [1e9, 1e9, 1e9];
  let high = [-1e9, -1e9, -1e9];
  for (const s of solids) {
    low = [Math.min(low[0]!, s.cx - s.radius), Math.min(low[1]!, s.cy - s.radius), Math.min(low[2]!, s.cz - s.radius)];
    high = [Math.max(high[0]!, s.cx + s.radius), Math.max(high[1]!, s.cy + s.radius), Math.max(high[2]!, s.cz + s.radius)];
  }
  const cx = (low[0]! + high[0]!) / 2;
  const cy = (low[1]! + high[1]!) / 2;
  const cz = (low[2]! + high[2]!) / 2;
  let radius = 0;
  for (const s of solids) {
    const d = Math.sqrt((s.cx - cx) * (s.cx - cx) + (s.cy - cy) * (s.cy - cy) + (s.cz - cz) * (s.cz - cz));
    radius = Math.max(radius, d + s.radius);
  }
  return { solids, x, z, size, cosine: cosineOfTurns(turn), sine: sineOfTurns(turn), cx, cy, cz, radius };
}

function distractorThing(d: Distractor): Thing {
  const solid = { id: ID.distractor, distance: DISTRACTOR_SOLIDS[d.kind], material: d.material, cx: 0, cy: 0.75, cz: 0, radius: 1.25 };
  return thing([solid], d.x, d.z, d.size, d.turn);
}

/** Everything that stands in the scene: the object first (unless it is gone or has no part left), then distractors and occluder. */
export function thingsOf(scene: Scene): Thing[] {
  const out: Thing[] = [];
  const solids: Solid[] = [];
  objectClass(scene.classId).parts(scene.shape).forEach((part, index) => {
    if (scene.missing.includes(part.name)) return;
    const [cx, cy, cz, radius] = part.bound;
    solids.push({ id: ID.firstPart + index, distance: part.distance, material: scene.materials[part.tone], cx, cy, cz, radius });
  });
  if (!scene.objectGone && solids.length > 0) out.push(thing(solids, 0, 0, 1, scene.turn));
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
  ];
}
