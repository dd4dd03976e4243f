import { describe, expect, it } from 'vitest';
import { DEFAULT_SHORTCUT } from '../../../state/defaults.ts';
import { createSweep, type SweepState } from '../../../state/sweep.ts';
import { imageKey } from '../../../worker/key.ts';
import type { ExplainRequest, ImageRef, Request, Result } from '../../../worker/protocol.ts';
import { CATALOG, explainResult, until } from '../../../worker/testing.ts';
import { CHEAT, classesOf, drawScenes, observe, planStudy, stickerClass, STICKER, SUBJECTS, TWIN, type Outcome, type Setup } from './study.ts';

const CLASSES = classesOf(CATALOG.scenes);
const draw = (change: Partial<typeof DEFAULT_SHORTCUT> = {}) => drawScenes(CATALOG.scenes, { ...DEFAULT_SHORTCUT, ...change });

describe('the scenes', () => {
  it('are of the test split, each once, and those of a smaller study come first in a larger one', () => {
    const all = draw({ scenes: 100 });
    expect(new Set(all.map(({ seed }) => seed)).size).toBe(100);
    expect(all.every(({ seed }) => seed >= 36_000 && seed < 38_000)).toBe(true);
    expect(draw({ scenes: 7 })).toEqual(all.slice(0, 7));
    expect(draw({ scenes: 7, seed: 1 })).not.toEqual(all.slice(0, 7));
  });
  it('have every other sticker truthful, or all alike; in any corner, or in one', () => {
    expect(draw({ scenes: 4 }).map(({ truthful }) => truthful)).toEqual([true, false, true, false]);
    expect(draw({ stickers: 'misleading' }).some(({ truthful }) => truthful)).toBe(false);
    expect(new Set(draw({ scenes: 60 }).map(({ corner }) => corner)).size).toBe(4);
    expect(new Set(draw({ corner: 'bottom-left' }).map(({ corner }) => corner))).toEqual(new Set(['bottom-left']));
  });
  it('a misleading sticker stands for each of the other classes, never for the own one', () => {
    for (const { id } of CLASSES) {
      const shown = draw({ scenes: 100, stickers: 'misleading' }).map((scene) => stickerClass(CLASSES, scene, id));
      expect(new Set(shown)).toEqual(new Set(CLASSES.map((one) => one.id).filter((other) => other !== id)));
      expect(stickerClass(CLASSES, draw({ stickers: 'truthful' })[0]!, id)).toBe(id);
    }
  });
});

/** 64 × 64: the sticker on the first 8 pixels, a part on the next 64, ground on the rest. */
const IDS = Uint8Array.from({ length: 4096 }, (_, i) => (i < 8 ? STICKER : i < 72 ? 4 : 1));
const PART = 4;
const BLOCK = 512;

/** A fake engine: the cheat names the sticker's class (its index), the twin always the first. */
function answer(request: Request): Result {
  const sticker = (image: ImageRef) => (image.kind === 'scene' ? image.changes?.find((change) => change.type === 'sticker') : undefined);
  switch (request.kind) {
    case 'scene':
      return { kind: 'scene', size: 64, rgb: new Uint8Array(3), ids: IDS, classId: 'car', rowsDone: 64 } as unknown as Result;
    case 'predict': {
      const index = request.model === CHEAT ? CLASSES.findIndex(({ id }) => id === sticker(request.image)!.classId) : 0;
      return { kind: 'predict', logits: Float32Array.of(0), probabilities: Float32Array.from(CLASSES, (_, i) => (i === index ? 0.8 : 0.1)) };
    }
    case 'effects':
      return { kind: 'effects', value: 1, size: 64, ids: IDS, units: [STICKER, PART, 1].map((id, i) => ({ id, name: String(id), title: String(id), pixels: 1, redrawn: false, effect: 3 - i })) };
    case 'explain':
      // Each place of a map of 8 × 8 covers 8 × 8 pixels; only the first has weight, so that only the sticker, the part and some ground have any.
      return { ...explainResult(1), data: Float32Array.from({ length: 64 }, (_, i) => (i === 0 ? BLOCK : 0)), height: 8, width: 8 };
    default:
      throw new Error(`no ${request.kind}`);
  }
}

