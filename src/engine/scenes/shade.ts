/**
 * The colour and id along one camera ray: object, ground or background under a key light with soft shadow, a sky and a bounce.
 * Not the picture: render.ts decides which rays to cast.
 */
import { lightReaching, nearest, trace, type Ray } from './march.ts';
import { clamp01, mix, smoothstep } from './maths.ts';
import type { Scene } from './scene.ts';
import { stageOf, type Stage } from './stage.ts';
import { coatColour, groundColour, skyColour, wallColour, type Colour } from './surfaces.ts';
import { ID } from './things.ts';

/** Casts the ray through (u, v), each in [−1, 1], v upwards: linear colour into `out`, id returned. */
export type Shader = (u: number, v: number, out: Colour) => number;

const lift = 0.03; // off the surface before looking for shadow and occlusion
const horizon = 60; // rays end here

/** The shader of a scene for pictures `size` pixels wide; it owns its scratch, so use one at a time. */
export function makeShader(scene: Scene, size: number): Shader {
  const stage = stageOf(scene, size);
  const { view, wallZ, wall, ray } = stage;
  const { origin, forward, right, up } = view;
  const side = stage.lx < 0 ? -1 : 1;
  return (u, v, out) => {
    let dx = forward[0] + right[0] * u + up[0] * v;
    let dy = forward[1] + right[1] * u + up[1] * v;
    let dz = forward[2] + right[2] * u + up[2] * v;
    const length = Math.sqrt(dx * dx + dy * dy + dz * dz);
    dx /= length;
    dy /= length;
    dz /= length;
    const floor = dy < -1e-4 ? -origin[1] / dy : 1e9;
    const back = wall && dz < -1e-4 ? (wallZ - origin[2]) / dz : 1e9;
    aim(ray, origin[0], origin[1], origin[2], dx, dy, dz);
    if (trace(stage.things, ray, Math.min(Math.min(floor, back), horizon), stage.hit)) {
      shadeThing(stage, out);
      return stage.hit.solid!.id;
    }
    if (floor < back && floor < horizon) return shadeGround(stage, floor, out);
    if (back < 1e9) wallColour(scene.background, origin[0] + dx * back, origin[1] + dy * back, side, out);
    else skyColour(scene.background, dx, dy, out);
    return ID.background;
  };
}

function aim(ray: Ray, ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): void {
  ray[0] = ox;
  ray[1] = oy;
  ray[2] = oz;
  ray[3] = dx;
  ray[4] = dy;
  ray[5] = dz;
}

/** The share of the key light that reaches a point. */
function keyAt(stage: Stage, x: number, y: number, z: number): number {
  if (stage.casting.length === 0) return 1;
  stage.shadowRay[0] = x;
  stage.shadowRay[1] = y;
  stage.shadowRay[2] = z;
  return lightReaching(stage.casting, stage.shadowRay, stage.scene.light.softness);
}

/** Lambert's cosine, softened within 0.2 of the terminator so that no hard line shows where the light grazes. */
const softened = (facing: number) => (facing > 0.2 ? facing : facing > -0.2 ? (facing + 0.2) * (facing + 0.2) * 1.25 : 0);

/** What a mirror sees in a direction: the ground below, the background above. */
function surroundings({ scene }: Stage, dx: number, dy: number, out: Colour): void {
  const floor = smoothstep(0.1, -0.15, dy);
  skyColour(scene.background, dx * 0.5, Math.abs(dy) * 0.5, out);
  for (let c = 0; c < 3; c++) out[c] = mix(out[c]! * (0.85 + 0.5 * Math.max(dy, 0)), scene.ground.colour[c]! * 0.8, floor);
}

