import { describe, expect, it } from 'vitest';
import { minMax, rankShare, square } from './normalize.ts';
import { cosine, radialBasis } from './similarity.ts';
import { ballot, familyWeights, meanAndSpread, publishedRule, vote, voteWords, type Consensus, type Member } from './vote.ts';

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
    expect(voteWords(result, false)).toBe('consensus of 2 of 3: 1 not asked · the mean · votes w²/‖w‖');
    expect(voteWords({ ...result, balanced: true }, true, 5)).toBe('consensus of 2 of 5: 1 not asked, 2 without a map · the standard deviation · votes w²/‖w‖ · each family one voice');
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
    const silent = (['dissents', 'weak', 'weak', 'shortcut'] as const).map((why, i) => ({ ...member(`s${i}`, [1, 2], false), why }));
    expect(vote(silent, 'square')).toMatchObject({
      kind: 'none',
      reason: 'No member votes: 1 sees another class, 2 are weak, 1 learned a shortcut. Let models of another opinion and weak ones vote to see their consensus.',
    });
    expect(vote([member('a', [0, 0])], 'square')).toMatchObject({ kind: 'none', reason: 'No member votes: 1 with an empty map.' });
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

const RULES = ['square', 'min-max', 'rank'] as const;

describe('each family one voice', () => {
  const of = (family: string, index: number, id = `m${index}`) => ({ ...member(id, weights[index]!), family });

  it.each(RULES)('%s: where all families have one voter it is the plain vote, to the bit', (rule) => {
    const plain = consensusOf(members, rule);
    const balanced = consensusOf(members.map((one) => ({ ...one, family: `family of ${one.id}` })), rule, { balance: true });
    expect(balanced.mean.data).toEqual(plain.mean.data);
    expect(balanced.spread.data).toEqual(plain.spread.data);
    expect(balanced.agreement).toEqual(plain.agreement);
    expect(balanced.weights).toEqual([1 / 3, 1 / 3, 1 / 3]);
    // Without a family each member is its own.
    expect(consensusOf(members, rule, { balance: true }).mean.data).toEqual(plain.mean.data);
  });

  it.each(RULES)('%s: a member that stands twice changes nothing', (rule) => {
    const once = consensusOf([of('cnn', 0), of('vit', 1)], rule, { balance: true });
    const twice = consensusOf([of('cnn', 0), of('vit', 1), of('cnn', 0, 'again')], rule, { balance: true });
    expectDigits(twice.mean.data, [...once.mean.data], 6);
    expectDigits(twice.spread.data, [...once.spread.data], 6);
    expect(twice.weights).toEqual([0.25, 0.5, 0.25]);
    expect(consensusOf([of('cnn', 0), of('vit', 1), of('cnn', 0, 'again')], rule).mean.data).not.toEqual(once.mean.data);
  });

  it.each(RULES)('%s: it is the mean of the families’ means of ballots', (rule) => {
    const { mean } = consensusOf([of('cnn', 0), of('cnn', 1), of('vit', 2)], rule, { balance: true });
    const [a, b, c] = weights.map((values) => ballot(values, rule));
    expectDigits(mean.data, Array.from(c!, (value, i) => ((a![i]! + b![i]!) / 2 + value) / 2), 6);
  });

  it('a family is as large as its voters: who abstains leaves the voice to the others', () => {
    const { weights: shares, voters } = consensusOf([of('cnn', 0), { ...of('cnn', 1), votes: false, why: 'weak' as const }, of('vit', 2)], 'square', { balance: true });
    expect([voters, shares]).toEqual([['m0', 'm2'], [0.5, 0.5]]);
    expect(familyWeights(['a', 'b', 'a', 'a'])).toEqual([1 / 3, 1, 1 / 3, 1 / 3]);
  });
});
