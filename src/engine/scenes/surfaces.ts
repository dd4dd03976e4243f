/**
 * What colour a surface has at a point: coats of things, patterns of the ground, the background behind all. Not the light on it.
 * Results go into a caller's array of three, so that no pixel allocates. Patterns fade where they become finer than a pixel.
 */
import { cellNoise, clamp01, mix, smoothstep, valueNoise, type Rgb } from './maths.ts';
import type { Background, Ground, Material } from './scene.ts';

export type Colour = Float64Array;

function paint(out: Colour, a: Rgb, b: Rgb, share: number): void {
  out[0] = mix(a[0], b[0], share);
  out[1] = mix(a[1], b[1], share);
  out[2] = mix(a[2], b[2], share);
}

/** A soft square wave of u with period 1: 1 on the middle `duty` of it. `blur` is the width of its edges. */
function pulse(u: number, duty: number, blur: number): number {
  const d = Math.abs(u - Math.floor(u) - 0.5);
  return smoothstep(duty / 2 + blur, duty / 2 - blur, d);
}

/** The colour of a thing's material at a point of its own coordinates. */
export function coatColour(material: Material, x: number, y: number, z: number, out: Colour): void {
  const s = material.scale;
  let share = 0;
  switch (material.coat) {
    case 'plain':
      break;
    case 'bands':
      share = pulse(y * s, 0.42, 0.04);
      break;
    case 'checks':
      share = Math.abs(pulse(y * s * 0.8, 0.5, 0.03) - pulse((x + z * 0.7) * s * 0.8, 0.5, 0.03));
      break;
    case 'dots': {
      const u = x * s * 1.3 - Math.floor(x * s * 1.3) - 0.5;
      const v = y * s * 1.3 - Math.floor(y * s * 1.3) - 0.5;
      const w = z * s * 1.3 - Math.floor(z * s * 1.3) - 0.5;
      share = smoothstep(0.36, 0.3, Math.sqrt(u * u + v * v + w * w));
      break;
    }
    case 'speckle':
      share = 0.7 * smoothstep(0.45, 0.75, valueNoise((x + 5) * s * 3, (y + z * 1.7) * s * 3, 3));
      break;
    case 'fade':
      share = smoothstep(0.1, 1.7, y);
      break;
    default:
      material.coat satisfies never;
  }
  paint(out, material.colour, material.second, share);
}

/** The colour of the ground at (x, z); `blur` is the size of a pixel there. */
export function groundColour(ground: Ground, cosine: number, sine: number, x: number, z: number, blur: number, out: Colour): void {
  const u = (cosine * x + sine * z) * ground.scale;
  const v = (cosine * z - sine * x) * ground.scale;
  const b = Math.max(blur * ground.scale, 0.02);
  const fade = 1 - smoothstep(0.15, 0.6, b);
  let share = 0;
  switch (ground.kind) {
    case 'plain':
      break;
    case 'checks':
      share = Math.abs(pulse(u * 0.75, 0.5, b) - pulse(v * 0.75, 0.5, b));
      break;
    case 'planks': {
      const row = Math.floor(v * 1.3);
      const seam = pulse(v * 1.3 + 0.5, 0.03, Math.max(b, 0.03));
      const end = pulse(u * 0.35 + cellNoise(row, 7, 1), 0.008, Math.max(b * 0.35, 0.008));
      const grain = valueNoise(u * 0.9 + row * 9.7, v * 14, 2) * 0.35;
      share = clamp01(0.8 * Math.max(seam, end) + grain + 0.4 * cellNoise(row, Math.floor(u * 0.35 + cellNoise(row, 7, 1) + 0.5), 2));
      break;
    }
    case 'stripes':
      share = pulse(u * 1.1, 0.4, b);
      break;
    case 'dots': {
      const p = u * 1.5 - Math.floor(u * 1.5) - 0.5;
      const q = v * 1.5 - Math.floor(v * 1.5) - 0.5;
      share = smoothstep(0.24 + b, 0.24 - b, Math.sqrt(p * p + q * q));
      break;
    }
    case 'terrazzo':
      share = smoothstep(0.62, 0.68 + b, valueNoise(u * 7, v * 7, 4)) * 0.9 + 0.15 * valueNoise(u * 2, v * 2, 5);
      break;
    default:
      ground.kind satisfies never;
  }
  const mean = ground.kind === 'plain' ? 0 : 0.3;
  paint(out, ground.colour, ground.second, mix(mean, share, fade));
}

export const hasWall = (background: Background) => background.kind !== 'studio' && background.kind !== 'sky';

/** The colour of a wall at (x, y), lit from `side` (±1) with a soft falloff. */
export function wallColour(background: Background, x: number, y: number, side: number, out: Colour): void {
  const s = background.scale;
  let share = 0;
  switch (background.kind) {
    case 'studio':
    case 'sky':
      break;
    case 'plaster':
      share = 0.35 * valueNoise(x * s * 1.5, y * s * 1.5, 6) + 0.2 * valueNoise(x * s * 6, y * s * 6, 7);
      break;
    case 'wallpaper':
      share = pulse(x * s * 1.2, 0.45, 0.04) * 0.7;
      break;
    case 'panels':
      share = 0.75 * Math.max(pulse(x * s * 0.7, 0.04, 0.02), smoothstep(0.72, 0.69, y / s) * 0.5);
      break;
    case 'bricks': {
      const row = Math.floor(y * s * 2.4);
      const u = x * s * 1.1 + (row & 1) * 0.5;
      const mortar = Math.max(pulse(y * s * 2.4 + 0.5, 0.09, 0.05), pulse(u + 0.5, 0.04, 0.025));
      share = clamp01(0.85 * mortar + 0.35 * cellNoise(Math.floor(u), row, 8));
      break;
    }
    default:
      background.kind satisfies never;
  }
  const light = 0.84 * clamp01(0.92 + 0.05 * side * x - 0.012 * x * x) * (0.78 + 0.22 * smoothstep(0, 1.2, y));
  paint(out, background.colour, background.second, share);
  out[0] = out[0]! * light;
  out[1] = out[1]! * light;
  out[2] = out[2]! * light;
}

/** The colour of a studio sweep or a sky in the direction (dx, dy): a soft gradient upwards, with a glow behind the object. */
export function skyColour(background: Background, dx: number, dy: number, out: Colour): void {
  if (background.kind === 'sky') {
    paint(out, background.colour, background.second, 0);
    const lift = smoothstep(-0.05, 0.55, dy);
    const cloud = 0.55 * smoothstep(0.5, 0.8, 0.65 * valueNoise(dx * 5 * background.scale, dy * 11, 9) + 0.35 * valueNoise(dx * 12, dy * 24, 10));
    for (let c = 0; c < 3; c++) out[c] = mix(mix(0.82 * out[c]! + 0.18, out[c]! * 0.72, lift), 0.92, cloud);
    return;
  }
  paint(out, background.colour, background.second, smoothstep(-0.2, 0.6, dy) * 0.6);
  const glow = 0.72 + 0.3 * smoothstep(1, 0, Math.sqrt(dx * dx + (dy + 0.1) * (dy + 0.1)) * 1.7);
  out[0] = out[0]! * glow;
  out[1] = out[1]! * glow;
  out[2] = out[2]! * glow;
}
