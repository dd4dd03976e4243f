/**
 * How many other things stand around the object: the first of a fixed row of them. First the scene's own (what stands in front, then those beside), then more.
 * Not the scene's own draw (draw.ts): what is added here comes from streams of its own and stands where no thing touches another.
 */
import { stream } from '../math/rng.ts';
import { drawThing } from './draw.ts';
import { cosineOfTurns, sineOfTurns } from './maths.ts';
import type { Distractor, Scene } from './scene.ts';

/** With as many there is still room behind the object. */
export const MOST_THINGS = 6;

export const thingsAround = ({ distractors, occluder }: Scene): number => distractors.length + (occluder ? 1 : 0);

/** The scene with `count` things around (0 … 6): the last ones go first; new ones are the same whatever was there before. */
export function withThings(scene: Scene, count: number): Scene {
  const present = thingsAround(scene);
  if (count <= present) {
    const occluder = count > 0 ? scene.occluder : null;
    return { ...scene, occluder, distractors: scene.distractors.slice(0, count - (occluder ? 1 : 0)) };
  }
  const distractors = [...scene.distractors];
  for (let index = present; index < count; index++) distractors.push(another(scene.seed, index, distractors));
  return { ...scene, distractors };
}

/** A thing at the back, to the left and right in turn, where the object does not hide it; farther away until it is free of all others. */
function another(seed: number, index: number, others: readonly Distractor[]): Distractor {
  const draws = stream(seed, 'more-things', index);
  const size = draws.between(0.2, 0.34);
  const side = (index + draws.below(2)) % 2 === 0 ? 1 : -1;
  for (let tries = 0; ; tries++) {
    const turn = 0.25 + side * (tries % 2 === 0 ? 1 : -1) * draws.between(0.08, 0.19); // 0.25 points away from the camera
    const reach = 1.15 + size * 1.5 + draws.between(0, 0.9) + 0.05 * tries;
    const x = reach * cosineOfTurns(turn);
    const z = -reach * sineOfTurns(turn);
    const free = others.every((o) => (o.x - x) * (o.x - x) + (o.z - z) * (o.z - z) > 2.6 * (o.size + size) * (o.size + size));
    if (free) return drawThing(seed, index, { x, z, size });
  }
}
