/** Trains one network: steps, epochs, validation. Not a program: time, disk and printing belong to the caller. */
import { forward, type Graph } from '../graph/graph.ts';
import { disposeGraph } from '../graph/derived.ts';
import { toGraph, type PlainNode } from '../models/plain.ts';
import type { Recipe } from '../models/recipe.ts';
import * as tf from '../tf.ts';
import { lossGradients, type Step } from './gradients.ts';
import { augmentedBatch, epochOrder, plainBatch, type Images } from './images.ts';
import { adamStep, averageInto, rateAt } from './optimizer.ts';
import { slotKey, trainedPlain, trainingGraph, type Layout, type TrainingState } from './state.ts';

const SMOOTHING = 0.1;

export interface Run {
  readonly layout: Layout;
  readonly recipe: Recipe;
  readonly images: Images;
  readonly seed: number;
}

export const stepsPerEpoch = ({ recipe, images }: Pick<Run, 'recipe' | 'images'>): number => Math.max(1, Math.floor(images.count / recipe.batch));
/** Of the schedule; the rate falls to 0 at its end. */
export const totalSteps = (run: Pick<Run, 'recipe' | 'images'>): number => stepsPerEpoch(run) * run.recipe.epochs;
/** After so many steps the run is over: at the schedule's end, or before. */
export const lastStep = (run: Pick<Run, 'recipe' | 'images'>): number => stepsPerEpoch(run) * Math.min(run.recipe.epochs, run.recipe.stopAfter ?? Infinity);

/** The images' side at `share` of the run. */
export const sideAt = ({ sides }: Recipe, share: number): number => (sides.find(([until]) => share < until) ?? sides.at(-1)!)[1];

/**
 * The next step of the run, in place. Which images, how they are changed and at what rate follow from (seed, state.step) alone,
 * so that a resumed run takes the same steps. Cost: forward, backward and weight gradients of one batch; leaves no tensor.
 */
export function trainStep(run: Run, state: TrainingState): Step {
  const { layout, recipe, images, seed } = run;
  const perEpoch = stepsPerEpoch(run);
  const [epoch, place] = [Math.floor(state.step / perEpoch), (state.step % perEpoch) * recipe.batch];
  const indices = epochOrderCached(seed, epoch, images.count).subarray(place, place + recipe.batch);
  const side = sideAt(recipe, state.step / totalSteps(run));
  const pixels = augmentedBatch(images, indices, { side, masking: recipe.masking }, seed, epoch * images.count + place);
  const gradient = new Float32Array(state.weights.length);
  standardize(layout.plain.nodes[0]!, pixels);
  const graph = trainingGraph(layout, state);
  const x = tf.tensor4d(pixels, [recipe.batch, side, side, 3]);
  try {
    const step = lossGradients(graph, x, Array.from(indices, (i) => images.labels[i]!), SMOOTHING, {
      gradient: (node, name, values) => gradient.set(values, layout.trainable.get(slotKey(node, name))!.offset),
      statistics(node, mean, variance) {
        averageInto(state.statistics, layout.statistics.get(slotKey(node, 'mean'))!.offset, mean, state.step + 1);
        averageInto(state.statistics, layout.statistics.get(slotKey(node, 'variance'))!.offset, variance, state.step + 1);
      },
    });
    adamStep(state, gradient, rateAt(state.step, totalSteps(run), recipe.peakRate), recipe.weightDecay, layout.decays);
    return step;
  } finally {
    disposeGraph(graph);
    x.dispose();
  }
}

/** What the network's first node does, in place: (p − mean) / std per channel. Far cheaper here than as a broadcast on the backend. */
function standardize({ op, weights }: PlainNode, pixels: Float32Array): void {
  const [mean, std] = [weights.mean?.values, weights.std?.values];
  if (op !== 'preprocess' || !mean || !std) throw new Error(`a network to be trained begins with 'preprocess', not '${op}'`);
  for (let i = 0; i < pixels.length; i++) pixels[i] = (pixels[i]! - mean[i % 3]!) / std[i % 3]!;
}

let cached: { readonly key: string; readonly order: Uint32Array } = { key: '', order: new Uint32Array(0) };
/** An epoch's order is asked for once a step and made once an epoch. */
function epochOrderCached(seed: number, epoch: number, count: number): Uint32Array {
  const key = `${seed}/${epoch}/${count}`;
  if (cached.key !== key) cached = { key, order: epochOrder(seed, epoch, count) };
  return cached.order;
}

/** Class scores of every image, row-major [count, classes]. Cost: one forward pass an image. */
export function logitsOf(graph: Graph, images: Images, batch = 50): Float32Array {
  const parts: Float32Array[] = [];
  for (let from = 0; from < images.count; from += batch) {
    const indices = Array.from({ length: Math.min(batch, images.count - from) }, (_, i) => from + i);
    parts.push(tf.tidy(() => Float32Array.from(forward(graph, tf.tensor4d(plainBatch(images, indices), [indices.length, images.size, images.size, 3])).dataSync())));
  }
  const out = new Float32Array(parts.reduce((n, part) => n + part.length, 0));
  parts.reduce((offset, part) => (out.set(part, offset), offset + part.length), 0);
  return out;
}

/** The index of the largest score of each row. */
export function predictions(logits: Float32Array, count: number): number[] {
  const classes = logits.length / count;
  return Array.from({ length: count }, (_, i) => {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    return row.indexOf(Math.max(...row));
  });
}

/** The share of `images` that the averaged network gets right. */
export function validate(layout: Layout, state: TrainingState, images: Images): number {
  const graph = toGraph(trainedPlain(layout, state));
  try {
    return predictions(logitsOf(graph, images), images.count).filter((k, i) => k === images.labels[i]).length / images.count;
  } finally {
    disposeGraph(graph);
  }
}
