/**
 * Sphere tracing of things: first hit, soft shadow, occlusion, normal. Not the colours.
 * The tracer owns its scratch arrays, so that no call allocates; rays that miss a thing's sphere cost one dot product.
 */
import type { Solid, Thing } from './things.ts';

/** Origin x, y, z and unit direction x, y, z, in world coordinates. */
export type Ray = Float64Array;

/** The last hit of `trace`. */
export interface Hit {
  /** How near the ray must come to count as a hit, in units of the thing. */
  readonly precision: number;
  solid: Solid | null;
  thing: Thing | null;
  /** Distance along the ray; the point in the thing's own coordinates (1, 2, 3); the unit normal in the world (4, 5, 6). */
  readonly at: Float64Array;
}

export const newHit = (precision: number): Hit => ({ precision, solid: null, thing: null, at: new Float64Array(7) });

const mostSteps = 64;
const mostShadowSteps = 36;

/** Scratch: the ray in a thing's coordinates; the solids it meets, and where it enters and leaves their spheres. */
const local = new Float64Array(6);
const active: Solid[] = [];
const enter = new Float64Array(16);
const leave = new Float64Array(16);

/** Whether the ray comes within `margin` of the thing's sphere before `far`; then `local` is the ray in its coordinates. */
function meets(thing: Thing, ray: Ray, far: number, margin: number): boolean {
  const frame = thing.frame;
  const px = frame[5]! - ray[0]!;
  const py = frame[6]! - ray[1]!;
  const pz = frame[7]! - ray[2]!;
  const dx = ray[3]!;
  const dy = ray[4]!;
  const dz = ray[5]!;
  const along = px * dx + py * dy + pz * dz;
  const r = frame[8]! + margin;
  const square = px * px + py * py + pz * pz;
  if (square - along * along >= r * r || along - r >= far || (along < 0 && square > r * r)) return false;
  const inverse = frame[2]!;
  const c = frame[3]!;
  const s = frame[4]!;
  const wx = (ray[0]! - frame[0]!) * inverse;
  const wz = (ray[2]! - frame[1]!) * inverse;
  local[0] = c * wx + s * wz;
  local[1] = ray[1]! * inverse;
  local[2] = c * wz - s * wx;
  local[3] = c * dx + s * dz;
  local[4] = dy;
  local[5] = c * dz - s * dx;
  return true;
}

/** Collects the solids whose spheres (widened by `margin`) the local ray meets before `far`; how many. */
function collect(thing: Thing, far: number, margin: number): number {
  const { solids, bounds } = thing;
  let count = 0;
  for (let i = 0; i < solids.length; i++) {
    const px = bounds[4 * i]! - local[0]!;
    const py = bounds[4 * i + 1]! - local[1]!;
    const pz = bounds[4 * i + 2]! - local[2]!;
    const along = px * local[3]! + py * local[4]! + pz * local[5]!;
    const r = bounds[4 * i + 3]! + margin;
    const h = r * r - (px * px + py * py + pz * pz - along * along);
    if (h <= 0) continue;
    const root = Math.sqrt(h);
    if (along + root <= 0 || along - root >= far) continue;
    active[count] = solids[i]!;
    enter[count] = along - root;
    leave[count] = along + root;
    count++;
  }
  return count;
}

/** The nearest hit among `things` before `far`, written into `hit`; whether there is one. */
export function trace(things: readonly Thing[], ray: Ray, far: number, hit: Hit): boolean {
  hit.solid = null;
  hit.at[0] = far;
  for (let k = 0; k < things.length; k++) {
    const thing = things[k]!;
    if (meets(thing, ray, hit.at[0]!, 0)) traceLocal(thing, hit);
  }
  if (hit.solid === null) return false;
  orient(hit);
  return true;
}

function traceLocal(thing: Thing, hit: Hit): void {
  const at = hit.at;
  const far = at[0]! * thing.frame[2]!;
  const count = collect(thing, far, 0);
  let t = 1e9;
  let end = 0;
  for (let i = 0; i < count; i++) {
    if (enter[i]! < t) t = enter[i]!;
    if (leave[i]! > end) end = leave[i]!;
  }
  if (end > far) end = far;
  if (t < 0) t = 0;
  for (let step = 0; step < mostSteps && t < end; step++) {
    const x = local[0]! + local[3]! * t;
    const y = local[1]! + local[4]! * t;
    const z = local[2]! + local[5]! * t;
    let near = 1e9;
    let best = -1;
    for (let i = 0; i < count; i++) {
      if (t > leave[i]!) continue;
      const wait = enter[i]! - t; // outside its sphere a solid is at least this far along the ray
      const d = wait > 0 ? wait + 1e-4 : active[i]!.distance(x, y, z);
      if (d < near) {
        near = d;
        best = wait > 0 ? -1 : i;
      }
    }
    if (best >= 0 && near < hit.precision) {
      hit.solid = active[best]!;
      hit.thing = thing;
      at[0] = t * thing.size;
      at[1] = x;
      at[2] = y;
      at[3] = z;
      return;
    }
    t += near;
  }
}

