/** The study from end to end with models whose features are known: what is asked, shown and recorded. */
import { describe, expect, test } from 'vitest';
import { HARMONISERS } from '../../fields/harmonise.ts';
import { unpackMask } from '../../fields/maskBits.ts';
import { CATALOG } from '../../worker/testing.ts';
import type { ReactRequest, Request, Result } from '../../worker/protocol.ts';
import type { Outcome } from '../explanations.ts';
import type { SweepItem } from '../plan.ts';
import { SIDE, type StudyImage, type StudySetup } from '../setup.ts';
import { findingsOf } from './findings.ts';
import { createTransfer, type KeptImage, type TransferRecord } from './record.ts';
import { harmonisedRow, randomRow } from './rows.ts';
import { defaultSettings, levelsOf, settingsOf, type TransferSettings } from './settings.ts';

const [gradient] = CATALOG.methods.filter(({ id }) => id === 'gradient');
const PLACES = SIDE * SIDE;
const BLOCK = 16;
const SHARE = (BLOCK * BLOCK) / PLACES;

/** Model i looks at the i-th block of the first row, and at nothing else. */
const corner = (i: number) => Uint8Array.from({ length: PLACES }, (_, at) => Number(Math.floor(at / SIDE) < BLOCK && Math.floor((at % SIDE) / BLOCK) === i));
const OBJECT = Uint8Array.from({ length: PLACES }, (_, at) => Number(at >= PLACES / 2));
const coveredBy = (text: string, wanted: Uint8Array) => unpackMask(text, PLACES).reduce((sum, inside, at) => sum + (inside & wanted[at]!), 0) / (BLOCK * BLOCK);

const IDS = CATALOG.models.map(({ id }) => id);
const CLASS = 1;

/** Names the class where at least half of its block is shown; sure of it by the share that is. */
function reaction({ model, shown }: ReactRequest): Result {
  const covers = shown.map(({ mask }) => coveredBy(mask, corner(IDS.indexOf(model))));
  return { kind: 'react', top: Uint8Array.from(covers, (share) => (share >= 0.5 ? CLASS : 0)), probability: Float32Array.from(covers) };
}

function answer(request: Request): Result {
  switch (request.kind) {
    case 'scene':
      return { kind: 'scene', size: SIDE, rgb: new Uint8Array(3 * PLACES), ids: OBJECT, legend: [{ id: 0, name: 'background' }, { id: 1, name: 'handle' }], classId: 'x', classTitle: CATALOG.models[0]!.classes[CLASS]!, rowsDone: SIDE } as unknown as Result;
    case 'predict':
      return { kind: 'predict', logits: new Float32Array(3), probabilities: Float32Array.of(0.1, 0.8, 0.1) };
    case 'explain':
      return { kind: 'explain', data: Float32Array.from(corner(IDS.indexOf(request.model))), height: SIDE, width: SIDE, channels: 1, score: { kind: 'logit' }, value: 1, passes: { forward: 0, backward: 1 }, ms: 1, backend: 'cpu', batch: 1 };
    case 'react':
      return reaction(request);
    case 'describe':
      return { kind: 'describe', passes: { forward: 0, backward: 1, exact: true }, claims: [] };
    default:
      throw new Error(request.kind);
  }
}

const setupOf = (images: readonly StudyImage[]): StudySetup => ({ models: CATALOG.models, method: gradient!, params: {}, score: 'logit', images, seed: 7 });

function run(settings: TransferSettings, setup = setupOf([{ kind: 'scene', seed: 36_001 }]), say: (request: Request) => Result | undefined = answer, fails: (request: Request) => boolean = () => false): { asked: readonly SweepItem[]; records: readonly (TransferRecord | undefined)[] } {
  const study = createTransfer(setup, settings);
  const found = new Map<string, Outcome>();
  const asked: SweepItem[] = [];
  const failed = new Set<string>();
  const enter = (items: readonly SweepItem[]) => {
    for (const item of items) {
      if (asked.some(({ key }) => key === item.key)) continue;
      asked.push(item);
      if (fails(item.request)) {
        failed.add(item.key);
        enter(study.plan.without!(item, found, failed));
        continue;
      }
      const result = say(item.request);
      if (!result) continue;
      const outcome = study.plan.reduce(item, result, found);
      found.set(item.key, outcome);
      enter(study.plan.follow(item, outcome, found, failed));
    }
  };
  enter(study.plan.first);
  return { asked, records: setup.images.map((_, at) => study.record(at, found, failed)) };
}

