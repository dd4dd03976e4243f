/** Findings of records: committees of known structure, closed forms, small n, shards, and what is said of them. */
import { describe, expect, test } from 'vitest';
import { stream } from '../../engine/math/rng.ts';
import type { ModelEntry } from '../../worker/protocol.ts';
import { claimsOf } from './claims.ts';
import { disjointHalves, drops, subCommittees } from './committees.ts';
import { findingsOf } from './findings.ts';
import { planConsensus, recordAt } from './plan.ts';
import { printFindings } from './print.ts';
import type { ConsensusRecord } from './record.ts';
import { FINDING_SETTINGS, RECORD_SETTINGS, type RecordSettings } from './settings.ts';
import { committee, run, setupOf, type Answers } from './testing.ts';

const SIZE = 16;
const PLACES = SIZE * SIZE;
const ids = Uint8Array.from({ length: PLACES }, (_, i) => Number(i % SIZE > 4 && i % SIZE < 11 && i > 80 && i < 180));
const CHOICE = { ...FINDING_SETTINGS, resamples: 200 };

/** |w| = the object's mask + `noise(model)` · |z|: less noise points better. */
const seeing = (noise: (model: number) => number): Answers => ({
  ids,
  map(model, seed) {
    const draws = stream(seed, model);
    const own = noise(/^m\d+$/.test(model) ? Number(model.slice(1)) : -2);
    return { data: Float32Array.from(ids, (inside) => inside + own * Math.abs(draws.normal())), height: SIZE, width: SIZE, channels: 1 };
  },
});

function study(models: readonly ModelEntry[], answers: Answers, images = 6, settings: RecordSettings = RECORD_SETTINGS) {
  const setup = setupOf(models, { images: Array.from({ length: images }, (_, i) => ({ kind: 'scene' as const, seed: 100 + i })) });
  const { found, failed } = run(planConsensus(setup, settings), answers);
  const records = setup.images.map((_, at) => recordAt(setup, settings, at, found, failed)!);
  return { setup, settings, records };
}

describe('a committee whose noise grows as its accuracy falls', () => {
  const noisy = study(committee(8), seeing((i) => 0.6 + 0.3 * i), 8);
  const findings = findingsOf(noisy.records, noisy, CHOICE);

  test('score goes with accuracy and with alignment, and the intervals say so', () => {
    for (const { members } of [findings.byAccuracy, findings.byAlignment]) {
      expect(members.spearman.both.value).toBeGreaterThan(0.9);
      expect(members.spearman.both.low).toBeGreaterThan(0);
      expect(members.p.spearman).toBeLessThan(0.01);
    }
    expect(findings.models[0]!.averagePrecision.low).toBeGreaterThan(findings.models[7]!.averagePrecision.high);
  });

  test('the consensus points better than most, far above chance; the claims agree', () => {
    const { place, minus, controls, consensus } = findings.alignment;
    expect(place.above.value).toBeGreaterThanOrEqual(5);
    expect(place.rank.value).toBe(9 - place.above.value);
    expect(minus.chance.low).toBeGreaterThan(0);
    expect(controls.chance.averagePrecision.value).toBeCloseTo(ids.reduce((sum, inside) => sum + inside, 0) / PLACES, 12);
    expect(consensus.averagePrecision.value).toBeCloseTo(noisy.records.reduce((sum, record) => sum + (record.kind === 'kept' ? record.consensus.averagePrecision! : 0), 0) / 8, 12);
    const claims = claimsOf(findings);
    expect(claims.map(({ id }) => id)).toEqual(['alignment', 'accuracy', 'interpretability', 'ensemble']);
    expect(claims[1]).toMatchObject({ verdict: 'supports', says: expect.stringContaining('over 8 models') });
    // The fake ensemble has the least noise of all: voting must lose, and the page must say so.
    expect(claims[3]!.verdict).toBe('contradicts');
  });

  test('larger committees agree more with the whole, less noisy ones sooner; halves stay below the whole', () => {
    const { withAll, halves, ranking } = findings.committee;
    expect(withAll.map(({ size }) => size)).toEqual([1, 2, 3, 5]);
    const means = withAll.map(({ mean }) => mean);
    expect(means).toEqual([...means].sort((a, b) => a - b));
    expect(halves.map(({ size }) => size)).toEqual([1, 2, 3, 4]);
    expect(halves.at(-1)!.mean).toBeLessThan(withAll.at(-1)!.mean);
    expect(withAll[0]!.low).toBeLessThan(withAll[0]!.mean);
    expect(ranking.at(-1)!.mean).toBeGreaterThan(ranking[0]!.mean);
  });

  test('a committee of one is worth its score: products and maps agree', () => {
    const [one] = subCommittees(noisy.setup.models.map(({ id }) => id), noisy.setup.seed);
    const scores = one!.committees.map(([id]) => findings.models.find(({ model }) => model.id === id)!);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(findings.committee.withAll[0]!.mean).toBeCloseTo(mean(scores.map(({ score }) => score.value)), 9);
    expect(findings.committee.averagePrecision[0]!.mean).toBeCloseTo(mean(scores.map(({ averagePrecision }) => averagePrecision.value)), 9);
  });

  test('shards in any order and a trip through JSON give the same findings', () => {
    const { records } = noisy;
    const shards = [records.filter(({ at }) => at % 2 === 1), records.filter(({ at }) => at % 2 === 0)];
    const merged = shards.flatMap((shard) => JSON.parse(JSON.stringify(shard)) as ConsensusRecord[]);
    expect(findingsOf([...merged, ...merged.slice(0, 2)], noisy, CHOICE)).toEqual(findings);
  });

  test('printed, every table has its rows', () => {
    const text = printFindings(findings);
    expect(text).toContain('8 of 8 images kept: car 8/8');
    for (const title of ['Models', 'Correlation over models', 'Alignment with the true mask', 'Size of the committee', 'Without some of the voters', 'What that says']) expect(text).toContain(title);
    expect(text).not.toContain('NaN');
    expect(text).not.toContain('undefined');
  });
});

