/**
 * The paints of every surface, vivid and quiet ones. Objects, distractors, grounds and walls draw from the same tins in nearly the
 * same shares, so that neither a colour nor how much of it there is says what is in the picture. Not tied to any class.
 */
import type { Stream } from '../math/rng.ts';
import { clamp01, linearRgb, luminance, mixRgb, type Rgb } from './maths.ts';

const VIVID = [
  '#d9483b', '#e8743b', '#f2a33a', '#f4c95d', '#c9b458', '#8fae4b', '#4f9d69', '#2f8f83', '#37a3b8', '#3b7fc4', '#3e5ba9',
  '#6a5ab0', '#9a5aa8', '#c8578f', '#e58aa0', '#f0ebe0', '#d6d1c7', '#3a4250', '#6d4c3d', '#a9744f', '#c98d6a', '#7aa7a1',
].map(linearRgb);

const QUIET = [
  '#e9e2d6', '#d8cfc0', '#c7b299', '#b08968', '#8c6b52', '#cfd8dc', '#a9b8c2', '#7f95a6', '#d9e2d0', '#a8bba0', '#7f9a80',
  '#efd9ce', '#d8b4a6', '#c4a5b0', '#b7a7c9', '#8f8aa8', '#e6d8a8', '#c9b98a', '#6f7b86', '#55606b', '#9fb4d0', '#b9d3d6',
].map(linearRgb);

/** A paint lighter or darker than the one in the tin: from `least` to 1.16 of its light. */
function tint(paint: Rgb, draws: Stream, least: number): Rgb {
  const gain = draws.between(least, 1.16);
  return [clamp01(paint[0] * gain), clamp01(paint[1] * gain), clamp01(paint[2] * gain)];
}

/** A paint for a thing: vivid rather than quiet. */
export const thingPaint = (draws: Stream) => tint(draws.pick(draws.uniform() < 0.55 ? VIVID : QUIET), draws, 0.82);

/** A paint for a ground or wall: quiet rather than vivid, and often darker, as things have dark sides and grounds have none. */
export const surfacePaint = (draws: Stream) => tint(draws.pick(draws.uniform() < 0.5 ? VIVID : QUIET), draws, 0.35);

/** A perceptual difference, roughly: Euclidean in the square roots of linear light. */
export function contrast(a: Rgb, b: Rgb): number {
  const dr = Math.sqrt(a[0]) - Math.sqrt(b[0]);
  const dg = Math.sqrt(a[1]) - Math.sqrt(b[1]);
  const db = Math.sqrt(a[2]) - Math.sqrt(b[2]);
  return Math.sqrt(dr * dr + dg * dg + db * db);
}

/** Draws until the paint differs from each of `others` by `least` (at most 24 tries, then the last). */
export function distinctPaint(draw: () => Rgb, others: readonly Rgb[], least: number): Rgb {
  let paint = draw();
  for (let i = 0; i < 24 && others.some((other) => contrast(paint, other) < least); i++) paint = draw();
  return paint;
}

/** A shade of the same hue: darker for light paints, lighter for dark ones, by `share`. */
export function shade(paint: Rgb, share: number): Rgb {
  return luminance(paint) > 0.22 ? mixRgb(paint, [0.02, 0.02, 0.03], share) : mixRgb(paint, [0.9, 0.88, 0.84], share * 0.6);
}
