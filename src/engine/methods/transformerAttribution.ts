/** Transformer attribution: relevance of the attention, weighed by its gradient and carried from layer to layer, and the authors' ablations of it. Not AttnLRP. */
import { backward, gradient, record, type Graph, type Tape } from '../graph/graph.ts';
import type { Job } from '../job/job.ts';
import { choice } from '../params.ts';
import { lacksTransformerRules, transformerRelevance } from '../rules/transformerRelevance.ts';
import * as tf from '../tf.ts';
import { attentionOf, carried, lacksAnyAttention, lacksAttention, readMap, weightsOf, withoutBatch, type Attention } from './attentionMaps.ts';
import { upsample, upsamplingParam } from './grid.ts';
import { defineMethod } from './method.ts';
import { scoreSeed } from './score.ts';
import { inOneBurst, type Question } from './walk.ts';

export const VARIANTS = ['attribution', 'relevance-rollout', 'last-relevance', 'last-attention', 'pixels'] as const;
export type Variant = (typeof VARIANTS)[number];
const PIXELS = 'Relevance down to the pixels';

/** Which walks a variant takes beside the forward pass. */
const WALKS = {
  attribution: { gradient: true, relevance: true },
  'relevance-rollout': { gradient: false, relevance: true },
  'last-relevance': { gradient: false, relevance: true },
  'last-attention': { gradient: false, relevance: false },
  pixels: { gradient: false, relevance: true },
} satisfies Record<Variant, { gradient: boolean; relevance: boolean }>;

/** ∂f/∂A of each layer, [heads, T, T]; the tape stays good for another walk. Call in a tidy. Cost: one backward pass. */
export function attentionSlopes(tape: Tape, { target, score }: Question, layers: readonly string[], job: Job): tf.Tensor3D[] {
  job.spend({ backward: 1 });
  const seed = scoreSeed(tape.value.get(tape.graph.output)!, target, score);
  const slopes = backward(tape, seed, gradient, { keep: layers, reuse: true });
  return layers.map((id) => withoutBatch(slopes.get(id)!));
}

/** The relevance of the nodes `keep`, from 1 at the target class and 0 at all others. Uses the tape up. Call in a tidy. Cost: two backward passes' worth, booked as one. */
export function relevanceOf(tape: Tape, { target }: Question, keep: readonly string[], job: Job): Map<string, tf.Tensor> {
  job.spend({ backward: 1 });
  const seed = scoreSeed(tape.value.get(tape.graph.output)!, target, { kind: 'logit' });
  return backward(tape, seed, transformerRelevance(tape.graph), { keep });
}

const overHeads = (t: tf.Tensor3D): tf.Tensor2D => tf.mean(t, 0);

/** The variant's map of the tokens, [1, rows, cols, 1]. Call in a tidy. */
export function attribute(question: Question & { x: tf.Tensor }, variant: Exclude<Variant, 'pixels'>, attention: Attention, job: Job): tf.Tensor {
  const { graph, x } = question;
  const { layers } = attention;
  job.spend({ forward: 1 });
  const tape = record(graph, x);
  const relevance = () => {
    const found = relevanceOf(tape, question, layers, job);
    return layers.map((id) => withoutBatch(found.get(id)!));
  };
  switch (variant) {
    case 'attribution': {
      const slopes = attentionSlopes(tape, question, layers, job);
      return readMap(carried(relevance().map((r, l) => overHeads(tf.relu(tf.mul(slopes[l]!, r))))), attention);
    }
    case 'relevance-rollout':
      return readMap(carried(relevance().map((r) => overHeads(tf.relu(r)))), attention);
    case 'last-relevance':
      return readMap(overHeads(tf.relu(relevance().at(-1)!)), attention);
    case 'last-attention':
      return readMap(overHeads(weightsOf(tape, layers).at(-1)!), attention);
    default:
      return variant satisfies never;
  }
}

/** The relevance of the pixels, shape of x: of any network, whatever its attention. Call in a tidy. */
export function ofPixels(question: Question & { x: tf.Tensor }, job: Job): tf.Tensor {
  const { graph, x } = question;
  job.spend({ forward: 1 });
  return relevanceOf(record(graph, x), question, [graph.input], job).get(graph.input)!;
}

/** Why a map of the tokens cannot be had where one of the pixels can. */
function lacksTokens(graph: Graph): string | undefined {
  const reason = lacksAttention(graph);
  return reason === undefined || lacksAnyAttention(graph) !== undefined ? reason : `${reason} The variant “${PIXELS}” does apply.`;
}

/** The head's row of Π_l (I + C_l), C_l = mean over heads of relu(∂f/∂A_l ⊙ R(A_l)).  Chefer et al. 2021 (CVPR), section 3.  Cost: one forward, two backward passes. */
export const transformerAttribution = defineMethod({
  id: 'transformer-attribution',
  title: 'Transformer Attribution',
  cite: 'chefer2021',
  family: 'attention',
  signed: true,
  score: 'logit',
  card: {
    says: "Relevance is sent from the class back through the transformer, with a rule for every layer. What arrives at the attention is multiplied by the attention's gradient and carried through the layers to the patches. Where the head reads the mean over tokens, the map is the mean over all of them.",
    formula: 'R = \\prod_l (I + C_l), \\quad C_l = \\frac{1}{H} \\sum_h \\mathrm{relu}\\Bigl(\\frac{\\partial f}{\\partial A_l^h} \\odot R(A_l^h)\\Bigr)',
    misleads: 'As coarse as the patches, and only what speaks for the class is left. The relevance itself hardly knows the class: it is the gradient that tells classes apart, and without it the maps of all classes look much alike. Where a sum of large opposite terms is nearly zero, the rules become unstable.',
  },
  params: {
    variant: choice(VARIANTS, {
      title: 'Variant',
      help: 'The published method, or one of the simpler ones that its authors compare it with.',
      labels: {
        attribution: 'Gradient × relevance, all layers (as published)',
        'relevance-rollout': 'Relevance alone, all layers',
        'last-relevance': 'Relevance of the last layer',
        'last-attention': 'Attention of the last layer',
        pixels: PIXELS,
      },
    }),
    upsampling: upsamplingParam,
  },
  needs: (graph, { variant }) => (variant === 'pixels' ? lacksAnyAttention(graph) : lacksTokens(graph)) ?? (WALKS[variant].relevance ? lacksTransformerRules(graph) : undefined),
  claims({ variant }) {
    const sign = variant === 'pixels' ? [] : (['non-negative'] as const);
    const free = WALKS[variant].gradient ? [] : WALKS[variant].relevance ? (['score-free'] as const) : (['class-free'] as const);
    return ['deterministic', ...sign, ...free];
  },
  passes: ({ variant }) => ({ forward: 1, backward: Number(WALKS[variant].gradient) + Number(WALKS[variant].relevance), exact: true }),
  attribute: (request, job) =>
    inOneBurst(job, () => {
      const { params: { variant, upsampling }, x, graph } = request;
      return variant === 'pixels' ? ofPixels(request, job) : upsample(attribute(request, variant, attentionOf(graph), job), x, upsampling);
    }),
});
