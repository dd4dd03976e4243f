/** The renderer's contract: same bytes everywhere, every part visible and named, interventions that change one thing. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { stream } from '../math/rng.ts';
import {
  CLASSES, ID, SPLITS, checksum, classOf, intervene, legend, makeScene, partNames, renderRows, renderScene, sceneSeed, splitOf,
} from './index.ts';
import { cosineOfTurns, linearRgb, sineOfTurns, srgbByte } from './maths.ts';
import { OBJECTS } from './objects/index.ts';

afterEach(() => vi.restoreAllMocks());

/** Renders of these seeds at size 64; the end-to-end test compares the same in a browser. */
const golden = { seeds: [0, 11, 30_005, 36_018, 123_456], sums: 'b264efec a2fb0851 97566863 49d4da43 cebbb2d2' };

describe('classes and seeds', () => {
  it('has twelve classes with two to five parts, each sharing a kind of part with another', () => {
    expect(CLASSES).toHaveLength(12);
    for (const { id } of CLASSES) {
      expect(partNames(id).length).toBeGreaterThanOrEqual(2);
      expect(partNames(id).length).toBeLessThanOrEqual(5);
      expect(new Set(partNames(id)).size).toBe(partNames(id).length);
    }
    const owners = (part: string) => CLASSES.filter(({ id }) => partNames(id).includes(part)).length;
    expect([owners('handle'), owners('spout'), owners('stem'), owners('wheels'), owners('windows')].every((n) => n >= 2)).toBe(true);
  });

  it('splits are disjoint, of the promised size and balanced', () => {
    for (const split of ['train', 'validation', 'test'] as const) {
      const { count } = SPLITS[split];
      const tally = new Map<string, number>();
      for (let i = 0; i < count; i++) {
        const seed = sceneSeed(split, i);
        if (splitOf(seed) !== split) throw new Error(`seed ${seed} is in ${splitOf(seed)}`);
        tally.set(classOf(seed), (tally.get(classOf(seed)) ?? 0) + 1);
      }
      expect(tally.size).toBe(12);
      expect(Math.max(...tally.values()) - Math.min(...tally.values())).toBeLessThanOrEqual(1);
      expect(() => sceneSeed(split, count)).toThrow(/choose an integer/);
    }
    expect([SPLITS.train.count, SPLITS.validation.count, SPLITS.test.count]).toEqual([20_000, 2_000, 2_000]);
    expect(splitOf(100_000)).toBeUndefined();
  });

  it('one training scene in ten lacks a part, never its main one; no other scene does', () => {
    let lacking = 0;
    for (let i = 0; i < 5000; i++) {
      const { missing, classId } = makeScene(sceneSeed('train', i));
      lacking += missing.length;
      for (const part of missing) expect(partNames(classId).indexOf(part)).toBeGreaterThan(0);
    }
    expect(lacking / 5000).toBeGreaterThan(0.085);
    expect(lacking / 5000).toBeLessThan(0.115);
    for (let i = 0; i < 2000; i++) {
      expect(makeScene(sceneSeed('validation', i)).missing).toEqual([]);
      expect(makeScene(sceneSeed('test', i)).missing).toEqual([]);
    }
  });

  it('a scene is plain data and survives JSON; a bad seed or class is named', () => {
    const scene = makeScene(4711);
    expect(JSON.parse(JSON.stringify(scene))).toEqual(scene);
    expect(() => makeScene(-1)).toThrow(/not -1/);
    expect(() => makeScene(1, { classId: 'spoon' })).toThrow(/'spoon'.*mug, teapot/);
  });
});

