/** One attribution from request to plain numbers: what the worker and the command line both call. Loads nothing and draws nothing. */
import { NotApplicable, resolveParams } from './describe.ts';
import { forward, type Graph } from './graph/graph.ts';
import { runJob, type Host, type Passes } from './job/job.ts';
import type { AttributionRequest, Method } from './methods/method.ts';
import { logSumExp } from './math/statistics.ts';
import type { Values } from './params.ts';
import type { Score, ScoreKind } from './methods/score.ts';
import * as tf from './tf.ts';

export interface ExplainInput {
  readonly graph: Graph;
  readonly method: Method;
  /** [1, H, W, 3] in [0, 1], or [1, F]. Borrowed. */
  readonly x: tf.Tensor;
  readonly target: number;
  /** As published where absent. A margin without a rival is taken against the best other class at x. */
  readonly score?: { readonly kind: ScoreKind; readonly rival?: number };
  readonly seed: number;
  readonly params: Readonly<Record<string, unknown>>;
  /** Shape of x. Borrowed. */
  readonly baselineImage?: tf.Tensor;
  /** `count` images that stand for the training data, [count, …]; the giver keeps them. For methods that read such. */
  readonly background?: (count: number) => Promise<tf.Tensor>;
  /** What the model is called. */
  readonly model?: string;
  /** With the method's cheaper parameters. */
  readonly preview?: boolean;
}

/** A field as plain numbers, row-major [height, width, channels], with what stands beside it on screen. */
export interface Explanation {
  readonly kind: 'explain';
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly score: { readonly kind: ScoreKind; readonly rival?: number };
  /** f(x), and f(baseline) where the method measures from one. */
  readonly value: number;
  readonly baselineValue?: number;
  /** (Σ attribution − (f(x) − f(b))) / |f(x) − f(b)|, where the method measures from a baseline and f(x) ≠ f(b). */
  readonly gap?: number;
  /** Of each entry of `data`, from sampled methods that know it. */
  readonly standardError?: Float32Array;
  /** Of methods that weigh segments: the label of each place, row-major, 0, 1, … as they first appear. `data` is constant on each. */
  readonly segments?: Uint8Array;
  /** Of the method itself: f(x) and f(b) come on top. */
  readonly passes: Passes;
}

/** What the surroundings of a run give; `partial` sees the field while it grows, whenever `wantsPartial` says so. */
export interface ExplainHost extends Omit<Host, 'viewer'> {
  wantsPartial?(): boolean;
  partial?(soFar: Explanation): void;
}

/** Runs the method and reads its field once. Throws `NotApplicable` with the method's reason, `Cancelled`, `NotFinite`. Leaves no tensor. */
export async function explain(input: ExplainInput, host: ExplainHost): Promise<Explanation> {
  const { graph, method, x, target, seed, baselineImage, model } = input;
  const full = resolveParams(method.params, input.params);
  const params = input.preview ? (method.preview?.(full) ?? full) : full;
  const reason = method.needs(graph, params);
  if (reason !== undefined) throw new NotApplicable(reason);
  const { logits } = await predict(graph, x);
  const score = resolveScore(input.score ?? { kind: method.score }, logits, target);
  const value = valueOf(logits, target, score);
  const background = await backgroundOf(method, params, input);
  const request: AttributionRequest = { graph, x, target, score, seed, params, baselineImage, background, model };
  const take = (data: Float32Array, shape: number[]) => host.partial?.({ kind: 'explain', data, ...sizeOfField(shape), score, value, passes: { forward: 0, backward: 0 } });
  const viewer = host.partial && { wants: () => host.wantsPartial?.() ?? true, take };
  const { result: field, passes, booked } = await runJob({ ...host, viewer }, (job) => method.attribute(request, job));
  try {
    const data = (await field.data()) as Float32Array;
    const measured = await completeness(method, request, data, value, host.batch);
    return { kind: 'explain', data, ...sizeOfField(field.shape), score, value, ...measured, ...booked, passes };
  } finally {
    field.dispose();
  }
}

