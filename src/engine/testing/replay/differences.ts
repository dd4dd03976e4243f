/** Replays of the DeepLIFT methods, Expected Gradients and Prediction Difference. */
import { againstOne } from '../../methods/deepLift.ts';
import { meanOverReferences } from '../../methods/deepShap.ts';
import { expectGradients } from '../../methods/expectedGradients.ts';
import { DIFFERENCES, predictionDifferences } from '../../methods/predictionDifference.ts';
import { deepLift } from '../../rules/deepLift.ts';
import { revealCancel, type RevealCancelPlaces } from '../../rules/revealCancel.ts';
import * as tf from '../../tf.ts';
import { exampleOf, type Numbers } from '../oracle.ts';
import { baselineOf, number, requestOf, text, type Example, type Replay } from './example.ts';

const tensorOf = ({ data, shape }: Numbers, rows = shape) => tf.tensor(Float32Array.from(data), [...rows]);

function stored({ case: c }: Example, name: string): Numbers {
  const numbers = c.replay[name];
  if (!numbers) throw new Error(`case '${c.id}' stores no '${name}'`);
  return numbers;
}

export const rescaled: Replay = async (example, job) => {
  const baseline = baselineOf(example, job);
  const pool = example.case.params.maxpool === 'gradient' ? 'winner' : 'difference';
  return { attribution: await againstOne(requestOf(example), () => baseline, deepLift({ pool, products: false }), job) };
};

const PLACES: Readonly<Record<string, RevealCancelPlaces>> = { revealcancel: 'everywhere', genomics: 'dense' };

export const revealed: Replay = async (example, job) => {
  const baseline = baselineOf(example, job);
  const options = { pool: 'winner', products: false } as const;
  const places = PLACES[text(example.case, 'mode')];
  return { attribution: await againstOne(requestOf(example), () => baseline, places ? revealCancel({ ...options, places }) : deepLift(options), job) };
};

export const deepShapped: Replay = async (example, job) => {
  const set = job.own(tensorOf(example.net.inputs.baselineSet));
  const rows = (from: number, to: number) => tf.slice(set, from, to - from);
  return { attribution: await meanOverReferences(requestOf(example), set.shape[0]!, rows, deepLift({ pool: 'difference', products: false }), job) };
};

export const expected: Replay = async (example, job) => {
  const { net, case: c, index, x } = example;
  const samples = number(c, 'samples');
  const at = (name: string) => Array.from(stored(example, name).data.subarray(index * samples, (index + 1) * samples));
  const [chosen, alpha] = [at('baselineIndex'), at('alpha')];
  // A case without noise of its own may have inherited another's draws, never its noise: 'plain' comes first.
  const noise = c.id === 'plain' ? undefined : stored(example, 'noise').data.subarray(index * samples * x.size, (index + 1) * samples * x.size);
  const draw = (from: number, to: number) => ({
    references: tf.concat(chosen.slice(from, to).map((row) => exampleOf(net.inputs.baselineSet, row))),
    alpha: alpha.slice(from, to),
    noise: noise && tf.tensor(Float32Array.from(noise.subarray(from * x.size, to * x.size)), [to - from, ...x.shape.slice(1)]),
  });
  return { attribution: await expectGradients(requestOf(example), samples, draw, job) };
};

export const differencesPredicted: Replay = async (example, job) => {
  const samples = job.own(tensorOf(stored(example, 'samples')));
  const grid = { size: number(example.case, 'window'), stride: 1 };
  const maps = await predictionDifferences(requestOf(example, { kind: 'probability' }), samples, grid, DIFFERENCES, job);
  return { weightOfEvidence: maps[0]!, information: maps[1]!, probability: maps[2]! };
};
