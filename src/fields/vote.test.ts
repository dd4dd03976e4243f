import { describe, expect, it } from 'vitest';
import { minMax, rankShare, square } from './normalize.ts';
import { cosine, radialBasis } from './similarity.ts';
import { ballot, meanAndSpread, publishedRule, vote, voteWords, type Consensus, type Member } from './vote.ts';

const weights = [
  [0.8, -0.2, 0.1, 0.3],
  [0.5, 0.4, -0.1, 0.2],
  [-0.1, 0.2, 0.9, 0],
].map((row) => Float32Array.from(row));

const member = (id: string, values: ArrayLike<number>, votes = true): Member => ({
  id,
  votes,
  map: { data: Float32Array.from(values), height: 1, width: values.length },
});
const members = weights.map((values, i) => member(`m${i}`, values));

function expectDigits(actual: ArrayLike<number>, expected: readonly number[], digits: number): void {
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, digits));
}
function consensusOf(list: readonly Member[], ...rest: Parameters<typeof vote> extends [unknown, ...infer R] ? R : never): Consensus {
  const result = vote(list, ...rest);
  if (result.kind !== 'consensus') throw new Error(result.reason);
  return result;
}

describe('the worked example of three models and four superpixels', () => {
  it('squared/L2 consensus and cosine scores', () => {
    const { mean, agreement } = consensusOf(members, 'square');
    expectDigits(mean.data, [0.3680152, 0.1081104, 0.2998375, 0.0536272], 6);
    expectDigits(agreement.map(({ score }) => score), [0.78083, 0.77973, 0.63152], 5);
  });
  it('cosine of the raw maps', () => {
    const { mean } = meanAndSpread(weights.map(square));
    expectDigits(weights.map((own) => cosine(own, mean)), [0.73712, 0.62612, 0.56069], 5);
  });
  it('min–max consensus of signed maps and radial basis scores with the RMS distance', () => {
    const ballots = weights.map(minMax);
    const { mean } = meanAndSpread(ballots);
    expectDigits(mean, [0.6666667, 0.3777778, 0.4333333, 0.3666667], 6);
    const scores = ballots.map((own) => radialBasis(own, mean, 0.1));
    [0.02686, 0.00143, 0.0000266].forEach((want, i) => expect(scores[i]! / want).toBeCloseTo(1, 2));
  });
  it('with the plain L2 distance of the paper (σ/√n on the RMS) the same scores vanish', () => {
    const ballots = weights.map(minMax);
    const { mean } = meanAndSpread(ballots);
    const scores = ballots.map((own) => radialBasis(own, mean, 0.1 / Math.sqrt(own.length)));
    [5.2e-7, 4.1e-12, 5.0e-19].forEach((want, i) => expect(Math.abs(scores[i]! / want - 1)).toBeLessThan(0.02));
  });
});

describe('vote', () => {
  it('scales magnitudes for min–max and rank: a sign flip changes nothing', () => {
    for (const rule of ['min-max', 'rank', 'square'] as const) {
      const flipped = members.map((m) => ({ ...m, map: { ...m.map, data: m.map.data.map((v) => -v) } }));
      expect(consensusOf(flipped, rule).mean.data).toEqual(consensusOf(members, rule).mean.data);
    }
    expectDigits(ballot(weights[0]!, 'min-max'), [1, 1 / 7, 0, 2 / 7], 6);
    expectDigits(ballot(weights[0]!, 'rank'), [1, 1 / 3, 0, 2 / 3], 6);
  });
  it('spread is the standard deviation over voters', () => {
    const { spread } = consensusOf([member('a', [0, 1]), member('b', [1, 0]), member('c', [1, 0])], 'min-max');
    expectDigits(spread.data, [Math.sqrt(2) / 3, Math.sqrt(2) / 3], 6);
  });
  it('a dissenter is scored but does not vote', () => {
    const result = consensusOf([...members.slice(0, 2), member('other', weights[2]!, false)], 'square');
    expect(result.voters).toEqual(['m0', 'm1']);
    expect(result.abstained).toEqual([{ id: 'other', why: 'not asked' }]);
    expect(result.mean.data).toEqual(consensusOf(members.slice(0, 2), 'square').mean.data);
    expect(result.agreement[2]!.score).toBeCloseTo(cosine(square(weights[2]!), result.mean.data), 6);
    expect(voteWords(result, false)).toBe('consensus: mean of 2 of 3 · votes w²/‖w‖');
  });
  it('one voter is the consensus, without spread', () => {
    const { mean, spread, agreement } = consensusOf([members[0]!], 'min-max');
    expect(mean.data).toEqual(ballot(weights[0]!, 'min-max'));
    expect([...spread.data]).toEqual([0, 0, 0, 0]);
    expect(agreement[0]!.score).toBe(1);
    expect(consensusOf([members[0]!], 'min-max', { leaveOneOut: true }).agreement[0]!.score).toBeNaN();
  });
  it('zero voters: says why', () => {
    expect(vote([], 'square')).toMatchObject({ kind: 'none', reason: expect.stringContaining('No maps') });
    expect(vote([member('a', [1, 2], false)], 'square')).toMatchObject({ kind: 'none', reason: expect.stringContaining('another class') });
  });
  it('empty and broken maps abstain and do not dilute the mean', () => {
    const result = consensusOf([members[0]!, member('zero', [0, 0, 0, 0]), member('broken', [1, Number.NaN, 0, 0])], 'rank');
    expect(result.abstained).toEqual([{ id: 'zero', why: 'zero everywhere' }, { id: 'broken', why: 'not finite' }]);
    expect(result.mean.data).toEqual(ballot(weights[0]!, 'rank'));
    expect(result.agreement.map(({ score }) => Number.isNaN(score))).toEqual([false, true, true]);
  });
  it('leaving a voter out lowers its own score', () => {
    const own = consensusOf(members, 'square').agreement[2]!.score;
    expect(consensusOf(members, 'square', { leaveOneOut: true }).agreement[2]!.score).toBeLessThan(own - 0.2);
  });
  it('a coarse map votes on the fine grid as blocks', () => {
    const coarse: Member = { id: 'coarse', votes: true, map: { data: Float32Array.of(0, 1), height: 1, width: 2 } };
    expectDigits(consensusOf([coarse, member('fine', [0, 0, 0, 1])], 'min-max').mean.data, [0, 0, 0.5, 1], 6);
  });
  it('constant maps: zeros under min–max, ½ under ranks, an even vote under squares', () => {
    const constant = Float32Array.of(2, 2, 2, 2);
    expect([...minMax(constant)]).toEqual([0, 0, 0, 0]);
    expect([...rankShare(constant)]).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect([...square(constant)]).toEqual([1, 1, 1, 1]);
    expect([...square(new Float32Array(3))]).toEqual([0, 0, 0]);
  });
  it('perturbation methods vote as LIME, the others as SmoothGrad', () => {
    expect(publishedRule({ params: { segmentation: {}, samples: {} } })).toBe('square');
    expect(publishedRule({ params: { patch: {}, stride: {} } })).toBe('min-max');
  });
});
