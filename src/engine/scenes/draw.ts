/**
 * Draws a scene from a seed. Every property has its own stream (seed, purpose), so none depends on the class or on another's draws.
 * Not the pixels. Only seeds of the training split may lack a part: one in ten does, and never its main (first) part.
 */
import { stream } from '../math/rng.ts';
import { viewOf } from './camera.ts';
import { distinctPaint, shade, surfacePaint, thingPaint } from './colours.ts';
import { cosineOfTurns, mixRgb, sineOfTurns, type Rgb } from './maths.ts';
import { CLASSES, objectClass } from './objects/index.ts';
import { BACKGROUNDS, COATS, DISTRACTORS, GROUNDS, type Background, type Camera, type Distractor, type Ground, type Light, type Material, type Scene } from './scene.ts';
import { splitOf } from './splits.ts';

/** The class of a seed: each block of twelve consecutive seeds holds every class once, in shuffled order. */
export function classOf(seed: number): string {
  const block = Math.floor(seed / CLASSES.length);
  return stream(block, 'class').shuffle(CLASSES)[seed - block * CLASSES.length]!.id;
}

/** The scene of a seed (an integer in [0, 2³²)). `classId` shows another class under otherwise the same draws. */
export function makeScene(seed: number, options: { readonly classId?: string } = {}): Scene {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`A scene's seed is an integer from 0 to 4294967295, not ${seed}.`);
  }
  const classId = objectClass(options.classId ?? classOf(seed)).id;
  const share = stream(seed, 'shape').uniform;
  const ground = drawGround(seed);
  const background = drawBackground(seed, ground);
  const camera = drawCamera(seed);
  const turns = stream(seed, 'turn');
  return {
    seed,
    classId,
    shape: [share(), share(), share(), share(), share(), share()],
    missing: drawMissing(seed, classId),
    turn: (turns.below(2) === 0 ? 0 : 0.5) + turns.between(-0.15, 0.15),
    materials: drawMaterials(seed, ground, background),
    camera,
    light: drawLight(seed),
    ground,
    background,
    distractors: drawDistractors(seed),
    occluder: drawOccluder(seed, camera),
    objectGone: false,
    shadowless: false,
    sticker: null,
  };
}

function drawMissing(seed: number, classId: string): string[] {
  const draws = stream(seed, 'missing');
  const lacks = draws.uniform() < 0.1;
  if (!lacks || splitOf(seed) !== 'train') return [];
  const names = objectClass(classId).parts([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]).map((part) => part.name);
  return [names[1 + draws.below(names.length - 1)]!];
}

function drawMaterial(seed: number, purpose: string, index: number, apart: readonly Rgb[], least: number): Material {
  const draws = stream(seed, purpose, index);
  const colour = distinctPaint(() => thingPaint(draws), apart, least);
  const second = draws.uniform() < 0.5 ? shade(colour, draws.between(0.25, 0.55)) : distinctPaint(() => thingPaint(draws), [colour], 0.2);
  const coat = draws.uniform() < 0.45 ? 'plain' : draws.pick(COATS);
  return { colour, second, coat, scale: draws.between(1.6, 4.2), gloss: draws.uniform() * draws.between(0.2, 1), polish: 3 + draws.below(4) };
}

/** The object's four materials: told apart from each other, the two large ones also from ground and background. */
export function drawMaterials(seed: number, ground: Ground, background: Background): Scene['materials'] {
  const around = [ground.colour, background.colour];
  const main = drawMaterial(seed, 'material', 0, around, 0.3);
  const next = drawMaterial(seed, 'material', 1, [...around, main.colour], 0.24);
  const third = drawMaterial(seed, 'material', 2, [main.colour, next.colour], 0.24);
  const accent = drawMaterial(seed, 'material', 3, [main.colour, next.colour, third.colour], 0.24);
  return [main, { ...next, coat: 'plain' }, { ...third, coat: 'plain' }, { ...accent, coat: 'plain' }];
}

function drawCamera(seed: number): Camera {
  const draws = stream(seed, 'camera');
  const span = draws.between(0.5, 0.82);
  const slack = 1 / span - 1;
  return {
    span,
    elevation: draws.between(0.022, 0.085),
    roll: draws.between(-0.008, 0.008),
    halfView: draws.between(0.22, 0.42),
    aside: draws.between(-1, 1) * slack * 0.75,
    above: draws.between(-1, 1) * slack * 0.6,
  };
}