const settings = settingsOf({ share: SHARE }, []);
const kept = ({ records }: ReturnType<typeof run>) => records[0] as KeptImage;

describe('models that each look at a place of their own', () => {
  const record = kept(run(settings));
  const rows = record.levels[0]!.rows;
  test('the transfer is the identity', () => {
    IDS.forEach((id, i) => {
      expect(rows[id]).toMatchObject({ right: IDS.map((_, t) => Number(t === i)), probability: IDS.map((_, t) => Number(t === i)), area: SHARE, compactness: 1 });
    });
  });
  test('what is harmonised without the tester shows nothing of its place; with it, the vote is there', () => {
    expect(rows[harmonisedRow('mean')]!.probability.every((share) => share! < 0.2)).toBe(true);
    const all = kept(run({ ...settings, leaveOut: false })).levels[0]!.rows[harmonisedRow('mean')]!;
    expect(all.probability.reduce((a, b) => a! + b!)).toBeCloseTo(1, 5);
  });
  test('controls: the region of all but one, the object where nobody looks, a random region of the same area', () => {
    expect(rows.object).toMatchObject({ right: [0, 0, 0], area: 0.5 });
    expect(rows.outline!.area).toBe(0.5);
    expect(rows.inverted!.right).toEqual([1, 1, 1]);
    expect(rows.inverted!.area).toBeCloseTo(1 - SHARE, 6);
    expect(rows[randomRow(IDS[0]!)]!.area).toBe(SHARE);
    expect(rows.edges!.area).toBe(SHARE);
  });
  test('maps agree in nothing', () => {
    expect(record.overlap).toEqual([0, 0, 0]);
    expect(record.spearman.every((value) => value !== null && value < 0)).toBe(true);
    expect(record.entropy[0]).toBeCloseTo(Math.log(BLOCK * BLOCK) / Math.log(PLACES), 6);
  });
});

test('asks: every model once for each level, after all maps, the same again from what was found', () => {
  const { asked } = run(defaultSettings());
  const reacts = asked.filter(({ request }) => request.kind === 'react');
  expect(levelsOf(defaultSettings()).map(({ id }) => id)).toEqual(['chosen', 'top 0.05', 'top 0.1', 'top 0.3', 'top 0.5']);
  expect(reacts).toHaveLength(3 * 5);
  const last = Math.max(...asked.filter(({ request }) => request.kind === 'explain').map(({ order }) => order));
  expect(reacts.every(({ order }) => order > last)).toBe(true);
  expect(asked[0]!.adds).toBe(asked.length - 1 - 3);
});

test('a model to which the method does not apply has no feature; it is a tester all the same', () => {
  const lacking = (request: Request): Result | undefined => {
    if (request.kind === 'explain' && request.model === IDS[1]) return undefined;
    return request.kind === 'describe' && request.model === IDS[1] ? { kind: 'describe', reason: 'no', passes: { forward: 0, backward: 0, exact: true }, claims: [] } : answer(request);
  };
  const rows = kept(run(settings, undefined, lacking)).levels[0]!.rows;
  expect([rows[IDS[1]!], rows[IDS[0]!]!.right]).toEqual([undefined, [1, 0, 0]]);
  expect(kept(run(settings, undefined, lacking)).lost).toBeUndefined();
});

describe('something of an image fails', () => {
  const whole = kept(run(settings));
  const of = (fails: (request: Request) => boolean) => run(settings, undefined, undefined, fails);

  test('a map: its feature is missing, the model is a tester all the same, everything else is there', () => {
    const record = kept(of(({ kind, ...request }) => kind === 'explain' && 'model' in request && request.model === IDS[1]));
    expect(record.lost).toEqual({ maps: [IDS[1]], reactions: [] });
    const rows = record.levels[0]!.rows;
    expect([rows[IDS[1]!], rows[randomRow(IDS[1]!)], rows[IDS[0]!]!.right]).toEqual([undefined, undefined, [1, 0, 0]]);
    expect(rows[harmonisedRow('mean')]!.right).toHaveLength(3);
    expect(Object.keys(rows)).toEqual(Object.keys(whole.levels[0]!.rows).filter((id) => !id.includes(IDS[1]!)));
    expect([record.entropy[1], record.spearman[0]]).toEqual([null, null]);
  });

  test('a reaction: the column is missing, no other number is another', () => {
    const record = kept(of((request) => request.kind === 'react' && request.model === IDS[2]));
    expect(record.lost).toEqual({ maps: [], reactions: [IDS[2]] });
    for (const [id, row] of Object.entries(record.levels[0]!.rows)) {
      const before = whole.levels[0]!.rows[id]!;
      expect([row.right, row.probability, row.area]).toEqual([[...before.right.slice(0, 2), null], [...before.probability.slice(0, 2), null], before.area]);
    }
    const { rows, lost, kept: n } = findingsOf([record], CATALOG.models, 3);
    expect([n, lost, rows[0]!.cells.map((cell) => cell?.accuracy.n)]).toEqual([1, [{ name: 'scene 36001', maps: [], reactions: [IDS[2]] }], [1, 1, undefined]]);
  });

  test('what may still come is waited for; without any map there is no record', () => {
    const unanswered = (request: Request) => (request.kind === 'explain' && request.model === IDS[1] ? undefined : answer(request));
    expect(run(settings, undefined, unanswered).records).toEqual([undefined]);
    expect(run(settings, undefined, unanswered, (request) => request.kind === 'explain' && request.model === IDS[0]).records).toEqual([undefined]);
    expect(of(({ kind }) => kind === 'explain').records).toEqual([undefined]);
  });
});

