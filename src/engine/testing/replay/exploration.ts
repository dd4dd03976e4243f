/** Replays of Local Attribution and its rivals (AGI, MFABA, AttEXplore), and of Guided Integrated Gradients. */
import { exploreFrequencies, gaussianKernel, type Copy } from '../../methods/attexplore.ts';
import { explore } from '../../methods/explore.ts';
import { guidedIntegrate } from '../../methods/guidedIg.ts';
import { mfaba, type MfabaKind } from '../../methods/mfaba.ts';
import * as tf from '../../tf.ts';
import type { Numbers, OracleCase } from '../oracle.ts';
import { baselineOf, LOGIT, number, requestOf, text, type Replay } from './example.ts';

const PROBABILITY = { kind: 'probability' } as const;

/** The entry of this example in a list of the parameters. */
function listed<T>(c: OracleCase, name: string, index: number): T {
  const list = c.params[name];
  if (!Array.isArray(list)) throw new Error(`case '${c.id}' gives no list '${name}'`);
  return list[index] as T;
}

export const explored: Replay = async (example, job) => {
  const { case: c, index, x, net } = example;
  const radius = job.own(tf.div(x, number(c, 'spatial_range')));
  const ask = { graph: net.graph, x, target: listed<number>(c, 'predicted', index), score: PROBABILITY, towards: listed<number[]>(c, 'effectiveTargets', index) };
  const { field } = await explore({ ...ask, radius, away: true, iterations: number(c, 'max_iter'), from: 'image', stops: false }, job);
  return { attribution: field };
};

export const integratedAdversarially: Replay = async (example, job) => {
  const { case: c, index, x, net } = example;
  const classes = c.params.selectedIds as number[];
  const target = listed<number>(c, 'predicted', index);
  const towards = classes.filter((id) => id !== target);
  const radius = job.own(tf.fill(x.shape, number(c, 'epsilon')));
  const { field, moves } = await explore({ graph: net.graph, x, target, score: PROBABILITY, radius, towards, away: false, iterations: number(c, 'max_iter'), from: 'image', stops: true }, job);
  return { attribution: field, iterations: job.own(tf.tensor(classes.map((id) => moves[towards.indexOf(id)] ?? 0))) };
};

/** The kind of path that a case tells by its name or by whether the sign of the gradient is followed. */
const mfabaKind = (c: OracleCase): MfabaKind => (c.id === 'mfaba_cos' ? 'cosine' : c.id === 'mfaba_norm' ? 'norm' : c.params.use_sign === true ? 'smooth' : 'sharp');

export const followed: Replay = async (example, job) => {
  const { case: c, index, x, net } = example;
  const score = c.params.output === 'logit' ? LOGIT : PROBABILITY;
  const attack = { graph: net.graph, x, target: listed<number>(c, 'targets', index), score, kind: mfabaKind(c), size: number(c, 'alpha'), steps: number(c, 'max_steps'), radius: Number(c.params.epsilon ?? 1) };
  const { field, moves } = await mfaba({ ...attack, accumulated: c.id.startsWith('mfaba_repo') }, job);
  return { attribution: field, steps: job.own(tf.scalar(moves)) };
};

export const frequencies: Replay = async (example, job) => {
  const { case: c, index, net } = example;
  const x = example.x as tf.Tensor4D;
  const [steps, copies] = [number(c, 'steps'), number(c, 'N')];
  const stored = (name: string): Numbers => {
    const found = c.replay[name];
    if (!found) throw new Error(`case '${c.id}' of attexplore stores no '${name}'`);
    return found;
  };
  const draw = (step: number, copy: number): Copy => {
    const at = (index * steps + step) * copies + copy;
    const values = (name: string) => stored(name).data.subarray(at * x.size, (at + 1) * x.size);
    const one = (name: string) => stored(name).data[at]!;
    return {
      noise: Float32Array.from(values('gauss'), (z) => z * number(c, 'sigma')),
      spectrum: Float32Array.from(values('mask'), (u) => u * 2 * number(c, 'rho') + 1 - number(c, 'rho')),
      placed: one('useDiversity') < 0.5 ? { side: one('resizeTo'), square: number(c, 'S'), top: one('top'), left: one('left') } : undefined,
    };
  };
  const kernel = gaussianKernel(7);
  const apart = Math.max(...kernel.map((weight, i) => Math.abs(weight - stored('kernel7x7').data[i]!)));
  if (apart > 1e-7) throw new Error(`the stored 7×7 kernel is not ours: they differ by ${apart}`);
  const question = { graph: net.graph, x, target: listed<number>(c, 'targets', index), score: { kind: 'log-probability' } as const };
  return { attribution: await exploreFrequencies({ ...question, radius: number(c, 'epsilon'), steps, copies, twice: true, draw, kernel }, job) };
};

export const guided: Replay = async (example, job) => {
  const { case: c } = example;
  if (text(c, 'baseline') !== 'zero' && text(c, 'baseline') !== 'b1') throw new Error(`case '${c.id}' has an unknown baseline`);
  const path = { ...requestOf(example), baseline: baselineOf(example, job), steps: number(c, 'steps'), fraction: number(c, 'fraction'), maxDistance: number(c, 'maxDist') };
  return { attribution: await guidedIntegrate(path, job) };
};