/** The normal at the hit: the distance's gradient from four points of a tetrahedron, turned into the world. */
function orient(hit: Hit): void {
  const f = hit.solid!.distance;
  const at = hit.at;
  const x = at[1]!;
  const y = at[2]!;
  const z = at[3]!;
  const e = 0.004;
  const a = f(x + e, y - e, z - e);
  const b = f(x - e, y - e, z + e);
  const c = f(x - e, y + e, z - e);
  const d = f(x + e, y + e, z + e);
  const gx = a - b - c + d;
  const gy = c + d - a - b;
  const gz = b + d - a - c;
  const length = Math.sqrt(gx * gx + gy * gy + gz * gz) + 1e-12;
  const cosine = hit.thing!.frame[3]!;
  const sine = hit.thing!.frame[4]!;
  at[4] = (cosine * gx - sine * gz) / length;
  at[5] = gy / length;
  at[6] = (sine * gx + cosine * gz) / length;
}

/** The share of a light in the ray's direction that reaches its origin, in [0, 1]; penumbras widen by `softness` per unit. */
export function lightReaching(things: readonly Thing[], ray: Ray, softness: number): number {
  let light = 1;
  for (let k = 0; k < things.length && light > 0; k++) {
    const thing = things[k]!;
    if (meets(thing, ray, 1e9, 0.2 * thing.size)) light = lightPast(thing, softness, light);
  }
  return light * light * (3 - 2 * light);
}

/** The smallest of `ceiling` and distance ÷ penumbra width along the local ray past one thing. */
function lightPast(thing: Thing, softness: number, ceiling: number): number {
  const count = collect(thing, 1e9, 0.2);
  let t = 1e9;
  let end = 0;
  for (let i = 0; i < count; i++) {
    if (enter[i]! < t) t = enter[i]!;
    if (leave[i]! > end) end = leave[i]!;
  }
  if (t < 0.01) t = 0.01;
  let light = ceiling;
  for (let step = 0; step < mostShadowSteps && t < end; step++) {
    const x = local[0]! + local[3]! * t;
    const y = local[1]! + local[4]! * t;
    const z = local[2]! + local[5]! * t;
    let near = 1e9;
    let wait = 1e9;
    for (let i = 0; i < count; i++) {
      if (t > leave[i]!) continue;
      const gap = enter[i]! - t;
      if (gap > 0) wait = Math.min(wait, gap + 1e-4);
      else near = Math.min(near, active[i]!.distance(x, y, z));
    }
    const share = near / (softness * t + 0.01);
    if (share < light) light = share;
    if (light < 0.01) return 0;
    t += Math.min(wait, Math.min(Math.max(near, 0.025), 0.3));
  }
  return light;
}

/** The distance from a world point to the nearest thing, exact only up to `reach` (beyond it, `reach`). */
export function nearest(things: readonly Thing[], px: number, py: number, pz: number, reach: number): number {
  let near = reach;
  for (let k = 0; k < things.length; k++) {
    const { frame, bounds, solids, size } = things[k]!;
    const sx = px - frame[5]!;
    const sy = py - frame[6]!;
    const sz = pz - frame[7]!;
    const sr = frame[8]! + near;
    if (sx * sx + sy * sy + sz * sz >= sr * sr) continue;
    const inverse = frame[2]!;
    const wx = (px - frame[0]!) * inverse;
    const wz = (pz - frame[1]!) * inverse;
    const x = frame[3]! * wx + frame[4]! * wz;
    const y = py * inverse;
    const z = frame[3]! * wz - frame[4]! * wx;
    for (let i = 0; i < solids.length; i++) {
      const r = bounds[4 * i + 3]! + near * inverse;
      const ax = x - bounds[4 * i]!;
      const ay = y - bounds[4 * i + 1]!;
      const az = z - bounds[4 * i + 2]!;
      if (ax * ax + ay * ay + az * az >= r * r) continue;
      const d = solids[i]!.distance(x, y, z) * size;
      if (d < near) near = d;
    }
  }
  return near;
}
