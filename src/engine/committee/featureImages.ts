/** How a model answers to parts of an image, each shown in its place with the rest filled. Not how those images are made (fields/featureImage.ts). */
import { featureImage, fillOf, NOISE_PURPOSE, type Fill, type Rgb, type ShownPart } from '../../fields/featureImage.ts';
import { forward, type Graph } from '../graph/graph.ts';
import { runJob, type Host, type Passes } from '../job/job.ts';
import { stream } from '../math/rng.ts';
import { logSumExp } from '../math/statistics.ts';
import * as tf from '../tf.ts';

export type { Fill };

export interface ReactInput {
  readonly graph: Graph;
  readonly image: Rgb;
  readonly target: number;
  readonly shown: readonly ShownPart[];
  readonly fill: Fill;
  /** Of the noise. */
  readonly seed: number;
}

/** One entry for each part shown. */
export interface Reactions {
  /** The class of the largest logit. */
  readonly top: Uint8Array;
  /** softmax(logits)[target]. */
  readonly probability: Float32Array;
  readonly passes: Passes;
}

/** Classes that a byte tells apart. */
const MOST_CLASSES = 256;

/** Shows each part, `host.batch` at a time, with a tick between. Throws `Cancelled`, and for a class the model does not have. Cost: a forward pass a part. */
export async function react({ graph, image, target, shown, fill, seed }: ReactInput, host: Host): Promise<Reactions> {
  const filled = fillOf(fill, image, stream(seed, NOISE_PURPOSE));
  const { size } = image;
  const top = new Uint8Array(shown.length);
  const probability = new Float32Array(shown.length);
  const burst = (parts: readonly ShownPart[]) =>
    tf.tidy(() => {
      const pixels = new Float32Array(parts.length * image.data.length);
      parts.forEach((part, i) => pixels.set(featureImage(image, part, filled), i * image.data.length));
      return forward(graph, tf.tensor4d(pixels, [parts.length, size, size, 3]));
    });
  const { passes } = await runJob(host, async (job) => {
    for (let from = 0; from < shown.length; from += job.batch) {
      const parts = shown.slice(from, from + job.batch);
      const y = job.own(burst(parts));
      job.spend({ forward: parts.length });
      await job.tick(from + parts.length, shown.length, y);
      const logits = (await y.data()) as Float32Array;
      job.drop(y);
      const classes = logits.length / parts.length;
      checkClass(target, classes);
      parts.forEach((_, i) => {
        const row = logits.subarray(i * classes, (i + 1) * classes);
        top[from + i] = row.indexOf(row.reduce((a, b) => Math.max(a, b)));
        probability[from + i] = Math.exp(row[target]! - logSumExp(row));
      });
    }
  });
  return { top, probability, passes };
}

function checkClass(target: number, classes: number): void {
  if (!(target >= 0 && target < classes)) throw new Error(`class ${target} does not exist: the model has classes 0 to ${classes - 1}`);
  if (classes > MOST_CLASSES) throw new Error(`the model has ${classes} classes, reactions are kept for at most ${MOST_CLASSES}: use a model of the zoo`);
}