test('points of the curve ask what its lines are made of, of members: a weak model is asked at the chosen region alone', () => {
  const models = CATALOG.models.map((model, i) => (i === 2 ? { ...model, role: 'weak' as const } : model));
  const { levels } = kept(run(settingsOf({ share: SHARE }, [0.5]), { ...setupOf([{ kind: 'scene', seed: 36_001 }]), models }));
  expect(levels[0]!.rows[IDS[2]!]!.right).toEqual([0, 0, 1]);
  expect(Object.keys(levels[1]!.rows)).toEqual([IDS[0], IDS[1], ...HARMONISERS.map(harmonisedRow), randomRow(IDS[0]!), randomRow(IDS[1]!), randomRow(harmonisedRow('mean')), 'centre', 'edges']);
  expect(levels[1]!.rows[IDS[0]!]!.right[2]).toBeNull();
});

test('several draws are averaged; their regions are others', () => {
  const one = kept(run(settings)).levels[0]!.rows[randomRow(IDS[0]!)]!;
  const five = kept(run({ ...settings, draws: 5 })).levels[0]!.rows[randomRow(IDS[0]!)]!;
  expect(five.area).toBe(SHARE);
  expect(five.probability).not.toEqual(one.probability);
});

test('an image that a good model takes for something else is counted, and asked no further', () => {
  const wrong = (request: Request): Result => (request.kind === 'predict' && request.model === IDS[0] ? { kind: 'predict', logits: new Float32Array(3), probabilities: Float32Array.of(0.8, 0.1, 0.1) } : answer(request));
  const { asked, records } = run(settings, undefined, wrong);
  expect(records).toEqual([{ at: 0, standing: 'left out', name: 'scene 36001', image: 'scene:36001', target: CLASS }]);
  expect(asked.some(({ request }) => request.kind === 'react')).toBe(false);
});

test('a picture without a mask has no row of its object; a map that singles out nothing has no feature', () => {
  const picture: StudyImage = { kind: 'picture', id: 'p', name: 'p.jpg', rgb: new Uint8Array(3 * PLACES) };
  const even = (request: Request): Result => {
    const result = answer(request);
    return request.kind === 'explain' && request.model === IDS[0] && result.kind === 'explain' ? { ...result, data: new Float32Array(PLACES).fill(1) } : result;
  };
  const record = kept(run(settings, setupOf([picture]), even));
  const rows = record.levels[0]!.rows;
  expect([rows.object, rows.outline, rows[IDS[0]!], rows[randomRow(IDS[0]!)]]).toEqual([undefined, undefined, undefined, undefined]);
  expect(rows[IDS[1]!]!.right).toEqual([0, 1, 0]);
  expect([record.entropy[0], record.spearman[0], record.ssim[1]]).toEqual([null, null, null]);
});

test('regions by threshold and by windows show what they find', () => {
  const byLevel = kept(run(settingsOf({ region: 'threshold', level: 0.5 }, []))).levels[0]!.rows;
  expect(byLevel[IDS[2]!]).toMatchObject({ right: [0, 0, 1], area: SHARE });
  expect(byLevel.centre!.area).toBe(SHARE);
  const byWindows = kept(run(settingsOf({ region: 'windows', side: BLOCK, stride: BLOCK, windows: 1 }, []))).levels[0]!.rows;
  expect(byWindows[IDS[2]!]).toMatchObject({ right: [0, 0, 1], area: SHARE });
});
