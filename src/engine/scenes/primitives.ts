/**
 * Signed distances to simple solids: negative inside, never more than the true distance outside (up to a mild taper).
 * Solids are centred at the origin with their axis along y unless said otherwise; callers move the point, not the solid.
 * After the catalogue of I. Quilez, "Distance functions".
 */

/** The distance from (x, y, z), in the object's own coordinates, to a solid. */
export type Distance = (x: number, y: number, z: number) => number;

export const sphere = (x: number, y: number, z: number, radius: number) => Math.sqrt(x * x + y * y + z * z) - radius;

/** A box with half extents hx, hy, hz (outer) and edges rounded by `round`. */
export function box(x: number, y: number, z: number, hx: number, hy: number, hz: number, round: number): number {
  const qx = Math.abs(x) - hx + round;
  const qy = Math.abs(y) - hy + round;
  const qz = Math.abs(z) - hz + round;
  const ox = Math.max(qx, 0);
  const oy = Math.max(qy, 0);
  const oz = Math.max(qz, 0);
  return Math.sqrt(ox * ox + oy * oy + oz * oz) + Math.min(Math.max(qx, Math.max(qy, qz)), 0) - round;
}

/** The extrusion of a planar distance `plane` to |depth| ≤ half, rounded by `round`. */
export function extrude(plane: number, depth: number, half: number, round: number): number {
  const a = plane + round;
  const b = Math.abs(depth) - half + round;
  const oa = Math.max(a, 0);
  const ob = Math.max(b, 0);
  return Math.sqrt(oa * oa + ob * ob) + Math.min(Math.max(a, b), 0) - round;
}

/** A cylinder of half height `half`. */
export const cylinder = (x: number, y: number, z: number, radius: number, half: number, round: number) =>
  extrude(Math.sqrt(x * x + z * z) - radius, y, half, round);

/** A frustum: radius `low` at y = −half, `high` at y = +half (a cone where `high` is 0). */
export function frustum(x: number, y: number, z: number, low: number, high: number, half: number, round: number): number {
  const q = Math.sqrt(x * x + z * z);
  const l = low - round;
  const h = high - round;
  const e = half - round;
  const capX = q - Math.min(q, y < 0 ? l : h);
  const capY = Math.abs(y) - e;
  const kx = h - l;
  const ky = 2 * e;
  const t = Math.min(Math.max(((h - q) * kx + (e - y) * ky) / (kx * kx + ky * ky), 0), 1);
  const sideX = q - h + kx * t;
  const sideY = y - e + ky * t;
  const sign = sideX < 0 && capY < 0 ? -1 : 1;
  return sign * Math.sqrt(Math.min(capX * capX + capY * capY, sideX * sideX + sideY * sideY)) - round;
}

/** A ring of `major` radius in the xz plane. */
export function torus(x: number, y: number, z: number, major: number, minor: number): number {
  const q = Math.sqrt(x * x + z * z) - major;
  return Math.sqrt(q * q + y * y) - minor;
}

/** A rod from a to b whose radius goes from `ra` to `rb`. */
export function rod(
  x: number, y: number, z: number,
  ax: number, ay: number, az: number,
  bx: number, by: number, bz: number,
  ra: number, rb: number,
): number {
  const ux = bx - ax;
  const uy = by - ay;
  const uz = bz - az;
  const px = x - ax;
  const py = y - ay;
  const pz = z - az;
  const t = Math.min(Math.max((px * ux + py * uy + pz * uz) / (ux * ux + uy * uy + uz * uz), 0), 1);
  const qx = px - ux * t;
  const qy = py - uy * t;
  const qz = pz - uz * t;
  return Math.sqrt(qx * qx + qy * qy + qz * qz) - ra - (rb - ra) * t;
}

/** An ellipsoid with semi-axes a, b, c (first-order distance: exact on the surface). */
export function ellipsoid(x: number, y: number, z: number, a: number, b: number, c: number): number {
  const ex = x / a;
  const ey = y / b;
  const ez = z / c;
  const gx = ex / a;
  const gy = ey / b;
  const gz = ez / c;
  const k = Math.sqrt(ex * ex + ey * ey + ez * ez);
  return (k * (k - 1)) / Math.sqrt(gx * gx + gy * gy + gz * gz + 1e-12);
}

/** The planar distance to the triangle a, b, c (either orientation). */
export function triangle(
  x: number, y: number,
  ax: number, ay: number, bx: number, by: number, cx: number, cy: number,
): number {
  const turn = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax) < 0 ? -1 : 1;
  const ab = edge(x, y, ax, ay, bx, by);
  const bc = edge(x, y, bx, by, cx, cy);
  const ca = edge(x, y, cx, cy, ax, ay);
  const inside =
    turn * side(x, y, ax, ay, bx, by) > 0 && turn * side(x, y, bx, by, cx, cy) > 0 && turn * side(x, y, cx, cy, ax, ay) > 0;
  const d = Math.sqrt(Math.min(ab, Math.min(bc, ca)));
  return inside ? -d : d;
}

const side = (x: number, y: number, ax: number, ay: number, bx: number, by: number) =>
  (bx - ax) * (y - ay) - (by - ay) * (x - ax);

function edge(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const ux = bx - ax;
  const uy = by - ay;
  const t = Math.min(Math.max(((x - ax) * ux + (y - ay) * uy) / (ux * ux + uy * uy), 0), 1);
  const px = x - ax - ux * t;
  const py = y - ay - uy * t;
  return px * px + py * py;
}

/** The union of two solids with a blend of width k (polynomial smooth minimum). */
export function blend(a: number, b: number, k: number): number {
  const h = Math.max(k - Math.abs(a - b), 0) / k;
  return Math.min(a, b) - h * h * k * 0.25;
}