describe('pictures', () => {
  it('have the same bytes as ever', () => {
    expect(golden.seeds.map((seed) => checksum(renderScene(makeScene(seed), 64))).join(' ')).toBe(golden.sums);
  });

  it('need nothing of Math whose last bit an engine may choose', () => {
    for (const name of ['sin', 'cos', 'tan', 'exp', 'log', 'pow', 'atan2', 'cbrt', 'hypot', 'random'] as const) {
      vi.spyOn(Math, name).mockImplementation(() => {
        throw new Error(`Math.${name} was called`);
      });
    }
    for (let seed = 0; seed < 12; seed++) renderScene(makeScene(seed), 16);
  });

  it('do not depend on what was rendered before, nor on how they are asked for', () => {
    const first = renderScene(makeScene(5), 40);
    renderScene(makeScene(6), 24);
    expect(checksum(renderScene(makeScene(5), 40))).toBe(checksum(first));
    const rows = renderRows(makeScene(5), 40);
    let last = 0;
    let step = rows.next();
    for (; !step.done; step = rows.next()) {
      expect(step.value.done).toBeGreaterThan(last);
      last = step.value.done;
    }
    expect(last).toBe(1);
    expect(checksum(step.value)).toBe(checksum(first));
  });

  it('antialiasing changes colours at edges only, and no id', () => {
    const plain = renderScene(makeScene(3), 48, { samples: 1 });
    const smooth = renderScene(makeScene(3), 48, { samples: 4 });
    expect(smooth.ids).toEqual(plain.ids);
    let changed = 0;
    for (let i = 0; i < plain.rgb.length; i += 3) changed += Number([0, 1, 2].some((c) => plain.rgb[i + c] !== smooth.rgb[i + c]));
    expect(changed).toBeGreaterThan(50);
    expect(changed).toBeLessThan(48 * 48 * 0.7);
    expect(() => renderScene(makeScene(3), 48, { samples: 5 })).toThrow(/not 5/);
  });

  it('an object covers a fair part of the frame, and an occluder hides at most two fifths of it', () => {
    for (let seed = 100_000; seed < 100_060; seed++) {
      const scene = makeScene(seed);
      const covered = (ids: Uint8Array) => ids.reduce((n, id) => n + Number(id >= ID.firstPart), 0);
      const free = covered(renderScene({ ...scene, occluder: null }, 24, { samples: 1 }).ids);
      expect(free / 576).toBeGreaterThan(0.04);
      expect(covered(renderScene(scene, 24, { samples: 1 }).ids)).toBeGreaterThan(0.6 * free);
    }
  });

  it('prints its speed', () => {
    const scenes = Array.from({ length: 24 }, (_, i) => makeScene(200_000 + i));
    for (const scene of scenes) renderScene(scene, 32);
    const start = performance.now();
    for (const scene of scenes) renderScene(scene, 64);
    const ms = (performance.now() - start) / scenes.length;
    console.info(`64 × 64 picture: ${ms.toFixed(1)} ms`);
    expect(ms).toBeLessThan(3000); // loose: a machine busy with other work is no failure
  });
});

