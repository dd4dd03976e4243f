/**
 * The units of a scene, and the scene without each: what a true effect is measured on (METHODS.md, "Causal fidelity over parts").
 * Not a model's answer to it: whoever has one renders these scenes and asks.
 */
import { stream } from '../math/rng.ts';
import { intervene } from './intervene.ts';
import type { Scene } from './scene.ts';
import { ID, legend } from './things.ts';

/** A named part, the ground, the background, the shadow on the ground, the other things, or the sticker. */
export interface Unit {
  /** Of its pixels in the id map. */
  readonly id: number;
  readonly name: string;
  readonly title: string;
  /** How many pixels of the id map are its own. */
  readonly pixels: number;
  /** Ground and background cannot be taken away: others are drawn in their place. All other units are removed. */
  readonly redrawn: boolean;
}

/** Of how many other grounds or backgrounds an effect is the mean, unless said otherwise. */
export const DRAWS = 4;

/** The units with at least one pixel in `ids` (the scene's id map at any size): parts in the class's order, then what is around them. */
export function unitsOf(scene: Scene, ids: Uint8Array): Unit[] {
  const counts = new Uint32Array(256);
  for (const id of ids) counts[id]!++;
  const isPart = (id: number) => id >= ID.firstPart && id !== ID.sticker;
  const seen = legend(scene).filter(({ id }) => counts[id]! > 0);
  const inOrder = [...seen.filter(({ id }) => isPart(id)), ...seen.filter(({ id }) => !isPart(id))];
  return inOrder.map(({ id, name, title }) => ({ id, name, title, pixels: counts[id]!, redrawn: id === ID.ground || id === ID.background }));
}

/**
 * The scene without a unit: one scene where it is removed, `draws` scenes where it is redrawn. Draw k hangs on (seed, unit, k) alone, so more draws keep the first.
 * What the unit causes elsewhere (its shadow, its reflection, what it hid) goes with it: that is the intervention's truth.
 */
export function scenesWithout(scene: Scene, { id, name }: Pick<Unit, 'id' | 'name'>, { draws = DRAWS, seed = 0 }: { readonly draws?: number; readonly seed?: number } = {}): Scene[] {
  const redrawn = (kind: 'ground' | 'background') => Array.from({ length: draws }, (_, k) => intervene(scene, { kind, seed: stream(seed, `other-${kind}`, k).bits() }));
  switch (id) {
    case ID.background:
      return redrawn('background');
    case ID.ground:
      return redrawn('ground');
    case ID.shadow:
      return [intervene(scene, { kind: 'remove-shadow' })];
    case ID.distractor:
      return [intervene(scene, { kind: 'remove-distractors' })];
    case ID.sticker:
      return [intervene(scene, { kind: 'remove-sticker' })];
    default:
      return [intervene(scene, { kind: 'remove-part', part: name })];
  }
}

/**
 * effect = f(x) − mean over draws of f(x without the unit): positive where the unit speaks for the class. `deviation`: the sample's standard deviation over the
 * draws (n − 1), absent for a single one. Throws without a draw.
 */
export function effectOf(value: number, without: readonly number[]): { readonly effect: number; readonly deviation?: number } {
  if (without.length === 0) throw new RangeError('an effect needs the value of at least one scene without the unit: ask for draws ≥ 1');
  const mean = without.reduce((sum, v) => sum + v, 0) / without.length;
  if (without.length === 1) return { effect: value - mean };
  const squares = without.reduce((sum, v) => sum + (v - mean) * (v - mean), 0);
  return { effect: value - mean, deviation: Math.sqrt(squares / (without.length - 1)) };
}
