/** The grid's maps: pooling, shared limits, votes. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONSENSUS, DEFAULT_DISPLAY } from '../../state/defaults.ts';
import type { ExplainResult, MethodEntry } from '../../worker/protocol.ts';
import { columnConsensus, type Voter, createMemo, drawCells, planeOf, type Finished } from './maps.ts';

const method = { id: 'gradient', title: 'Gradient', family: 'gradient', signed: true, params: {} } as unknown as MethodEntry;
const result = (values: number[], extra: Partial<ExplainResult> = {}): ExplainResult => ({
  kind: 'explain',
  data: Float32Array.from(values),
  height: 2,
  width: 2,
  channels: values.length / 4,
  score: { kind: 'logit' },
  value: 3,
  passes: { forward: 1, backward: 1 },
  ms: 1,
  backend: 'cpu',
  batch: 1,
  ...extra,
});
const cell = (model: string, values: number[], extra: Partial<Finished> = {}): Finished => ({
  model,
  method,
  request: { kind: 'explain', model, method: method.id, image: { kind: 'scene', seed: 1 }, target: 0, score: { kind: 'logit' }, seed: 0, params: {} },
  result: result(values),
  preview: false,
  growing: false,
  current: true,
  ...extra,
});

describe('drawCells', () => {
  it('pools once per result and keeps the raw plane beside the chosen sign', () => {
    const one = cell('a', [1, 1, -2, 0, 0, 3, 4, 4]);
    expect([...planeOf(one.result, 'sum').data]).toEqual([2, -2, 3, 8]);
    expect(planeOf(one.result, 'sum')).toBe(planeOf(one.result, 'sum'));
    const [drawn] = drawCells([one], { ...DEFAULT_DISPLAY, sign: 'negative' });
    expect([...drawn!.map.data]).toEqual([0, 2, 0, 0]);
    expect(drawn!.plane.data[1]).toBe(-2);
    expect(drawn!.signed).toBe(false);
  });
  it('shares a limit over a column only when asked', () => {
    const cells = [cell('a', [1, 0, 0, 0]), cell('b', [10, 0, 0, 0])];
    const limits = (scope: 'cell' | 'column') => drawCells(cells, { ...DEFAULT_DISPLAY, scope, unit: 'raw', percentile: 100 }).map(({ scale }) => scale.rawLimit);
    expect(limits('cell')).toEqual([1, 10]);
    expect(limits('column')).toEqual([10, 10]);
  });
});

/** Those named vote; the others see another class. */
const voters = (...ids: string[]) => new Map(['a', 'b', 'c'].map((id): [string, Voter] => [id, { standing: ids.includes(id) ? 'votes' : 'dissents', family: id === 'c' ? 'transformer' : 'plain' }]));

describe('columnConsensus', () => {
  const cells = drawCells([cell('a', [1, 0, 0, 0]), cell('b', [0, 2, 0, 0]), cell('c', [0, 0, 5, 0]), cell('old', [9, 9, 9, 0], { current: false })], DEFAULT_DISPLAY);
  it('lets those vote who say the class, and only current maps', () => {
    const consensus = columnConsensus(method, cells, voters('a', 'b'), DEFAULT_CONSENSUS);
    if (consensus?.kind !== 'consensus') throw new Error('expected a consensus');
    expect(consensus.voters).toEqual(['a', 'b']);
    expect([...consensus.mean.data]).toEqual([0.5, 0.5, 0, 0]);
    expect(consensus.agreement.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });
  it('waits for maps that are still growing, and lets nobody vote on a control', () => {
    const half = drawCells([cell('a', [1, 0, 0, 0]), cell('b', [0, 2, 0, 0], { growing: true })], DEFAULT_DISPLAY);
    const consensus = columnConsensus(method, half, voters('a', 'b', 'c'), DEFAULT_CONSENSUS);
    expect(consensus?.kind === 'consensus' && consensus.voters).toEqual(['a']);
    expect(columnConsensus(method, half.slice(1), voters('a', 'b', 'c'), DEFAULT_CONSENSUS)).toBeUndefined();
    expect(columnConsensus({ ...method, family: 'control' }, cells, voters('a', 'b', 'c'), DEFAULT_CONSENSUS)).toMatchObject({ kind: 'none', reason: expect.stringMatching(/control/i) as string });
  });
  it('lets dissenters vote when asked, and says why there is none', () => {
    const everybody = columnConsensus(method, cells, voters('a', 'b', 'c'), DEFAULT_CONSENSUS);
    expect(everybody?.kind === 'consensus' && everybody.voters.length).toBe(3);
    const balanced = columnConsensus(method, cells, voters('a', 'b', 'c'), { ...DEFAULT_CONSENSUS, balance: true });
    expect(balanced?.kind === 'consensus' && [balanced.weights, [...balanced.mean.data]]).toEqual([[0.25, 0.25, 0.5], [0.25, 0.25, 0.5, 0]]);
    expect(columnConsensus(method, cells, voters(), DEFAULT_CONSENSUS)?.kind).toBe('none');
    expect(columnConsensus({ ...method, id: 'other' }, cells, voters('a', 'b', 'c'), DEFAULT_CONSENSUS)).toBeUndefined();
  });
  it('computes anew only when an input changed', () => {
    const memo = createMemo<object>();
    const first = memo('x', [1, 'a'], () => ({}));
    expect(memo('x', [1, 'a'], () => ({}))).toBe(first);
    expect(memo('x', [1, 'b'], () => ({}))).not.toBe(first);
  });
});
