/**
 * Sphere tracing of things: first hit, soft shadow, occlusion, normal. Not the colours.
 * The tracer owns its scratch arrays, so that no call allocates; rays that miss a thing's sphere cost one dot product.
 */
import type { Solid, Thing } from './things.ts';

/** The last hit of `trace`: distance along the ray, the solid, its thing, the point and the normal (thing's turn, world lengths). */
export interface Hit {
  /** How near the ray must come to count as a hit, in units of the thing. */
  readonly precision: number;
  t: number;
  solid: Solid | null;
  thing: Thing | null;
  /** The point in the thing's own coordinates. */
  lx: number;
  ly: number;
  lz: number;
  /** The unit normal in world coordinates. */
  nx: number;
  ny: number;
  nz: number;
}

const steps = 64;

const active: Solid[] = [];
const enter = new Float64Array(64);
const leave = new Float64Array(64);

export const newHit = (precision: number): Hit => ({ precision, t: 0, solid: null, thing: null, lx: 0, ly: 0, lz: 0, nx: 0, ny: 0, nz: 0 });

/** Collects into `active`, `enter`, `leave` the solids whose spheres (widened by `margin`) the local ray meets before `far`. */
function collect(thing: Thing, ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, far: number, margin: number): number {
  let count = 0;
  const solids = thing.solids;
  for (let i = 0; i < solids.length; i++) {
    const s = solids[i]!;
    const px = s.cx - ox;
    const py = s.cy - oy;
    const pz = s.cz - oz;
    const along = px * dx + py * dy + pz * dz;
    const r = s.radius + margin;
    const h = r * r - (px * px + py * py + pz * pz - along * along);
    if (h <= 0) continue;
    const root = Math.sqrt(h);
    if (along + root <= 0 || along - root >= far) continue;
    active[count] = s;
    enter[count] = along - root;
    leave[count] = along + root;
    count++;
  }
  return count;
}

/** Whether the ray (world) comes within `margin` (local units) of the thing's sphere before `far`. */
function meets(thing: Thing, ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, far: number, margin: number): boolean {
  const px = thing.cx - ox;
  const py = thing.cy - oy;
  const pz = thing.cz - oz;
  const along = px * dx + py * dy + pz * dz;
  const r = thing.radius + margin;
  const square = px * px + py * py + pz * pz;
  if (square > r * r && along < 0) return false;
  return square - along * along < r * r && along - r < far;
}

/** The nearest hit of a world ray with unit direction among `things` before `far`, written into `hit`; whether there is one. */
export function trace(things: readonly Thing[], ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, far: number, hit: Hit): boolean {
  hit.solid = null;
  hit.t = far;
  for (let k = 0; k < things.length; k++) {
    const thing = things[k]!;
    const inverse = 1 / thing.size;
    const wx = (ox - thing.x) * inverse;
    const wz = (oz - thing.z) * inverse;
    const lx = thing.cosine * wx + thing.sine * wz;
    const ly = oy * inverse;
    const lz = thing.cosine * wz - thing.sine * wx;
    const ux = thing.cosine * dx + thing.sine * dz;
    const uz = thing.cosine * dz - thing.sine * dx;
    if (!meets(thing, lx, ly, lz, ux, dy, uz, hit.t * inverse, 0)) continue;
    traceLocal(thing, lx, ly, lz, ux, dy, uz, hit);
  }
  if (hit.solid === null) return false;
  orient(hit);
  return true;
}

