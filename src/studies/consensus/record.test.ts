/** The record of an image, over the whole path from the plan to the numbers: METHODS' fixture, committees that agree fully or by chance, gaps. */
import { describe, expect, test } from 'vitest';
import { averagePrecision } from '../../fields/alignment.ts';
import { stream } from '../../engine/math/rng.ts';
import { cosine, pearson, rootMeanSquareDistance, spearman } from '../../fields/similarity.ts';
import { planConsensus, recordAt } from './plan.ts';
import { nearness } from './gram.ts';
import type { KeptRecord } from './record.ts';
import { RECORD_SETTINGS, type RecordSettings } from './settings.ts';
import { committee, DENSE, run, SEGMENTING, setupOf, type Answers } from './testing.ts';

/** METHODS 5.2: three models, four superpixels, each a column of 4 × 4 pixels. */
const WEIGHTS = [[0.8, -0.2, 0.1, 0.3], [0.5, 0.4, -0.1, 0.2], [-0.1, 0.2, 0.9, 0]] as const;
const COLUMNS = Uint8Array.from({ length: 16 }, (_, i) => i % 4);
const fixture: Answers = {
  ids: COLUMNS.map((column) => Number(column === 0)),
  map: (model) => ({ data: Float32Array.from(COLUMNS, (column) => (WEIGHTS[Number(model.slice(1))] ?? WEIGHTS[0])[column]!), height: 4, width: 4, channels: 1, segments: COLUMNS }),
};

function recorded(settings: Partial<RecordSettings>, answers: Answers = fixture, setup = setupOf(committee(3), { method: SEGMENTING })): KeptRecord {
  const all = { ...RECORD_SETTINGS, ...settings };
  const { found, failed } = run(planConsensus(setup, all), answers);
  const record = recordAt(setup, all, 0, found, failed);
  if (record?.kind !== 'kept') throw new Error('the image was not kept');
  return record;
}

describe('the fixture of METHODS 5.2', () => {
  /** Written out in double precision, place by place. */
  const norm = (w: readonly number[]) => Math.sqrt(w.reduce((sum, v) => sum + v * v, 0));
  const squares = WEIGHTS.map((w) => w.map((v) => (v * v) / norm(w)));
  const scaled = WEIGHTS.map((w) => { const a = w.map(Math.abs); const [low, high] = [Math.min(...a), Math.max(...a)]; return a.map((v) => (v - low) / (high - low)); });
  const meanOf = (rows: readonly (readonly number[])[]) => rows[0]!.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length);
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, k) => sum + v * b[k]!, 0);

  test('squares over superpixels: the consensus has METHODS’ numbers, so do the cosines', () => {
    const c = meanOf(squares);
    for (const [k, value] of [0.3680152, 0.1081104, 0.2998375, 0.0536272].entries()) expect(c[k]).toBeCloseTo(value, 7);
    const { models, superpixels, gram } = recorded({});
    expect(superpixels).toBe(4);
    expect(gram.places).toBe(4);
    for (const [i, value] of [0.78083, 0.77973, 0.63152].entries()) {
      expect(models[i]!.cosine).toBeCloseTo(value, 5);
      const own = dot(squares[i]!, c) / Math.sqrt(dot(squares[i]!, squares[i]!) * dot(c, c));
      expect(Math.abs(models[i]!.cosine! / own - 1)).toBeLessThan(1e-6);
    }
  });

  test('min–max: the distances and the radial basis, RMS over the superpixels', () => {
    // METHODS scales the signed maps here; on |w|, as the paper's reduced maps are, the same by hand.
    const c = meanOf(scaled);
    const { models } = recorded({ rule: 'min-max' });
    for (const [i, { distance }] of models.entries()) {
      const own = Math.sqrt(dot(scaled[i]!.map((v, k) => v - c[k]!), scaled[i]!.map((v, k) => v - c[k]!)) / 4);
      expect(Math.abs(distance! / own - 1)).toBeLessThan(1e-6);
      const score = Math.exp(-0.5 * (own / 0.1) ** 2);
      expect(Math.abs(nearness(distance!, 0.1) / score - 1)).toBeLessThan(1e-5);
    }
  });

  test('drawn on pixels for the alignment: the column that is the object is found by those that weigh it most', () => {
    const { models, consensus, controls } = recorded({});
    expect(models.map((model) => model.averagePrecision)).toEqual([1, 1, 1 / 3]);
    expect(consensus.averagePrecision).toBe(1);
    expect(controls.chance).toBe(0.25);
  });
});

