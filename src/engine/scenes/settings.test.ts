/** Every setting sets what it says and nothing else; the object stays in the picture and the ids stay right. */
import { describe, expect, it } from 'vitest';
import type { NumberParam } from '../params.ts';
import { ID, intervene, makeScene, renderScene, SETTING_IDS, SETTINGS, settingsOf, type Scene, type SettingId } from './index.ts';

const SIZE = 32;
const render = (scene: Scene) => renderScene(scene, SIZE, { samples: 1 });
const partsOf = (ids: Uint8Array) => ids.map((id) => (id >= ID.firstPart ? id : 0));
const SEEDS = [36_145, 50_003];
/** Fields of a scene that a setting may touch. */
const TOUCHED = {
  turn: ['turn'], size: ['camera'], aside: ['camera'], above: ['camera'],
  'light-side': ['light'], 'light-height': ['light'], 'light-strength': ['light'], 'light-warmth': ['light'],
  hue: ['materials'], things: ['distractors', 'occluder'],
} as const satisfies Record<SettingId, readonly (keyof Scene)[]>;

describe.each(SETTING_IDS)('%s', (id) => {
  const { min, max, step = 1 } = SETTINGS[id].param as NumberParam;
  const values = [min, min + step * Math.round((max - min) / step / 3), max];

  it('is what it was set to, whatever it was; all other settings and all else stay', () => {
    for (const seed of SEEDS) {
      const scene = makeScene(seed);
      for (const value of values) {
        const after = intervene(scene, { kind: id, value });
        expect(settingsOf(after)[id]).toBeCloseTo(value, id === 'hue' ? 0 : 9);
        for (const other of SETTING_IDS) if (other !== id) expect(settingsOf(after)[other], `${other} after ${id}`).toBeCloseTo(settingsOf(scene)[other], 9);
        const kept = Object.fromEntries(TOUCHED[id].map((field) => [field, scene[field]]));
        expect({ ...after, ...kept }).toEqual(scene);
        const again = intervene(intervene(scene, { kind: id, value: max }), { kind: id, value });
        if (id !== 'hue' && id !== 'things') expect(settingsOf(again)[id]).toBeCloseTo(value, 9);
      }
    }
  });

  it('changes the picture, and survives JSON', () => {
    const scene = makeScene(36_007);
    const pictures = values.map((value) => render(intervene(scene, { kind: id, value })));
    expect(pictures[0]!.rgb).not.toEqual(pictures[1]!.rgb);
    const after = intervene(scene, { kind: id, value: values[1]! });
    expect(JSON.parse(JSON.stringify(after))).toEqual(after);
  });

  it('outside its range is an error that names it', () => {
    for (const value of [min - step, max + step, NaN]) expect(() => intervene(makeScene(1), { kind: id, value })).toThrow(new RegExp(`'${id}' of a scene is .* from ${min} to ${max}, not ${value}`));
  });
});

it('where the parts are, light and hue do not change', () => {
  const scene = makeScene(36_145);
  const before = partsOf(render(scene).ids);
  for (const [kind, value] of [['light-side', -90], ['light-height', 15], ['light-strength', 0.5], ['light-warmth', 1], ['hue', 200]] as const) {
    expect(partsOf(render(intervene(scene, { kind, value })).ids)).toEqual(before);
  }
});

it('the object stays in the picture at the edges of its ranges, and goes where it is sent', () => {
  for (const seed of SEEDS) {
    const scene = intervene(makeScene(seed), { kind: 'things', value: 0 });
    const centre = (value: Scene, row: boolean) => {
      const { ids } = render(value);
      const places = [...ids.keys()].filter((i) => ids[i]! >= ID.firstPart);
      return places.reduce((sum, i) => sum + (row ? Math.floor(i / SIZE) : i % SIZE), 0) / places.length;
    };
    for (const [kind, row] of [['aside', false], ['above', true]] as const) {
      const [low, high] = [-1, 1].map((value) => intervene(scene, { kind, value }));
      const [from, to] = [centre(low!, row), centre(high!, row)];
      expect(Math.abs(to - from)).toBeGreaterThan(1);
      expect(row ? to < from : to > from).toBe(true);
      const [a, b] = [low!, high!].map((value) => partsOf(render(value).ids).filter(Boolean).length);
      expect(Math.min(a!, b!) / Math.max(a!, b!)).toBeGreaterThan(0.8);
    }
  }
});

it('a light of a drawing is found again in strength and warmth: setting what it is changes nothing', () => {
  for (const seed of SEEDS) {
    const scene = makeScene(seed);
    const same = intervene(intervene(scene, { kind: 'light-strength', value: settingsOf(scene)['light-strength'] }), { kind: 'light-warmth', value: settingsOf(scene)['light-warmth'] });
    same.light.key.forEach((value, c) => expect(value).toBeCloseTo(scene.light.key[c]!, 9));
    same.light.ambient.forEach((value, c) => expect(value).toBeCloseTo(scene.light.ambient[c]!, 9));
    expect(settingsOf(scene)['light-strength']).toBeGreaterThan(1.69);
    expect(settingsOf(scene)['light-strength']).toBeLessThan(2.51);
  }
});

it('other things: as many as asked, the first are always the same, none touches another or the object', () => {
  for (let seed = 36_000; seed < 36_040; seed++) {
    const scene = makeScene(seed);
    const [most, fewer] = [6, 5].map((value) => intervene(scene, { kind: 'things', value }));
    expect([most!.occluder, ...most!.distractors].filter(Boolean)).toHaveLength(6);
    expect(fewer!.distractors).toEqual(most!.distractors.slice(0, -1));
    expect(most!.distractors.slice(0, scene.distractors.length)).toEqual(scene.distractors);
    expect(intervene(intervene(scene, { kind: 'things', value: 6 }), { kind: 'things', value: 5 })).toEqual(fewer);
    const standing = most!.distractors;
    standing.forEach((thing, i) => {
      expect(Math.sqrt(thing.x ** 2 + thing.z ** 2)).toBeGreaterThan(1.15 + thing.size * 1.1); // the object lies within 1.15 of its middle
      for (const other of standing.slice(i + 1)) expect(Math.sqrt((thing.x - other.x) ** 2 + (thing.z - other.z) ** 2)).toBeGreaterThan(1.5 * (thing.size + other.size));
    });
    const none = intervene(scene, { kind: 'things', value: 0 });
    expect([none.distractors, none.occluder]).toEqual([[], null]);
  }
  const shown = render(intervene(intervene(makeScene(36_007), { kind: 'things', value: 0 }), { kind: 'things', value: 3 })).ids;
  expect(shown.includes(ID.distractor)).toBe(true);
});

it('a part comes back; patterns of ground and background are chosen by name', () => {
  const scene = makeScene(36_145);
  const less = intervene(scene, { kind: 'remove-part', part: 'handle' });
  expect(intervene(less, { kind: 'restore-part', part: 'handle' })).toEqual(scene);
  expect(intervene(scene, { kind: 'restore-part', part: 'handle' })).toEqual(scene);
  const planks = intervene(scene, { kind: 'ground-kind', name: 'planks' });
  expect({ ...planks, ground: scene.ground }).toEqual(scene);
  expect(planks.ground).toEqual({ ...scene.ground, kind: 'planks' });
  expect(intervene(scene, { kind: 'background-kind', name: 'sky' }).background.kind).toBe('sky');
  expect(() => intervene(scene, { kind: 'ground-kind', name: 'lava' as never })).toThrow(/'lava'; there are plain, checks/);
  expect(() => intervene(scene, { kind: 'restore-part', part: 'sail' })).toThrow(/no part 'sail'/);
});
