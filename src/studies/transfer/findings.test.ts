/** Findings from records whose truth is known. */
import { describe, expect, test } from 'vitest';
import { IMAGES_FOR_VERDICT } from '../verdict.ts';
import { claimsOf } from './claims.ts';
import { bestElsewhere } from './comparisons.ts';
import { findingsOf } from './findings.ts';
import { MASKED, TWIN } from './masked.ts';
import { transferClusters } from './order.ts';
import { printTransfer } from './print.ts';
import { pairsOf, type KeptImage, type RowRecord, type TransferRecord } from './record.ts';
import { rowsOf, type RowModel } from './rows.ts';
import { defaultSettings } from './settings.ts';
import { tableOf } from './table.ts';

const model = (id: string, family: string, mixes: RowModel['mixes'], role: RowModel['role'] = 'member'): RowModel => ({ id, title: id.toUpperCase(), family, familyTitle: family, mixes, role });
const MODELS = [model(TWIN, 'residual', 'convolution'), model(MASKED, 'residual', 'convolution'), model('vgg', 'plain', 'convolution'), model('vit', 'tokens', 'attention'), model('swin', 'windows', 'attention'), model('early', 'plain', 'convolution', 'weak')];
const N = 24;

type Say = (row: string, tester: RowModel, image: number) => number;

/** Records in which a tester names the class where `say` is at least ½, and is that sure of it. */
function recordsOf(say: Say, { count = N, clean = () => 1, levels = ['chosen'], agree = () => 0.5 }: { count?: number; clean?: (tester: RowModel, image: number) => number; levels?: readonly string[]; agree?: (i: number, j: number, image: number) => number } = {}): KeptImage[] {
  return Array.from({ length: count }, (_, at): KeptImage => {
    const row = (id: string): RowRecord => {
      const probability = MODELS.map((tester) => say(id, tester, at));
      return { right: probability.map((p) => Number(p >= 0.5)), probability, area: 0.2, compactness: 0.5 };
    };
    const rows = Object.fromEntries(rowsOf(MODELS).map(({ id }) => [id, row(id)]));
    const pairs = pairsOf(MODELS.length).map(([i, j]) => agree(i, j, at));
    return {
      at, standing: 'kept', name: `scene ${at}`, image: `scene:${at}`, target: at % 12, models: MODELS.map(({ id }) => id),
      right: MODELS.map((tester) => clean(tester, at)), probability: MODELS.map((tester) => clean(tester, at)),
      entropy: MODELS.map((_unused, i) => 0.9 + 0.01 * ((i * 7 + at) % 5)), spearman: pairs, ssim: pairs.map((value) => 1 - value), overlap: pairs,
      levels: levels.map((level) => ({ level, rows })),
    };
  });
}
const identity: Say = (row, { id }) => Number(row === id);

describe('models that recognise only their own features', () => {
  const found = findingsOf(recordsOf(identity), MODELS, 3);
  test('the matrix is the identity', () => {
    const cells = found.rows.slice(0, MODELS.length).map(({ cells: row }) => row.map((cell) => cell!.kept.value));
    expect(cells).toEqual(MODELS.map((_, i) => MODELS.map((_unused, t) => Number(t === i))));
    expect([found.diagonal.accuracy.value, found.offDiagonal.accuracy.value, found.otherFamilies.accuracy.value]).toEqual([1, 0, 0]);
    expect(found.groups.map(({ from, to, pairs, kept }) => [from, to, pairs, kept.value])).toEqual([
      ['convolution', 'convolution', 6, 0], ['convolution', 'attention', 6, 0], ['attention', 'convolution', 6, 0], ['attention', 'attention', 2, 0],
    ]);
  });
  test('an interval does not close where every image is right', () => {
    expect(found.rows[0]!.cells[0]!.accuracy).toMatchObject({ value: 1, n: N });
    expect(found.rows[0]!.cells[0]!.accuracy.low).toBeLessThan(0.9);
  });
});

