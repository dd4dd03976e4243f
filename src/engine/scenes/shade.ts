/**
 * The colour and id along one camera ray: object, ground or background under a key light with soft shadow, a sky and a bounce.
 * Not the picture: render.ts decides which rays to cast.
 */
import { viewOf } from './camera.ts';
import { clamp01, cosineOfTurns, mix, sineOfTurns, smoothstep } from './maths.ts';
import { lightReaching, nearest, newHit, trace, type Ray } from './march.ts';
import type { Scene } from './scene.ts';
import { coatColour, groundColour, hasWall, skyColour, wallColour, type Colour } from './surfaces.ts';
import { ID, thingsOf } from './things.ts';

function aim(ray: Ray, ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): void {
  ray[0] = ox;
  ray[1] = oy;
  ray[2] = oz;
  ray[3] = dx;
  ray[4] = dy;
  ray[5] = dz;
}

const lift = 0.03; // off the surface before looking for shadow and occlusion

/** Casts the ray through (u, v), each in [−1, 1], v upwards: linear colour into `out`, id returned. */
export type Shader = (u: number, v: number, out: Colour) => number;

export function makeShader(scene: Scene, size: number): Shader {
  const things = thingsOf(scene);
  const casting = scene.shadowless ? [] : things;
  const { origin, forward, right, up } = viewOf(scene.camera);
  const { light, ground, background } = scene;
  const ce = cosineOfTurns(light.elevation);
  const lx = sineOfTurns(light.azimuth) * ce;
  const ly = sineOfTurns(light.elevation);
  const lz = cosineOfTurns(light.azimuth) * ce;
  const side = lx < 0 ? -1 : 1;
  const groundCosine = cosineOfTurns(ground.turn);
  const groundSine = sineOfTurns(ground.turn);
  const wall = hasWall(background);
  const wallZ = -background.distance;
  const pixel = (2 * scene.camera.halfView) / size;
  const precision = Math.max(0.0012, (0.09 * pixel) / (scene.camera.span * scene.camera.halfView)); // a tenth of a pixel at the object
  const hit = newHit(precision);
  const mirror = newHit(precision * 2);
  const ray: Ray = new Float64Array(6);
  const mirrorRay: Ray = new Float64Array(6);
  const shadowRay: Ray = Float64Array.of(0, 0, 0, lx, ly, lz);
  const albedo: Colour = new Float64Array(3);
  const around: Colour = new Float64Array(3);
  const { key, ambient } = light;

  function reaching(x: number, y: number, z: number): number {
    shadowRay[0] = x;
    shadowRay[1] = y;
    shadowRay[2] = z;
    return casting.length > 0 ? lightReaching(casting, shadowRay, light.softness) : 1;
  }

  /** What a mirror sees in a direction: floor below, soft box towards the light, background elsewhere. */
  function surroundings(dx: number, dy: number, out: Colour): void {
    const floor = smoothstep(0.1, -0.15, dy);
    skyColour(background, dx * 0.5, Math.abs(dy) * 0.5, out);
    for (let c = 0; c < 3; c++) out[c] = mix(out[c]! * (0.85 + 0.5 * Math.max(dy, 0)), ground.colour[c]! * 0.8, floor);
  }

  function shadeThing(out: Colour): void {
    const at = hit.at;
    const dx = ray[3]!;
    const dy = ray[4]!;
    const dz = ray[5]!;
    const t = at[0]!;
    const nx = at[4]!;
    const ny = at[5]!;
    const nz = at[6]!;
    const material = hit.solid!.material;
    coatColour(material, at[1]!, at[2]!, at[3]!, albedo);
    const px = origin[0] + dx * t + nx * lift;
    const py = origin[1] + dy * t + ny * lift;
    const pz = origin[2] + dz * t + nz * lift;
    const facing = nx * lx + ny * ly + nz * lz;
    const soft = facing > 0.2 ? facing : facing > -0.2 ? (facing + 0.2) * (facing + 0.2) * 1.25 : 0; // no hard line where the light grazes
    const lit = soft > 0.004 ? soft * reaching(px, py, pz) : 0;
    const near = nearest(things, px + nx * 0.16, py + ny * 0.16, pz + nz * 0.16, 0.16) / 0.16;
    const open = (0.35 + 0.65 * clamp01(near)) * (0.7 + 0.3 * smoothstep(0, 0.5, py + ny * 0.25));
    const above = (0.5 + 0.5 * ny) * open;
    const below = (0.5 - 0.5 * ny) * open * 0.55;
    const toward = -(nx * dx + ny * dy + nz * dz);
    const edge = 1 - clamp01(toward);
    const reflectance = material.gloss * (0.05 + 0.5 * edge * edge * edge * edge);
    const rx = dx + 2 * toward * nx;
    const ry = dy + 2 * toward * ny;
    const rz = dz + 2 * toward * nz;
    surroundings(rx, ry, around);
    let spot = Math.max(rx * lx + ry * ly + rz * lz, 0);
    for (let i = 0; i < material.polish; i++) spot *= spot;
    spot *= lit > 0 ? material.gloss * (0.25 + 0.11 * material.polish) * smoothstep(0, 0.15, lit) : 0;
    for (let c = 0; c < 3; c++) {
      const diffuse = albedo[c]! * (key[c]! * lit * 0.62 + ambient[c]! * above + ground.colour[c]! * below * (0.5 + 0.4 * key[c]!));
      out[c] = diffuse * (1 - reflectance) + around[c]! * reflectance * open + key[c]! * spot;
    }
  }

  function shadeGround(t: number, out: Colour): number {
    const dx = ray[3]!;
    const dy = ray[4]!;
    const dz = ray[5]!;
    const x = origin[0] + dx * t;
    const z = origin[2] + dz * t;
    groundColour(ground, groundCosine, groundSine, x, z, (pixel * t * 0.5) / Math.max(-dy, 0.12), albedo);
    const reach = reaching(x, 0.004, z);
    const near = nearest(casting, x, 0.03, z, 0.3) / 0.3;
    let open = 0.45 + 0.55 * smoothstep(-0.1, 1, near);
    if (wall) open *= 0.72 + 0.28 * smoothstep(0, 0.9, z - wallZ);
    for (let c = 0; c < 3; c++) out[c] = albedo[c]! * (key[c]! * ly * reach * 0.52 + ambient[c]! * open * 0.85);
    if (ground.gloss > 0) {
      const away = 1 + dy;
      const strength = ground.gloss * (0.12 + 0.88 * away * away * away * away);
      aim(mirrorRay, x, 0.006, z, dx, -dy, dz);
      if (trace(things, mirrorRay, 3, mirror)) {
        const at = mirror.at;
        coatColour(mirror.solid!.material, at[1]!, at[2]!, at[3]!, albedo);
        const lit = Math.max(at[4]! * lx + at[5]! * ly + at[6]! * lz, 0);
        for (let c = 0; c < 3; c++) around[c] = albedo[c]! * (key[c]! * lit * 0.5 + ambient[c]! * 0.6);
      } else skyColour(background, dx, -dy, around);
      for (let c = 0; c < 3; c++) out[c] = mix(out[c]!, around[c]!, strength);
    }
    if (!wall) {
      const haze = smoothstep(4, 22, t - 1 / (scene.camera.span * scene.camera.halfView));
      skyColour(background, dx, dy, around);
      for (let c = 0; c < 3; c++) out[c] = mix(out[c]!, around[c]!, haze);
    }
    return reach < 0.5 ? ID.shadow : ID.ground;
  }

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
    const far = Math.min(Math.min(floor, back), 60);
    aim(ray, origin[0], origin[1], origin[2], dx, dy, dz);
    if (trace(things, ray, far, hit)) {
      shadeThing(out);
      return hit.solid!.id;
    }
    if (floor < back && floor < 60) return shadeGround(floor, out);
    if (back < 1e9) wallColour(background, origin[0] + dx * back, origin[1] + dy * back, side, out);
    else skyColour(background, dx, dy, out);
    return ID.background;
  };
}