function traceLocal(thing: Thing, ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, hit: Hit): void {
  const far = hit.t / thing.size;
  const precision = hit.precision;
  const count = collect(thing, ox, oy, oz, dx, dy, dz, far, 0);
  if (count === 0) return;
  let t = 1e9;
  let end = 0;
  for (let i = 0; i < count; i++) {
    if (enter[i]! < t) t = enter[i]!;
    if (leave[i]! > end) end = leave[i]!;
  }
  if (end > far) end = far;
  if (t < 0) t = 0;
  for (let step = 0; step < steps && t < end; step++) {
    const x = ox + dx * t;
    const y = oy + dy * t;
    const z = oz + dz * t;
    let near = 1e9;
    let best = -1;
    for (let i = 0; i < count; i++) {
      if (t > leave[i]!) continue;
      const wait = enter[i]! - t;
      if (wait > 0) {
        if (wait + 1e-4 < near) {
          near = wait + 1e-4;
          best = -1;
        }
        continue;
      }
      const d = active[i]!.distance(x, y, z);
      if (d < near) {
        near = d;
        best = i;
      }
    }
    if (best >= 0 && near < precision) {
      hit.t = t * thing.size;
      hit.solid = active[best]!;
      hit.thing = thing;
      hit.lx = x;
      hit.ly = y;
      hit.lz = z;
      return;
    }
    t += near;
  }
}

/** The normal at the hit: the distance's gradient from four points of a tetrahedron, turned into the world. */
function orient(hit: Hit): void {
  const f = hit.solid!.distance;
  const e = 0.004;
  const a = f(hit.lx + e, hit.ly - e, hit.lz - e);
  const b = f(hit.lx - e, hit.ly - e, hit.lz + e);
  const c = f(hit.lx - e, hit.ly + e, hit.lz - e);
  const d = f(hit.lx + e, hit.ly + e, hit.lz + e);
  const gx = a - b - c + d;
  const gy = c + d - a - b;
  const gz = b + d - a - c;
  const length = Math.sqrt(gx * gx + gy * gy + gz * gz) + 1e-12;
  const { cosine, sine } = hit.thing!;
  hit.nx = (cosine * gx - sine * gz) / length;
  hit.ny = gy / length;
  hit.nz = (sine * gx + cosine * gz) / length;
}

/** The share of a light of penumbra `softness` that reaches a point: 0 in full shadow, 1 in full light. */
export function lightReaching(things: readonly Thing[], ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, softness: number): number {
  let light = 1;
  for (let k = 0; k < things.length; k++) {
    const thing = things[k]!;
    const inverse = 1 / thing.size;
    const wx = (ox - thing.x) * inverse;
    const wz = (oz - thing.z) * inverse;
    const lx = thing.cosine * wx + thing.sine * wz;
    const ly = oy * inverse;
    const lz = thing.cosine * wz - thing.sine * wx;
    const ux = thing.cosine * dx + thing.sine * dz;
    const uz = thing.cosine * dz - thing.sine * dx;
    if (!meets(thing, lx, ly, lz, ux, dy, uz, 1e9, 0.2)) continue;
    light = Math.min(light, lightPast(thing, lx, ly, lz, ux, dy, uz, softness, light));
    if (light < 0.01) return 0;
  }
  return light * light * (3 - 2 * light);
}

function lightPast(thing: Thing, ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, softness: number, ceiling: number): number {
  const count = collect(thing, ox, oy, oz, dx, dy, dz, 1e9, 0.2);
  if (count === 0) return 1;
  let t = 1e9;
  let end = 0;
  for (let i = 0; i < count; i++) {
    if (enter[i]! < t) t = enter[i]!;
    if (leave[i]! > end) end = leave[i]!;
  }
  t = Math.max(t, 0.01);
  let light = ceiling;
  for (let step = 0; step < 36 && t < end; step++) {
    let near = 1e9;
    let wait = 1e9;
    const x = ox + dx * t;
    const y = oy + dy * t;
    const z = oz + dz * t;
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
    const thing = things[k]!;
    const inverse = 1 / thing.size;
    const wx = (px - thing.x) * inverse;
    const wz = (pz - thing.z) * inverse;
    const x = thing.cosine * wx + thing.sine * wz;
    const y = py * inverse;
    const z = thing.cosine * wz - thing.sine * wx;
    const solids = thing.solids;
    for (let i = 0; i < solids.length; i++) {
      const s = solids[i]!;
      const r = s.radius + near * inverse;
      const ax = x - s.cx;
      const ay = y - s.cy;
      const az = z - s.cz;
      if (ax * ax + ay * ay + az * az >= r * r) continue;
      const d = s.distance(x, y, z) * thing.size;
      if (d < near) near = d;
    }
  }
  return near;
}