describe('min–max as METHODS prints it', () => {
  // Its maps are not negative, so that the absolute value changes nothing: shift each by its minimum.
  const shifted = WEIGHTS.map((w) => w.map((v) => v - Math.min(...w)));
  const answers: Answers = { ...fixture, map: (model) => ({ data: Float32Array.from(COLUMNS, (column) => (shifted[Number(model.slice(1))] ?? shifted[0]!)[column]!), height: 4, width: 4, channels: 1 }) };
  test('consensus and radial basis', () => {
    const { models, gram } = recorded({}, answers, setupOf(committee(3), { method: DENSE }));
    expect(gram.places).toBe(16);
    for (const [i, value] of [0.02686, 0.00143, 0.0000266].entries()) expect(nearness(models[i]!.distance!, 0.1)).toBeCloseTo(value, i === 2 ? 7 : 5);
    // ⟨c, c⟩ of [.6666667 .3777778 .4333333 .3666667], each on four pixels.
    const square = 4 * (0.6666667 ** 2 + 0.3777778 ** 2 + 0.4333333 ** 2 + 0.3666667 ** 2);
    const own = gram.ids.slice(0, 3).reduce((sum, _, i) => sum + gram.ids.slice(0, 3).reduce((row, __, j) => row + gram.products[i >= j ? (i * (i + 1)) / 2 + j : (j * (j + 1)) / 2 + i]!, 0), 0) / 9;
    expect(own).toBeCloseTo(square, 5);
  });
});

const SIZE = 16;
const noise = (model: string, seed: number) => { const draws = stream(seed, model); return { data: Float32Array.from({ length: SIZE * SIZE }, () => draws.normal()), height: SIZE, width: SIZE, channels: 1 }; };
const ids = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => Number(i % SIZE > 4 && i % SIZE < 11 && i > 80 && i < 180));

test('a committee of one opinion scores 1, whatever the rule and whoever is left out', () => {
  const answers: Answers = { ids, map: () => noise('all', 1) };
  for (const rule of ['square', 'min-max', 'rank'] as const) {
    for (const leaveOneOut of [false, true]) {
      const { models, sizes, consensus, ensemble } = recorded({ rule, leaveOneOut, balance: leaveOneOut }, answers, setupOf(committee(5)));
      for (const model of models) {
        for (const likeness of [model.cosine, model.pearson, model.spearman]) expect(likeness).toBeCloseTo(1, 9);
        expect(model.distance).toBeLessThan(1e-6);
        expect(model.averagePrecision).toBeCloseTo(consensus.averagePrecision!, 12);
      }
      expect(sizes.flatMap(({ averagePrecision: values }) => values).every((value) => Math.abs(value! - consensus.averagePrecision!) < 1e-12)).toBe(true);
      expect(ensemble!.averagePrecision).toBeCloseTo(consensus.averagePrecision!, 12);
    }
  }
});

test('unrelated maps: left out of their own consensus they score as chance has it, included they do not', () => {
  const answers: Answers = { ids, map: noise };
  const means = (leaveOneOut: boolean) => {
    const { models } = recorded({ rule: 'rank', leaveOneOut }, answers, setupOf(committee(6)));
    return models.reduce((sum, { pearson: r }) => sum + r!, 0) / models.length;
  };
  // 6 maps of 256 places: each r has deviation 1/16.
  expect(Math.abs(means(true))).toBeLessThan(0.08);
  // r of one of m independent maps with their mean: 1 / √m.
  expect(Math.abs(means(false) - 1 / Math.sqrt(6))).toBeLessThan(0.08);
});