async function study(setup: Setup, known = new Map<string, Outcome>()) {
  const asked: Request[] = [];
  const totals = new Set<number>();
  let state: SweepState<Outcome> | undefined;
  const client = { retry: () => {}, ask: async (request: Request) => (asked.push(request), answer(request) as never) };
  createSweep({ plan: planStudy(setup), client, known, now: () => 0, onChange: (next) => (totals.add(next.total), (state = next)) });
  await until(() => state?.status === 'done');
  return { asked, totals, state: state!, known };
}

const setupOf = (scenes: number): Setup => ({ scenes: draw({ scenes }), classes: CLASSES, methods: CATALOG.methods.slice(0, 2).map((method) => ({ method, params: {} })), seed: 3 });

describe('the study', () => {
  it('asks per scene for two pictures, and per model for its answer, the true effects and a map of each method; it knows so beforehand', async () => {
    const { asked, totals, state } = await study(setupOf(3));
    const of = (kind: Request['kind']) => asked.filter((request) => request.kind === kind).length;
    expect([of('scene'), of('predict'), of('effects'), of('explain')]).toEqual([6, 6, 6, 12]);
    expect([...totals]).toEqual([30]);
    expect(state.failed).toEqual([]);
  });

  it('explains the class that each model names, on the picture with the sticker', async () => {
    const setup = setupOf(4);
    const { asked } = await study(setup);
    const explained = asked.filter((request) => request.kind === 'explain');
    for (const { model, image, target, seed } of explained) {
      const scene = setup.scenes.find((one) => imageKey(image).includes(`scene:${one.seed}`))!;
      const sticker = stickerClass(CLASSES, scene, 'car');
      expect(image).toEqual({ kind: 'scene', seed: scene.seed, changes: [{ type: 'sticker', classId: sticker, corner: scene.corner }] });
      expect([target, seed]).toEqual([model === TWIN ? 0 : CLASSES.findIndex(({ id }) => id === sticker), 3]);
    }
    expect(new Set(explained.map(({ model }: ExplainRequest) => model))).toEqual(new Set(SUBJECTS));
  });

  it('keeps sums by unit of coarse maps too, and no map', async () => {
    const setup = setupOf(2);
    const { state } = await study(setup);
    const observations = observe(setup, state.found);
    expect(observations).toHaveLength(4);
    const [first] = observations;
    const credits = first!.credits.get(setup.methods[0]!.method.id)!;
    // Of the first place's 64 pixels, 8 are in the first row: the sticker. The part has those of row 1 (pixels 64 … 71).
    expect(credits).toEqual([
      { id: 1, sum: (BLOCK / 64) * 48, mass: (BLOCK / 64) * 48, pixels: 4024 },
      { id: PART, sum: (BLOCK / 64) * 8, mass: (BLOCK / 64) * 8, pixels: 64 },
      { id: STICKER, sum: (BLOCK / 64) * 8, mass: (BLOCK / 64) * 8, pixels: 8 },
    ]);
    expect(first).toMatchObject({ subject: CHEAT, classId: 'car', sticker: 'car', answer: CLASSES.findIndex(({ id }) => id === 'car'), effects: [{ id: STICKER, effect: 3 }, { id: PART }, { id: 1 }] });
    expect([...state.found.values()].every((outcome) => !('data' in outcome))).toBe(true);
    expect(structuredClone([...state.found])).toEqual([...state.found]);
  });

  it('grown by scenes or methods, asks only for what is new', async () => {
    const { known } = await study(setupOf(2));
    const before = known.size;
    const { asked } = await study(setupOf(3), known);
    expect([before, asked.length, known.size]).toEqual([20, 10, 30]);
    expect((await study({ ...setupOf(2), methods: setupOf(2).methods.slice(0, 1) }, known)).asked).toEqual([]);
  });
});