test('one opinion: every score, every sub-committee and both halves are 1, for each kind of score', () => {
  const same: Answers = { ids, map: (_, seed, request) => seeing(() => 0.5).map('m0', seed, request) };
  for (const score of ['cosine', 'radial-basis', 'spearman'] as const) {
    const one = study(committee(6), same, 3);
    const { models, committee: found } = findingsOf(one.records, one, { ...CHOICE, score });
    for (const { score: { value, low, high } } of models) for (const number of [value, low, high]) expect(number).toBeCloseTo(1, 9);
    for (const { mean } of [...found.withAll, ...found.halves]) expect(mean).toBeCloseTo(1, 9);
    for (const { likeness } of found.drops) expect(likeness.value).toBeCloseTo(1, 9);
    expect(found.ensemble!.value).toBeCloseTo(1, 9);
  }
});

test('unrelated maps: halves do not agree, the score says nothing about accuracy, the mask is found as by chance', () => {
  const noise: Answers = { ids, map: (model, seed) => { const draws = stream(seed, model); return { data: Float32Array.from({ length: PLACES }, () => draws.normal()), height: SIZE, width: SIZE, channels: 1 }; } };
  const settings = { ...RECORD_SETTINGS, rule: 'rank', leaveOneOut: true } as const;
  const chance = study(committee(8), noise, 8, settings);
  const { committee: found, alignment, byAccuracy } = findingsOf(chance.records, chance, CHOICE);
  for (const { mean } of found.halves) expect(Math.abs(mean)).toBeLessThan(0.05);
  expect(alignment.consensus.rocAuc.low).toBeLessThan(0.5);
  expect(alignment.consensus.rocAuc.high).toBeGreaterThan(0.5);
  // Of 256 places in random order average precision is a little above the mask's share.
  expect(alignment.minus.chance.value).toBeLessThan(0.03);
  expect(byAccuracy.members.spearman.both.low).toBeLessThan(0);
  expect(byAccuracy.members.spearman.both.high).toBeGreaterThan(0);
});

describe('little to go by', () => {
  test('fewer than three kept images: values without intervals, and claims that say so', () => {
    const two = study(committee(6), seeing(() => 0.5), 2);
    const findings = findingsOf(two.records, two, CHOICE);
    expect(findings.tooFew).toBe(true);
    expect(findings.models[0]!.score).toMatchObject({ value: expect.any(Number), low: Number.NaN, high: Number.NaN, n: 2 });
    for (const { verdict, says } of claimsOf(findings)) expect([verdict, says]).toEqual(['cannot tell', expect.stringContaining('With 2 kept images nothing can be said yet')]);
  });

  test('fewer than eight kept images: intervals, however clear, and no verdict', () => {
    const seven = study(committee(8), seeing((i) => 0.6 + 0.3 * i), 7);
    const findings = findingsOf(seven.records, seven, CHOICE);
    expect(findings.byAccuracy.members.spearman.both.low).toBeGreaterThan(0);
    for (const { verdict, says } of claimsOf(findings)) expect([verdict, says]).toEqual(['cannot tell', expect.stringContaining('It takes 8 images to say: 7 are too few.')]);
  });

  test('no record, one model, three models: nothing throws, nothing is claimed', () => {
    const none = study(committee(4), seeing(() => 0.5), 1);
    expect(claimsOf(findingsOf([], none, CHOICE)).every(({ verdict }) => verdict === 'cannot tell')).toBe(true);
    for (const count of [1, 2, 3]) {
      const few = study(committee(count), seeing(() => 0.5), 4);
      const findings = findingsOf(few.records, few, CHOICE);
      expect(claimsOf(findings)[1]!.verdict).toBe('cannot tell');
      expect(printFindings(findings)).not.toContain('NaN');
    }
  });

  test('images that were left out count as drawn, and in how often a model is right', () => {
    const answers: Answers = { ...seeing(() => 0.5), top: (model, seed) => (model === 'm1' && seed % 2 === 0 ? 0 : 2) };
    const half = study(committee(3), answers, 6);
    const findings = findingsOf(half.records, half, CHOICE);
    expect([findings.drawn, findings.kept, findings.classes]).toEqual([6, 3, [{ title: 'car', kept: 3, drawn: 6 }]]);
    expect(findings.models.map(({ right: { hits, n } }) => [hits, n])).toEqual([[6, 6], [3, 6], [6, 6]]);
  });
});

test('committees: the same for every image, disjoint halves, and who is dropped', () => {
  const names = Array.from({ length: 9 }, (_, i) => `m${i}`);
  expect(subCommittees(names, 3)).toEqual(subCommittees(names, 3));
  expect(subCommittees(names, 3)).not.toEqual(subCommittees(names, 4));
  for (const { size, committees } of subCommittees(names, 3)) for (const chosen of committees) expect(new Set(chosen).size).toBe(size);
  for (const { size, pairs } of disjointHalves(names, 3)) for (const [a, b] of pairs) expect(new Set([...a, ...b]).size).toBe(2 * size);
  expect(drops(committee(4)).map(({ id, dropped }) => [id, dropped])).toEqual([['best', ['m0']], ['worst', ['m3']], ['family:f0', ['m0', 'm2']], ['family:f1', ['m1', 'm3']]]);
});