test('likenesses and alignment equal those of the maps themselves', () => {
  const { models, voters, consensus } = recorded({ rule: 'rank', leaveOneOut: true }, { ids, map: noise }, setupOf(committee(4)));
  const ranks = (w: Float32Array) => Float32Array.from(w, (value) => {
    const [less, equal] = [w.filter((other) => Math.abs(other) < Math.abs(value)).length, w.filter((other) => Math.abs(other) === Math.abs(value)).length];
    return (less + (equal - 1) / 2) / (w.length - 1);
  });
  const all = voters.map((id) => ranks(noise(id, 40).data));
  for (const [i, model] of models.entries()) {
    const others = all.filter((_, j) => j !== i);
    const mean = Float32Array.from(all[0]!, (_, k) => others.reduce((sum, row) => sum + row[k]!, 0) / others.length);
    expect(model.cosine).toBeCloseTo(cosine(all[i]!, mean), 6);
    expect(model.pearson).toBeCloseTo(pearson(all[i]!, mean), 6);
    expect(model.spearman).toBeCloseTo(spearman(all[i]!, mean), 9);
    expect(model.distance).toBeCloseTo(rootMeanSquareDistance(all[i]!, mean), 6);
    expect(model.averagePrecision).toBeCloseTo(averagePrecision(ids, all[i]!), 12);
  }
  const whole = Float32Array.from(all[0]!, (_, k) => all.reduce((sum, row) => sum + row[k]!, 0) / all.length);
  expect(consensus.averagePrecision).toBeCloseTo(averagePrecision(ids, whole), 12);
});

describe('who votes, and what is missing', () => {
  const weakLast = committee(4, (i) => (i === 3 ? { role: 'weak' as const } : {}));
  test('the weak is scored without voting; where it votes, another ensemble is asked for', () => {
    const plain = run(planConsensus(setupOf(weakLast), { weak: false }), { ids, map: noise });
    const open = run(planConsensus(setupOf(weakLast), { weak: true }), { ids, map: noise });
    const ensembles = (asked: typeof plain.asked) => [...new Set(asked.flatMap((request) => (request.kind === 'explain' && request.model.startsWith('mean(') ? [request.model] : [])))];
    expect([ensembles(plain.asked), ensembles(open.asked)]).toEqual([['mean(m0,m1,m2)'], ['mean(m0,m1,m2,m3)']]);
    const record = recorded({}, { ids, map: noise }, setupOf(weakLast));
    expect(record.voters).toEqual(['m0', 'm1', 'm2']);
    expect(record.models[3]!.cosine).not.toBeNull();
    expect(record.ensemble?.id).toBe('mean(m0,m1,m2)');
  });

  test('no record before the last answer, which may be a failure; then the rest stands without it', () => {
    const setup = setupOf(committee(3));
    const broken: Answers = { ids, map: (model, seed) => (model === 'm1' || model.startsWith('mean') ? new Error('no attention here') : noise(model, seed)) };
    const { found, failed } = run(planConsensus(setup, RECORD_SETTINGS), broken);
    expect(recordAt(setup, RECORD_SETTINGS, 0, found)).toBeUndefined();
    const record = recordAt(setup, RECORD_SETTINGS, 0, found, failed);
    expect(record).toMatchObject({ kind: 'kept', voters: ['m0', 'm2'], ensemble: null, models: [{ id: 'm0' }, { id: 'm1', cosine: null, averagePrecision: null, correct: true }, { id: 'm2' }] });
  });

  test('an image that a good member gets wrong says who does', () => {
    const setup = setupOf(weakLast);
    const { found, failed } = run(planConsensus(setup, RECORD_SETTINGS), { ids, map: noise, top: (model, seed) => (seed === 40 && model !== 'm0' ? 0 : 2) });
    expect(recordAt(setup, RECORD_SETTINGS, 0, found, failed)).toEqual({ kind: 'left out', at: 0, name: 'scene 40', seed: 40, target: 2, wrong: ['m1', 'm2', 'm3'] });
    expect(recordAt(setup, RECORD_SETTINGS, 1, found, failed)?.kind).toBe('kept');
  });

  test('a record is the same after a trip through JSON', () => {
    const record = recorded({}, { ids, map: (model, seed) => (model === 'm1' ? { ...noise(model, seed), data: new Float32Array(SIZE * SIZE) } : noise(model, seed)) }, setupOf(committee(3)));
    expect(record.models[1]).toMatchObject({ cosine: null, entropy: null });
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });
});