/** Diffuse key, sky and bounce; reflection by Schlick's fourth power; a highlight (Phong, exponent 2^polish). */
function shadeThing(stage: Stage, out: Colour): void {
  const { ray, hit, view, albedo, around, scene, lx, ly, lz } = stage;
  const { key, ambient } = scene.light;
  const { origin } = view;
  const at = hit.at;
  const dx = ray[3]!;
  const dy = ray[4]!;
  const dz = ray[5]!;
  const nx = at[4]!;
  const ny = at[5]!;
  const nz = at[6]!;
  const material = hit.solid!.material;
  coatColour(material, at[1]!, at[2]!, at[3]!, albedo);
  const px = origin[0] + dx * at[0]! + nx * lift;
  const py = origin[1] + dy * at[0]! + ny * lift;
  const pz = origin[2] + dz * at[0]! + nz * lift;
  const soft = softened(nx * lx + ny * ly + nz * lz);
  const lit = soft > 0.004 ? soft * keyAt(stage, px, py, pz) : 0;
  const near = nearest(stage.things, px + nx * 0.16, py + ny * 0.16, pz + nz * 0.16, 0.16) / 0.16;
  const open = (0.35 + 0.65 * clamp01(near)) * (0.7 + 0.3 * smoothstep(0, 0.5, py + ny * 0.25));
  const above = (0.5 + 0.5 * ny) * open;
  const below = (0.5 - 0.5 * ny) * open * 0.55;
  const toward = -(nx * dx + ny * dy + nz * dz);
  const edge = 1 - clamp01(toward);
  const reflectance = material.gloss * (0.05 + 0.5 * edge * edge * edge * edge);
  const rx = dx + 2 * toward * nx;
  const ry = dy + 2 * toward * ny;
  const rz = dz + 2 * toward * nz;
  surroundings(stage, rx, ry, around);
  let spot = Math.max(rx * lx + ry * ly + rz * lz, 0);
  for (let i = 0; i < material.polish; i++) spot *= spot;
  spot *= lit > 0 ? material.gloss * (0.25 + 0.11 * material.polish) * smoothstep(0, 0.15, lit) : 0;
  for (let c = 0; c < 3; c++) {
    const bounce = scene.ground.colour[c]! * below * (0.5 + 0.4 * key[c]!);
    const diffuse = albedo[c]! * (key[c]! * lit * 0.62 + ambient[c]! * above + bounce);
    out[c] = diffuse * (1 - reflectance) + around[c]! * reflectance * open + key[c]! * spot;
  }
}

/** The ground at distance t along the ray: pattern, shadow, contact, a wall's shade, a polished floor's mirror, haze to the sky. */
function shadeGround(stage: Stage, t: number, out: Colour): number {
  const { ray, view, albedo, around, scene, casting } = stage;
  const { ground, light, background } = scene;
  const dx = ray[3]!;
  const dy = ray[4]!;
  const x = view.origin[0] + dx * t;
  const z = view.origin[2] + ray[5]! * t;
  const blur = (stage.pixel * t * 0.5) / Math.max(-dy, 0.12);
  groundColour(ground, stage.groundCosine, stage.groundSine, x, z, blur, albedo);
  const reach = keyAt(stage, x, 0.004, z);
  const near = nearest(casting, x, 0.03, z, 0.3) / 0.3;
  let open = 0.45 + 0.55 * smoothstep(-0.1, 1, near);
  if (stage.wall) open *= 0.72 + 0.28 * smoothstep(0, 0.9, z - stage.wallZ);
  for (let c = 0; c < 3; c++) out[c] = albedo[c]! * (light.key[c]! * stage.ly * reach * 0.52 + light.ambient[c]! * open * 0.85);
  if (ground.gloss > 0) {
    const flat = 1 + dy;
    const strength = ground.gloss * (0.12 + 0.88 * flat * flat * flat * flat);
    mirrored(stage, x, z);
    for (let c = 0; c < 3; c++) out[c] = mix(out[c]!, around[c]!, strength);
  }
  if (!stage.wall) {
    const haze = smoothstep(4, 22, t - stage.away);
    skyColour(background, dx, dy, around);
    for (let c = 0; c < 3; c++) out[c] = mix(out[c]!, around[c]!, haze);
  }
  return reach < 0.5 ? ID.shadow : ID.ground;
}

/** What the ground at (x, z) mirrors, into `around`: a thing, simply lit, or the background. */
function mirrored(stage: Stage, x: number, z: number): void {
  const { ray, mirrorRay, mirror, albedo, around, scene, lx, ly, lz } = stage;
  const { key, ambient } = scene.light;
  const up = -ray[4]!;
  aim(mirrorRay, x, 0.006, z, ray[3]!, up, ray[5]!);
  if (!trace(stage.things, mirrorRay, 3, mirror)) {
    skyColour(scene.background, ray[3]!, up, around);
    return;
  }
  const at = mirror.at;
  coatColour(mirror.solid!.material, at[1]!, at[2]!, at[3]!, albedo);
  const lit = Math.max(at[4]! * lx + at[5]! * ly + at[6]! * lz, 0);
  for (let c = 0; c < 3; c++) around[c] = albedo[c]! * (key[c]! * lit * 0.5 + ambient[c]! * 0.6);
}
