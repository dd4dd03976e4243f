/** Which units a scene has, what the scene without each lacks, and the sign of an effect. */
import { describe, expect, it } from 'vitest';
import { effectOf, ID, intervene, makeScene, partNames, renderScene, scenesWithout, unitsOf } from './index.ts';

const SIZE = 40;
const idsOf = (scene: Parameters<typeof renderScene>[0]) => renderScene(scene, SIZE, { samples: 1 }).ids;
/** With three distractors, an occluder and a sticker: every kind of unit is there. */
const full = makeScene([...Array(60).keys()].map((i) => 36_000 + i).find((seed) => makeScene(seed).distractors.length === 3 && makeScene(seed).occluder)!);
const crowded = intervene({ ...full, camera: { ...full.camera, elevation: 0.02 } }, { kind: 'sticker', classId: 'mug', corner: 'top-left' });

describe('unitsOf', () => {
  const ids = idsOf(crowded);
  const units = unitsOf(crowded, ids);

  it('names every pixel once: parts first, then what is around them', () => {
    expect(units.reduce((sum, { pixels }) => sum + pixels, 0)).toBe(SIZE * SIZE);
    const parts = units.filter(({ name }) => partNames(crowded.classId).includes(name));
    expect(parts.length).toBeGreaterThanOrEqual(2);
    expect(units.slice(0, parts.length)).toEqual(parts);
    expect(units.slice(parts.length).map(({ name }) => name)).toEqual(['background', 'ground', 'distractor', 'shadow', 'sticker']);
    expect(units.filter(({ redrawn }) => redrawn).map(({ name }) => name)).toEqual(['background', 'ground']);
  });

  it('a part that is missing, and a sticker that is not there, are no units', () => {
    const part = partNames(crowded.classId).at(-1)!;
    const less = intervene(intervene(crowded, { kind: 'remove-part', part }), { kind: 'remove-sticker' });
    const names = unitsOf(less, idsOf(less)).map(({ name }) => name);
    expect(names).not.toContain(part);
    expect(names).not.toContain('sticker');
  });

  it('the scene without a unit has no pixel of it, or other colours where it is redrawn; the other parts stay', () => {
    for (const unit of units) {
      const scenes = scenesWithout(crowded, unit, { draws: 2 });
      expect(scenes).toHaveLength(unit.redrawn ? 2 : 1);
      for (const scene of scenes) {
        const after = idsOf(scene);
        if (unit.redrawn) expect(after.map((id) => (id >= ID.firstPart ? id : 0))).toEqual(ids.map((id) => (id >= ID.firstPart ? id : 0)));
        else expect(after.includes(unit.id)).toBe(false);
        for (const other of units) if (other.id >= ID.firstPart && other.id !== unit.id) expect(after.includes(other.id), `${other.name} without ${unit.name}`).toBe(true);
      }
    }
    expect(units.map(({ name }) => name)).toContain('shadow');
  });

  it('redraws change their unit alone, differ from each other, and more of them keep the first', () => {
    const ground = units.find(({ name }) => name === 'ground')!;
    const [a, b] = scenesWithout(crowded, ground, { draws: 2, seed: 5 });
    expect({ ...a!, ground: crowded.ground }).toEqual(crowded);
    expect(a!.ground).not.toEqual(crowded.ground);
    expect(b!.ground).not.toEqual(a!.ground);
    expect(scenesWithout(crowded, ground, { draws: 3, seed: 5 }).slice(0, 2)).toEqual([a, b]);
    expect(scenesWithout(crowded, ground, { draws: 1, seed: 6 })).not.toEqual([a]);
  });
});

describe('effectOf', () => {
  it('is positive where the score falls without the unit; the deviation is that of the draws', () => {
    expect(effectOf(5, [3])).toEqual({ effect: 2 });
    expect(effectOf(1, [3, 5])).toEqual({ effect: -3, deviation: Math.SQRT2 });
    expect(() => effectOf(1, [])).toThrow(/draws ≥ 1/);
  });
});
