/** How a case of the oracle is put to the engine: parameters translated, stored draws replayed through the shipped code. Judges nothing. */
import { quadrature, type QuadratureRule } from '../math/quadrature.ts';
import type { Job } from '../job/job.ts';
import { cam, gradCam } from '../methods/gradCam.ts';
import { gradientMethod } from '../methods/gradient.ts';
import { gradientTimesInput } from '../methods/gradientTimesInput.ts';
import { guidedBackprop } from '../methods/guidedBackprop.ts';
import { integrate } from '../methods/integratedGradients.ts';
import { explore } from '../methods/localAttribution.ts';
import type { AttributionRequest } from '../methods/method.ts';
import { occlude } from '../methods/occlusion.ts';
import type { Score } from '../methods/score.ts';
import { smooth, type Statistic } from '../methods/smoothGrad.ts';
import { defaults } from '../params.ts';
import { alphaBetaComposite, epsilonComposite, zPlusComposite, type Composite } from '../rules/composite.ts';
import * as tf from '../tf.ts';
import { exampleOf, type OracleCase, type OracleNet } from './oracle.ts';
import { relevance } from './relevance.ts';

export interface Example {
  readonly net: OracleNet;
  readonly case: OracleCase;
  /** Which of the stored images. */
  readonly index: number;
  /** [1, …], owned by the job. */
  readonly x: tf.Tensor;
  readonly target: number;
}

/** The attributions of one example by the names under which the case stores them; owned by the job, or the caller's. */
export type Replay = (example: Example, job: Job) => Promise<Readonly<Record<string, tf.Tensor>>>;

const LOGIT: Score = { kind: 'logit' };

const request = ({ net, x, target }: Example, score: Score = LOGIT) => ({ graph: net.graph, x, target, score, seed: 0 });

const text = (c: OracleCase, name: string): string => String(c.params[name]);
const number = (c: OracleCase, name: string): number => {
  const value = c.params[name];
  if (typeof value !== 'number') throw new Error(`case '${c.id}' gives no number '${name}'`);
  return value;
};

const OUTPUTS: Readonly<Record<string, Score>> = { softmax: { kind: 'probability' }, log_softmax: { kind: 'log-probability' } };

function baseline({ net, case: c, index, x }: Example, job: Job): tf.Tensor {
  return job.own(text(c, 'baseline') === 'b1' ? exampleOf(net.inputs.b1, index) : tf.zerosLike(x));
}

const QUADRATURE_OF: Readonly<Record<string, QuadratureRule>> = {
  riemann_left: 'left',
  riemann_right: 'right',
  riemann_middle: 'midpoint',
  riemann_trapezoid: 'trapezoid',
  gausslegendre: 'gauss-legendre',
};

const integrated: Replay = async (example, job) => {
  const steps = number(example.case, 'steps');
  const rule = text(example.case, 'quadrature');
  const nodes = quadrature(QUADRATURE_OF[rule] ?? (rule as QuadratureRule), steps);
  // The stored trapezoid has weights that sum to (n − 1)/n; ours is the textbook's, so the stored weights are put in its place.
  const weighed = rule === 'riemann_trapezoid' ? nodes.map((n) => ({ ...n, weight: (n.weight * (steps - 1)) / steps })) : nodes;
  return { attribution: await integrate({ ...request(example), baseline: baseline(example, job) }, weighed, job) };
};

const STATISTIC_OF: Readonly<Record<string, Statistic>> = { smoothgrad: 'mean', smoothgrad_sq: 'square', vargrad: 'variance' };

const smoothed: Replay = async (example, job) => {
  const { case: c, index, x } = example;
  const stored = c.replay.noise;
  const statistic = STATISTIC_OF[c.id];
  if (!stored || !statistic) throw new Error(`case '${c.id}' of smoothgrad stores no noise, or is no statistic that we know`);
  const samples = number(c, 'samples');
  const rows = (from: number, to: number) => tf.tensor(Float32Array.from(stored.data.subarray((index * samples + from) * x.size, (index * samples + to) * x.size)), [to - from, ...x.shape.slice(1)]);
  return { attribution: await smooth(request(example), samples, statistic, rows, job) };
};

const cams: Replay = async (example, job) => {
  const { net, case: c, x, target } = example;
  // The layers are named as stored, before normalisations are folded.
  const graph = { ...net.original, features: { node: text(c, 'layer') } };
  const raw = job.own(tf.tidy(() => cam({ graph, x, target, score: LOGIT }, job)));
  const through = (params: object) => gradCam.attribute({ ...request(example), graph, params: { ...defaults(gradCam.params), ...params } }, job);
  const guidedParts: Record<string, tf.Tensor> = 'guidedNearest' in c.expected ? { guidedNearest: await through({ upsampling: 'nearest', guided: true }), guidedBilinear: await through({ upsampling: 'bilinear', guided: true }) } : {};
  return { raw, relu: job.own(tf.relu(raw)), upsampledBilinear: await through({ upsampling: 'bilinear' }), upsampledNearest: await through({ upsampling: 'nearest' }), ...guidedParts };
};

const occluded: Replay = async (example, job) => {
  const { case: c } = example;
  const [size, stride] = 'window' in c.params ? [number(c, 'window'), number(c, 'stride')] : [1, 1];
  return { attribution: await occlude({ ...request(example), fill: baseline(example, job) }, size, stride, job) };
};

const explored: Replay = async (example, job) => {
  const { case: c, index, x, net } = example;
  const towards = (c.params.effectiveTargets as number[][])[index]!;
  const target = (c.params.predicted as number[])[index]!;
  const radius = job.own(tf.div(x, number(c, 'spatial_range')));
  const question = { graph: net.graph, x, target, score: { kind: 'probability' } as const, radius, towards, iterations: number(c, 'max_iter') };
  return { attribution: await explore(question, job) };
};

const plain = (attribute: (r: AttributionRequest<Record<string, never>>, job: Job) => Promise<tf.Tensor>): Replay => async (example, job) => ({
  attribution: await attribute({ ...request(example, OUTPUTS[text(example.case, 'output')] ?? LOGIT), params: {} }, job),
});

/** A relevance walk under the composite that the parameters of a case name. */
const lrp = (composite: (c: OracleCase, bias: boolean) => Composite): Replay => async (example, job) => {
  const { net, x, target, case: c } = example;
  return { attribution: job.own(relevance(net.graph, x, target, composite(c, c.params.zeroParams !== 'bias'))) };
};

/** By the oracle's file names. A method that stands not here is not built yet. */
export const REPLAYS: Readonly<Record<string, Replay>> = {
  gradient: plain(gradientMethod.attribute),
  input_x_gradient: plain(gradientTimesInput.attribute),
  guided_backprop: plain(guidedBackprop.attribute),
  integrated_gradients: integrated,
  smoothgrad: smoothed,
  grad_cam: cams,
  occlusion: occluded,
  la: explored,
  lrp_epsilon: lrp((c, bias) => epsilonComposite({ epsilon: number(c, 'epsilon'), bias })),
  lrp_alpha_beta: lrp((c, bias) => alphaBetaComposite({ beta: number(c, 'beta'), bias })),
  lrp_zplus: lrp((_, bias) => zPlusComposite({ bias })),
};