/** A key light from the side or over the camera's shoulder, warm or cool, and a complementary sky. */
export function drawLight(seed: number): Light {
  const draws = stream(seed, 'light');
  const azimuth = (draws.below(2) === 0 ? 1 : -1) * draws.between(0.04, 0.3);
  const warmth = draws.uniform();
  const strength = draws.between(1.7, 2.5);
  const tone = mixRgb([1, 0.87, 0.7], [0.93, 0.97, 1.05], warmth);
  const fill = draws.between(0.42, 0.68);
  const sky = mixRgb([0.86, 0.96, 1.14], [1.05, 0.99, 0.92], warmth);
  return {
    azimuth,
    elevation: draws.between(0.075, 0.17),
    key: [tone[0] * strength, tone[1] * strength, tone[2] * strength],
    ambient: [sky[0] * fill, sky[1] * fill, sky[2] * fill],
    softness: draws.between(0.05, 0.2),
  };
}

export function drawGround(seed: number): Ground {
  const draws = stream(seed, 'ground');
  const colour = surfacePaint(draws);
  return {
    kind: draws.uniform() < 0.25 ? 'plain' : draws.pick(GROUNDS),
    colour,
    second: draws.uniform() < 0.65 ? shade(colour, draws.between(0.15, 0.4)) : surfacePaint(draws),
    scale: draws.between(0.9, 2.2),
    turn: draws.uniform(),
    gloss: draws.uniform() < 0.5 ? 0 : draws.between(0.05, 0.35),
  };
}

export function drawBackground(seed: number, ground: Ground): Background {
  const draws = stream(seed, 'background');
  const kind = draws.pick(BACKGROUNDS);
  const paint = distinctPaint(() => surfacePaint(draws), [ground.colour], 0.12);
  const colour = kind === 'sky' ? mixRgb(paint, [0.36, 0.55, 0.78], 0.5) : paint;
  return {
    kind,
    colour,
    second: draws.uniform() < 0.6 ? shade(colour, draws.between(0.12, 0.35)) : surfacePaint(draws),
    scale: draws.between(0.8, 2),
    distance: draws.between(2.2, 4.5),
  };
}

/** None to three things beside or behind the object, none touching it or each other. */
function drawDistractors(seed: number): Distractor[] {
  const draws = stream(seed, 'distractors');
  const count = draws.below(4);
  const out: Distractor[] = [];
  for (let i = 0; out.length < count && i < 12; i++) {
    const size = draws.between(0.2, 0.42);
    const turn = 0.25 + draws.between(-0.36, 0.36); // 0.25 points away from the camera
    const reach = 1.15 + size * 1.5 + draws.between(0, 0.7);
    const x = reach * cosineOfTurns(turn);
    const z = -reach * sineOfTurns(turn);
    const free = out.every((o) => (o.x - x) * (o.x - x) + (o.z - z) * (o.z - z) > 2.6 * (o.size + size) * (o.size + size));
    if (free) out.push({ kind: draws.pick(DISTRACTORS), x, z, size, turn: draws.uniform(), material: drawMaterial(seed, 'distractor-material', i, [], 0) });
  }
  return out;
}

/** Thing `index` of those that a visitor adds: its kind, turn and material, at a given place. */
export function drawThing(seed: number, index: number, place: Pick<Distractor, 'x' | 'z' | 'size'>): Distractor {
  const draws = stream(seed, 'more-kinds', index);
  return { ...place, kind: draws.pick(DISTRACTORS), turn: draws.uniform(), material: drawMaterial(seed, 'more-material', index, [], 0) };
}

/**
 * In three scenes of ten, a thing before the object's lower left or right: on the line from the camera to a point `aside` of the
 * object's middle, and so large that its top hides what is below `cover` there. It knows the camera, not the object.
 */
function drawOccluder(seed: number, camera: Camera): Distractor | null {
  const draws = stream(seed, 'occluder');
  if (draws.uniform() >= 0.3) return null;
  const aside = (draws.below(2) === 0 ? 1 : -1) * draws.between(0.4, 0.95);
  const cover = draws.between(0.25, 0.65);
  const { origin } = viewOf(camera);
  const near = draws.between(1.5, 1.8);
  const share = near / origin[2];
  const height = cover * (1 - share) + origin[1] * share;
  return {
    kind: draws.pick(DISTRACTORS),
    x: aside * (1 - share) + origin[0] * share,
    z: near,
    size: Math.min(height / 1.5, 0.6),
    turn: draws.uniform(),
    material: drawMaterial(seed, 'occluder-material', 0, [], 0),
  };
}