async function backgroundOf(method: Method, params: Values, { background }: ExplainInput): Promise<tf.Tensor | undefined> {
  const count = method.references?.(params) ?? 0;
  if (count === 0) return undefined;
  if (!background) throw new NotApplicable(`${method.title} compares with ${count} images of the training data, and none are at hand for this model.`);
  return background(count);
}

/** Logits and probabilities of one image [1, …]. Cost: one forward pass. */
export async function predict(graph: Graph, x: tf.Tensor): Promise<{ logits: Float32Array; probabilities: Float32Array }> {
  const [logits, probabilities] = tf.tidy(() => {
    const y = forward(graph, x);
    return [y, tf.softmax(y)] as const;
  });
  try {
    return { logits: (await logits.data()) as Float32Array, probabilities: (await probabilities.data()) as Float32Array };
  } finally {
    tf.dispose([logits, probabilities]);
  }
}

/** Fixes a margin's rival: the class with the largest logit besides the target. */
export function resolveScore({ kind, rival }: { kind: ScoreKind; rival?: number }, logits: ArrayLike<number>, target: number): Score {
  if (target < 0 || target >= logits.length) throw new Error(`class ${target} does not exist: the model has classes 0 to ${logits.length - 1}`);
  if (kind !== 'margin') return { kind };
  if (rival === target) throw new Error(`a margin of class ${target} against itself is always 0: choose another rival`);
  if (rival !== undefined) return { kind, rival };
  const others = Array.from({ length: logits.length }, (_, c) => c).filter((c) => c !== target);
  return { kind, rival: others.reduce((best, c) => (logits[c]! > logits[best]! ? c : best)) };
}

/** The score of one row of logits, in double precision. */
export function valueOf(logits: ArrayLike<number>, target: number, score: Score): number {
  const own = logits[target]!;
  switch (score.kind) {
    case 'logit':
      return own;
    case 'probability':
      return Math.exp(own - logSumExp(logits));
    case 'log-probability':
      return own - logSumExp(logits);
    case 'margin':
      return own - logits[score.rival]!;
    default:
      return score satisfies never;
  }
}

/** f(b) is the mean over the rows of the method's baseline, `batch` of them at a time. */
async function completeness(method: Method, request: AttributionRequest, data: Float32Array, value: number, batch: number): Promise<{ baselineValue?: number; gap?: number }> {
  const baseline = tf.tidy(() => method.baseline?.(request));
  if (!baseline) return {};
  try {
    const values: number[] = [];
    for (let from = 0; from < baseline.shape[0]!; from += batch) values.push(...(await valuesOf(request, baseline, from, Math.min(baseline.shape[0]!, from + batch))));
    const baselineValue = values.reduce((sum, v) => sum + v, 0) / values.length;
    const rise = value - baselineValue;
    const total = data.reduce((sum, v) => sum + v, 0);
    return rise === 0 ? { baselineValue } : { baselineValue, gap: (total - rise) / Math.abs(rise) };
  } finally {
    baseline.dispose();
  }
}

/** The score of rows [from, to) of `images`. */
async function valuesOf({ graph, target, score }: AttributionRequest, images: tf.Tensor, from: number, to: number): Promise<number[]> {
  const rows = tf.slice(images, from, to - from);
  const { logits } = await predict(graph, rows).finally(() => rows.dispose());
  const classes = logits.length / (to - from);
  return Array.from({ length: to - from }, (_, i) => valueOf(logits.subarray(i * classes, (i + 1) * classes), target, score));
}

/** A table's field is one row of single entries. */
function sizeOfField(shape: readonly number[]): { height: number; width: number; channels: number } {
  if (shape.length !== 4) return { height: 1, width: shape.at(-1)!, channels: 1 };
  const [, height, width, channels] = shape as readonly [number, number, number, number];
  return { height, width, channels };
}
