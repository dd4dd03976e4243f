/** Replays of the gradient methods, Integrated Gradients, SmoothGrad, Grad-CAM and Occlusion. */
import type { Job } from '../../job/job.ts';
import { quadrature, type QuadratureRule } from '../../math/quadrature.ts';
import { cam, gradCam, meanSlope } from '../../methods/cams.ts';
import { integrate } from '../../methods/integratedGradients.ts';
import type { AttributionRequest } from '../../methods/method.ts';
import { occlude } from '../../methods/occlusion.ts';
import { smooth, type Statistic } from '../../methods/smoothGrad.ts';
import { defaults } from '../../params.ts';
import * as tf from '../../tf.ts';
import { baselineOf, LOGIT, number, OUTPUTS, requestOf, text, type Replay } from './example.ts';

const QUADRATURE_OF: Readonly<Record<string, QuadratureRule>> = {
  riemann_left: 'left',
  riemann_right: 'right',
  riemann_middle: 'midpoint',
  riemann_trapezoid: 'trapezoid',
  gausslegendre: 'gauss-legendre',
};

export const integrated: Replay = async (example, job) => {
  const steps = number(example.case, 'steps');
  const rule = text(example.case, 'quadrature');
  const nodes = quadrature(QUADRATURE_OF[rule] ?? (rule as QuadratureRule), steps);
  // The stored trapezoid has weights that sum to (n − 1)/n; ours is the textbook's, so the stored weights are put in its place.
  const weighed = rule === 'riemann_trapezoid' ? nodes.map((n) => ({ ...n, weight: (n.weight * (steps - 1)) / steps })) : nodes;
  return { attribution: await integrate({ ...requestOf(example), baseline: baselineOf(example, job) }, weighed, job) };
};

const STATISTIC_OF: Readonly<Record<string, Statistic>> = { smoothgrad: 'mean', smoothgrad_sq: 'square', vargrad: 'variance' };

export const smoothed: Replay = async (example, job) => {
  const { case: c, index, x } = example;
  const stored = c.replay.noise;
  const statistic = STATISTIC_OF[c.id];
  if (!stored || !statistic) throw new Error(`case '${c.id}' of smoothgrad stores no noise, or is no statistic that we know`);
  const samples = number(c, 'samples');
  const rows = (from: number, to: number) => tf.tensor(Float32Array.from(stored.data.subarray((index * samples + from) * x.size, (index * samples + to) * x.size)), [to - from, ...x.shape.slice(1)]);
  return { attribution: await smooth(requestOf(example), samples, statistic, rows, job) };
};

export const cams: Replay = async (example, job) => {
  const { net, case: c, x, target } = example;
  // The layers are named as stored, before normalisations are folded.
  const graph = { ...net.original, features: { node: text(c, 'layer') } };
  const raw = job.own(tf.tidy(() => cam({ graph, x, target, score: LOGIT }, graph.features, meanSlope, job)));
  const through = (params: object) => gradCam.attribute({ ...requestOf(example), graph, params: { ...defaults(gradCam.params), ...params } }, job);
  const guidedParts: Record<string, tf.Tensor> = 'guidedNearest' in c.expected ? { guidedNearest: await through({ upsampling: 'nearest', guided: true }), guidedBilinear: await through({ upsampling: 'bilinear', guided: true }) } : {};
  return { raw, relu: job.own(tf.relu(raw)), upsampledBilinear: await through({ upsampling: 'bilinear' }), upsampledNearest: await through({ upsampling: 'nearest' }), ...guidedParts };
};

export const occluded: Replay = async (example, job) => {
  const { case: c } = example;
  const [size, stride] = 'window' in c.params ? [number(c, 'window'), number(c, 'stride')] : [1, 1];
  return { attribution: await occlude({ ...requestOf(example), fill: baselineOf(example, job) }, size, stride, job) };
};

export const plain = (attribute: (r: AttributionRequest<Record<string, never>>, job: Job) => Promise<tf.Tensor>): Replay => async (example, job) => ({
  attribution: await attribute({ ...requestOf(example, OUTPUTS[text(example.case, 'output')] ?? LOGIT), params: {} }, job),
});
