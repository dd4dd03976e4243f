/** The votes as a table. */
import { expect, test } from 'vitest';
import { vote, type Consensus, type NoConsensus } from '../../fields/vote.ts';
import { CATALOG } from '../../worker/testing.ts';
import { votesCsv, votesOf } from './votes.ts';

const [cnn, vit, resnet] = CATALOG.models;
const plane = (...values: number[]) => ({ data: Float32Array.from(values), height: 1, width: values.length });
const found = vote(
  [
    { id: 'cnn', map: plane(1, 0), votes: true, family: 'plain' },
    { id: 'vit', map: plane(0, 1), votes: true, family: 'transformer' },
    { id: 'resnet', map: plane(1, 1), votes: false, why: 'weak', family: 'plain' },
  ],
  'min-max',
  { balance: true },
);
if (found.kind !== 'consensus') throw new Error(found.reason);

test('each model and method has a line: its weight, or why it has none', () => {
  const prediction = { model: 'cnn', top: 1, runnerUp: 0, probabilities: Float32Array.of(0, 1, 0) };
  const rows = [
    { model: cnn!, shown: true, dissents: false, standing: 'votes', prediction },
    { model: vit!, shown: true, dissents: false, standing: 'votes' },
    { model: { ...resnet!, role: 'weak' }, shown: true, dissents: false, standing: 'weak' },
    { model: resnet!, shown: false, dissents: false, standing: 'votes' },
  ] as const;
  const control = { kind: 'none', reason: 'A control: it votes for nothing.', abstained: [] } as const;
  const csv = votesCsv({ rows, methods: CATALOG.methods.slice(0, 2), classes: ['mug', 'watering can, large', 'car'], consensus: new Map<string, Consensus | NoConsensus>([['integrated-gradients', found], ['gradient', control]]) }).split('\n');
  expect(csv[0]).toBe('method,model,family,role,predicts,weight,why no vote,rule,agreement');
  expect(csv[1]).toMatch(/^integrated-gradients,cnn,plain,member,"watering can, large",0\.5,,min-max,0\./);
  expect(csv[3]).toMatch(/^integrated-gradients,resnet,plain,weak,,0,weak,min-max,/);
  expect(csv[4]).toBe('gradient,cnn,plain,member,"watering can, large",0,no vote,,');
  expect(csv).toHaveLength(8);
  expect(votesOf(found)).toEqual({ voters: [{ id: 'cnn', weight: 0.5 }, { id: 'vit', weight: 0.5 }], abstained: [{ id: 'resnet', why: 'weak' }] });
});
