/** The two-way study over its whole path: what is asked, whose part is found, what is alike, gaps, few images. */
import { describe, expect, test } from 'vitest';
import { stream } from '../../engine/math/rng.ts';
import { committee, DENSE, run, SEGMENTING, type Answers } from '../consensus/testing.ts';
import { twoWayFindings } from './findings.ts';
import { printTwoWay } from './print.ts';
import { twoWayRecordAt, type TwoWayRecord } from './record.ts';
import { cellsOf, drawsOf, oneOfEachFamily, planTwoWay, type TwoWayMethod, type TwoWaySetup } from './setup.ts';

const SIZE = 16;
const ids = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => Number(i < 40));
const methods: readonly TwoWayMethod[] = [
  { method: DENSE, params: {}, score: 'logit', draws: true },
  { method: SEGMENTING, params: {}, score: 'probability', draws: false },
  { method: { ...DENSE, id: 'cam', title: 'CAM' }, params: {}, score: 'logit', draws: false },
];
const setupOf = (count = 3, images = 4): TwoWaySetup => ({ models: committee(count), methods, images: Array.from({ length: images }, (_, i) => ({ kind: 'scene' as const, seed: 70 + i })), seed: 9 });

/** |w| is a sum of parts of its own for each name. */
const parts = (size: number, weights: readonly (readonly [string, number])[]) => {
  const data = new Float32Array(SIZE * SIZE);
  for (const [name, weight] of weights) {
    const draws = stream(size, name);
    for (let i = 0; i < data.length; i++) data[i]! += weight * Math.abs(draws.normal());
  }
  return { data, height: SIZE, width: SIZE, channels: 1 };
};

function study(setup: TwoWaySetup, map: Answers['map']) {
  const { found, failed, asked } = run(planTwoWay(setup), { ids, map });
  const records = setup.images.map((_, at) => twoWayRecordAt(setup, at, found, failed)!);
  return { asked, records, findings: twoWayFindings(records, setup, 200), found };
}

test('each cell is asked once, and a second seed of the method that draws only', () => {
  const setup = setupOf();
  const { asked } = study(setup, (model, seed) => parts(seed, [[model, 1]]));
  const explained = asked.flatMap((request) => (request.kind === 'explain' ? [`${request.model} ${request.method} ${request.seed}`] : []));
  expect(explained).toHaveLength(4 * 3 * 4);
  expect(new Set(explained).size).toBe(3 * 4);
  expect([...new Set(explained)].filter((name) => name.endsWith(' 10'))).toEqual(['m0 smoothgrad 10', 'm1 smoothgrad 10', 'm2 smoothgrad 10']);
});

describe('whose part it is', () => {
  test('maps that hang on the model alone: all of the variation is the model’s, and maps cluster by model', () => {
    const { findings } = study(setupOf(), (model, seed) => parts(seed, [[model, 1]]));
    expect(findings.shares!.model.value).toBeCloseTo(1, 6);
    expect(findings.likeness.method.value).toBeCloseTo(1, 6);
    expect(Math.abs(findings.likeness.model.value)).toBeLessThan(0.1);
    const order = findings.clustering.order.map((row) => findings.cells[row]!.model);
    expect(order.filter((model, i) => model !== order[i - 1])).toHaveLength(3);
    expect(findings.matrix).toHaveLength(9);
  });
  test('on the method alone: the method’s', () => {
    const { findings } = study(setupOf(), (_, seed, { method }) => parts(seed, [[method, 1]]));
    expect(findings.shares!.method.value).toBeCloseTo(1, 6);
    expect(findings.likeness.model.value).toBeCloseTo(1, 6);
    expect(findings.likeness.seed.value).toBeCloseTo(1, 6);
  });
  test('on the seed of the method that draws: the residual is not taken for an interaction', () => {
    const { findings } = study(setupOf(), (model, seed, { method, seed: own }) => parts(seed, [['image', 1], ...(method === DENSE.id ? [[`${model} ${own}`, 1] as const] : [])]));
    expect(findings.replicated).toBe(true);
    expect(findings.shares!.residual.value).toBeGreaterThan(0.2);
    expect(Math.abs(findings.likeness.seed.value - findings.likeness.model.value)).toBeLessThan(0.6);
    expect(findings.likeness.seed.value).toBeLessThan(0.8);
  });
});

test('a method that does not apply to one model is left out of the shares, its other maps stay in the matrix', () => {
  const { findings } = study(setupOf(), (model, seed, { method }) => (method === 'cam' && model === 'm1' ? new Error('no feature map') : parts(seed, [[model, 1], [method, 1]])));
  expect(findings.methods).toEqual([DENSE.id, SEGMENTING.id]);
  expect(findings.cells).toHaveLength(8);
  expect(findings.shares!.n).toBe(4);
});

test('records go through JSON; shards in any order give the same; two images have no intervals', () => {
  const setup = setupOf();
  const { records, findings } = study(setup, (model, seed, { method }) => parts(seed, [[model, 1], [method, 1]]));
  expect(twoWayFindings((JSON.parse(JSON.stringify(records)) as TwoWayRecord[]).reverse(), setup, 200)).toEqual(findings);
  const few = twoWayFindings(records.slice(0, 2), setup, 200);
  expect([few.tooFew, few.shares!.model.low]).toEqual([true, Number.NaN]);
  expect(few.shares!.model.value).toBeGreaterThan(0);
  expect(printTwoWay(findings)).not.toMatch(/NaN|undefined/);
  expect(printTwoWay(twoWayFindings([], setup))).not.toMatch(/NaN|undefined/);
});

test('one of each family is its best by validation; a method draws unless it claims not to', () => {
  const models = committee(4, (i) => ({ accuracy: { validation: [0.9, 0.8, 0.95, 0.8][i]!, test: 0.9, interval: [0.8, 1], n: 10 } }));
  expect(oneOfEachFamily(models).map(({ id }) => id)).toEqual(['m1', 'm2']);
  expect([drawsOf({ claims: ['complete', 'deterministic'] }), drawsOf({ claims: [] })]).toEqual([false, true]);
  expect(cellsOf(setupOf(2)).length).toBe(8);
});