test('accuracy kept is accuracy over the tester’s own on whole images, over images', () => {
  const found = findingsOf(recordsOf((row, { id }, at) => Number(row === 'vit' && id === 'early' && at % 4 === 0), { clean: ({ id }, at) => (id === 'early' ? Number(at % 2 === 0) : 1) }), MODELS, 3);
  const cell = found.rows[3]!.cells[5]!;
  expect([cell.accuracy.value, cell.kept.value]).toEqual([0.25, 0.5]);
  expect(cell.kept.low).toBeLessThan(0.5);
  expect(cell.kept.high).toBeGreaterThan(0.5);
  expect(found.testers[5]!.clean.value).toBe(0.5);
  expect([found.members.includes('early'), found.offDiagonal.accuracy.value]).toEqual([false, 0]);
});

test('within a kind against between kinds: neither good generators nor good testers count', () => {
  const kind = (id: string) => MODELS.find((own) => own.id === id)?.mixes;
  const additive = findingsOf(recordsOf((row, tester) => (kind(row) === 'attention' ? 0.2 : 0.1) + (tester.mixes === 'attention' ? 0.4 : 0.1)), MODELS, 3);
  expect(additive.kinds!.probability.value).toBeCloseTo(0, 9);
  const own = findingsOf(recordsOf((row, tester) => (kind(row) === tester.mixes ? 0.7 : 0.1)), MODELS, 3);
  expect(own.kinds!.probability.value).toBeCloseTo(0.6, 9);
});

describe('the best single generator', () => {
  // Two generators, each right on the half of the images where the other fails: whichever did better elsewhere fails here.
  const say: Say = (row, _, at) => (row === TWIN ? Number(at % 2 === 0) : row === 'vit' ? Number(at % 2 === 1) : row === 'harmonised mean' ? 0.9 : 0);
  test('is chosen on the other images', () => {
    const table = tableOf(recordsOf(say), MODELS, 3);
    expect(bestElsewhere(table).map((at) => MODELS[at]!.id)).toEqual(Array.from({ length: N }, (_, at) => (at % 2 === 0 ? 'vit' : TWIN)));
    expect(bestElsewhere(tableOf(recordsOf(say, { count: 1 }), MODELS, 3))).toEqual([-1]);
  });
  test('so that selection does not flatter it', () => {
    const found = findingsOf(recordsOf(say), MODELS, 3);
    const comparison = found.comparisons.find(({ of, against }) => of === 'harmonised mean' && against === 'best')!;
    expect(comparison.accuracy).toMatchObject({ value: 1, n: N });
    expect(claimsOf(found).find(({ id }) => id === 'harmonised-over-best')!.verdict).toBe('supports');
  });
});

test('a feature no better than its random region is not said to be', () => {
  const say: Say = (row, _, at) => Number((at * 7) % 24 < (row.startsWith('random') ? 12 : 13) === (at % 3 > 0));
  const claim = claimsOf(findingsOf(recordsOf(say), MODELS, 3)).find(({ id }) => id === 'other-architectures')!;
  expect(claim.verdict).toBe('cannot tell');
  expect(claim.says).toContain('24 images');
});

test('few images say nothing, however clear they are', () => {
  const say: Say = (row, { id }) => Number(!row.startsWith('random') && row !== id);
  const of = (n: number) => claimsOf(findingsOf(recordsOf(say).slice(0, n), MODELS, 3)).find(({ id }) => id === 'harmonised-over-random')!;
  expect(of(IMAGES_FOR_VERDICT).verdict).toBe('supports');
  expect(of(IMAGES_FOR_VERDICT - 1)).toMatchObject({ verdict: 'cannot tell', says: expect.stringContaining('It takes 8 images to say: 7 are too few.') });
});

test('the masked model beside its twin: their own features do not count', () => {
  const found = findingsOf(recordsOf((row, { id }) => Number(id === MASKED ? row !== TWIN : row === TWIN || row === MASKED)), MODELS, 3).masked!;
  const generators = found.lines.find(({ id }) => id === 'generators')!;
  expect([generators.masked.accuracy.value, generators.twin.accuracy.value, generators.difference.accuracy.value]).toEqual([1, 0, 1]);
  expect(findingsOf(recordsOf(identity).map((image) => ({ ...image, models: image.models.slice(1) })), MODELS.slice(1), 3).masked).toBeUndefined();
});