describe('parts', () => {
  it.each(OBJECTS.map((object) => [object.id, object] as const))('%s: every part lies in its bounding sphere', (_, object) => {
    const draws = stream(1, 'bounds');
    for (let shape = 0; shape < 4; shape++) {
      const parts = object.parts([0, 1, 2, 3, 4, 5].map(() => draws.pick([0, 0.5, 0.999])) as never);
      for (let i = 0; i < 4000; i++) {
        const [x, y, z] = [draws.between(-1.6, 1.6), draws.between(-0.1, 2.3), draws.between(-1.2, 1.2)];
        for (const part of parts) {
          if (part.distance(x, y, z) > 0) continue;
          const [cx, cy, cz, radius] = part.bound;
          const out = Math.sqrt((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2) - radius;
          if (out > 0) throw new Error(`${object.id}, ${part.name}: (${x}, ${y}, ${z}) lies ${out} outside the bound`);
        }
      }
    }
  });

  it.each(CLASSES.map(({ id }) => [id]))('%s: every part is seen, named, and leaves alone when removed', (classId) => {
    const unseen = new Set(partNames(classId));
    for (let seed = 50_000; unseen.size > 0; seed++) {
      if (seed === 50_016) throw new Error(`never seen in 16 poses: ${[...unseen].join(', ')}`);
      const scene = makeScene(seed, { classId });
      const before = renderScene(scene, 40, { samples: 1 }).ids;
      for (const { id, name } of legend(scene)) {
        if (!unseen.has(name) || !before.includes(id)) continue;
        unseen.delete(name);
        const after = renderScene(intervene(scene, { kind: 'remove-part', part: name }), 40, { samples: 1 }).ids;
        expect(after.includes(id)).toBe(false);
        const onGround = (v: number) => v === ID.ground || v === ID.shadow;
        after.forEach((v, i) => {
          const was = before[i]!;
          if (v !== was && was !== id && !(onGround(v) && onGround(was))) throw new Error(`pixel ${i} went from ${was} to ${v}`);
        });
      }
    }
  });
});

describe('interventions', () => {
  const scene = makeScene(36_007);
  const before = renderScene(scene, 48);
  const objectOf = (ids: Uint8Array) => ids.map((id) => (id >= ID.firstPart ? id : 0));

  it.each(['recolour', 'light', 'background', 'ground'] as const)('%s changes the picture, not where the parts are', (kind) => {
    const after = renderScene(intervene(scene, { kind, seed: 99 }), 48);
    expect(after.rgb).not.toEqual(before.rgb);
    expect(objectOf(after.ids)).toEqual(objectOf(before.ids));
    expect(intervene(scene, { kind, seed: 99 }).classId).toBe(scene.classId);
  });

  it('object, shadow and distractors go, each alone', () => {
    const gone = renderScene(intervene(scene, { kind: 'remove-object' }), 48);
    expect(gone.ids.some((id) => id >= ID.firstPart)).toBe(false);
    const shadowless = renderScene(intervene(scene, { kind: 'remove-shadow' }), 48);
    expect(before.ids.includes(ID.shadow)).toBe(true);
    expect(shadowless.ids.includes(ID.shadow)).toBe(false);
    expect(objectOf(shadowless.ids)).toEqual(objectOf(before.ids));
    const crowded = makeScene([...Array(50).keys()].find((seed) => makeScene(seed).distractors.length === 3 && makeScene(seed).occluder)!);
    expect(renderScene(crowded, 48).ids.includes(ID.distractor)).toBe(true);
    expect(renderScene(intervene(crowded, { kind: 'remove-distractors' }), 48).ids.includes(ID.distractor)).toBe(false);
  });

  it('names a part that is not there, and leaves its argument alone', () => {
    const mug = makeScene(1, { classId: 'mug' });
    const copy = JSON.stringify(mug);
    intervene(mug, { kind: 'remove-part', part: 'handle' });
    expect(JSON.stringify(mug)).toBe(copy);
    expect(() => intervene(mug, { kind: 'remove-part', part: 'sail' })).toThrow(/'sail'.*body, handle, drink/);
  });
});

describe('maths', () => {
  it('sine, cosine and the sRGB curve agree with the library to a rounding', () => {
    for (let i = -50; i <= 50; i++) {
      const turns = i / 23;
      expect(sineOfTurns(turns)).toBeCloseTo(Math.sin(2 * Math.PI * turns), 6);
      expect(cosineOfTurns(turns)).toBeCloseTo(Math.cos(2 * Math.PI * turns), 6);
    }
    for (let byte = 0; byte < 256; byte++) {
      const hex = `#${byte.toString(16).padStart(2, '0').repeat(3)}`;
      const linear = byte <= 10 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4;
      expect(linearRgb(hex)[0]).toBeCloseTo(linear, 9);
      expect(Math.abs(srgbByte(linear) - byte)).toBeLessThanOrEqual(byte < 24 ? 1 : 0.5);
    }
  });
});