test('maps that agree serve each other: the correlation is 1, that of the opposite measure −1', () => {
  const serves = (i: number, j: number) => ((i * 5 + j * 5) % 11) / 11;
  const records = recordsOf((row, tester) => serves(MODELS.findIndex(({ id }) => id === row), MODELS.indexOf(tester)), { agree: serves });
  const { lines, measures, pairs } = findingsOf(records, MODELS, 3).agreement;
  expect(lines.map(({ withTransfer }) => withTransfer.value)).toEqual([1, -1, 1]);
  expect([measures.value, pairs.length, lines[0]!.withTransfer.n]).toEqual([-1, 15, 10]);
});

test('curves: a point for each level, by share', () => {
  const found = findingsOf(recordsOf(identity, { levels: ['chosen', 'top 0.05'] }), MODELS, 3);
  expect(found.curves.find(({ id }) => id === 'family residual')!.points.map(({ level, kept }) => [level, kept.value])).toEqual([['chosen', 0], ['top 0.05', 0]]);
  expect(findingsOf(recordsOf(identity), MODELS, 3).curves).toEqual([]);
});

test('an image of which something failed is in the numbers that it has, and n says so', () => {
  const all = recordsOf(identity);
  const [vit, vgg] = ['vit', 'vgg'].map((id) => MODELS.findIndex((own) => own.id === id)) as [number, number];
  const without = (values: RowRecord['right']) => values.map((value, tester) => (tester === vit ? null : value));
  const half = all[0]!.levels.map(({ level, rows }) => ({ level, rows: Object.fromEntries(Object.entries(rows).filter(([id]) => id !== 'vgg').map(([id, row]) => [id, { ...row, right: without(row.right), probability: without(row.probability) }])) }));
  const found = findingsOf([{ ...all[0]!, levels: half, right: without(all[0]!.right), lost: { maps: ['vgg'], reactions: ['vit'] } }, ...all.slice(1)], MODELS, 3);
  expect([found.kept, found.lost]).toEqual([N, [{ name: 'scene 0', maps: ['vgg'], reactions: ['vit'] }]]);
  const n = (row: number, tester: number) => found.rows[row]!.cells[tester]!.accuracy.n;
  expect([n(0, 0), n(0, vit), n(vgg, 0)]).toEqual([N, N - 1, N - 1]);
  expect([found.testers[vit]!.clean.n, found.offDiagonal.accuracy.value]).toEqual([N - 1, 0]);
  expect(printTransfer('', defaultSettings(), found)).toContain('Something failed on 1 of them: scene 0 (no map of vgg; no answer of vit).');
});

test('what is left out is counted; records of other models are refused; nothing at all says nothing', () => {
  const left: TransferRecord = { at: 30, standing: 'left out', name: 'scene 30', image: 'scene:30', target: 0 };
  expect(findingsOf([...recordsOf(identity), left], MODELS, 3)).toMatchObject({ drawn: N + 1, kept: N, balance: Array.from({ length: 12 }, () => 2) });
  expect(() => findingsOf(recordsOf(identity), MODELS.slice(1), 3)).toThrow(/record of scene 0 is of resnet-10, /);
  const nothing = findingsOf([left], MODELS, 3);
  expect([nothing.kept, nothing.offDiagonal.accuracy.value]).toEqual([0, Number.NaN]);
  expect(claimsOf(nothing).every(({ verdict }) => verdict === 'cannot tell')).toBe(true);
});

test('the report names the protocol, the counts and every row', () => {
  const text = printTransfer('SmoothGrad.', defaultSettings(), findingsOf(recordsOf(identity, { levels: ['chosen', 'top 0.05'] }), MODELS, 3));
  expect(text).toContain('24 of 24 images kept');
  expect(text).toContain('the 20.0 % of pixels with the largest values');
  for (const { title } of rowsOf(MODELS)) expect(text).toContain(title);
  expect(text).not.toMatch(/undefined|NaN/);
});

test('clusters of models that serve each other stand together', () => {
  const friends = [[0, 3], [1, 4], [2, 5]];
  const say: Say = (row, tester) => (friends.some((pair) => pair.includes(MODELS.findIndex(({ id }) => id === row)) && pair.includes(MODELS.indexOf(tester))) ? 0.9 : 0.1);
  const { order } = transferClusters(findingsOf(recordsOf(say), MODELS, 3))!;
  for (const [a, b] of friends) expect(Math.abs(order.indexOf(a!) - order.indexOf(b!))).toBe(1);
  expect(transferClusters(findingsOf([], MODELS, 3))).toBeUndefined();
});
