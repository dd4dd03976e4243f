/** Images without information: what a path starts from and what a patch is covered with. In pixel space [0, 1]. */
import { stream } from '../math/rng.ts';
import { choice } from '../params.ts';
import * as tf from '../tf.ts';

export const BASELINES = ['black', 'white', 'mean-colour', 'blur', 'noise', 'image'] as const;
export type Baseline = (typeof BASELINES)[number];

export const BASELINE_LABELS = { black: 'Black', white: 'White', 'mean-colour': 'Mean colour', blur: 'Blurred image', noise: 'Uniform noise', image: 'Another image' } satisfies Record<Baseline, string>;

/** The declaration that methods share. */
export const baselineParam = (spec: { title: string; help: string; default: Baseline }) => choice(BASELINES, { ...spec, labels: BASELINE_LABELS });

/** Standard deviation of the blur, as a share of the image's width. */
const BLUR_SHARE = 0.1;

/** The baseline `kind` for `x` [1, …]: its shape. 'noise' is drawn at (seed, 'baseline', 0). Call in a tidy. */
export function baselineOf(kind: Baseline, { x, seed, baselineImage }: { x: tf.Tensor; seed: number; baselineImage?: tf.Tensor }): tf.Tensor {
  switch (kind) {
    case 'black':
      return tf.zerosLike(x);
    case 'white':
      return tf.onesLike(x);
    case 'mean-colour':
      return tf.add(tf.zerosLike(x), tf.mean(asImage(x, kind), [1, 2], true));
    case 'blur':
      return gaussianBlur(asImage(x, kind), BLUR_SHARE * x.shape[2]!);
    case 'noise': {
      const draws = stream(seed, 'baseline');
      return tf.tensor(Float32Array.from({ length: x.size }, () => draws.uniform()), x.shape);
    }
    case 'image':
      return given(x, baselineImage);
    default:
      return kind satisfies never;
  }
}

function asImage(x: tf.Tensor, kind: Baseline): tf.Tensor4D {
  if (x.rank !== 4) throw new Error(`baseline '${kind}' needs an image, the input has shape [${x.shape.join(', ')}]: choose 'black', 'white', 'noise' or 'image'`);
  return x as tf.Tensor4D;
}

function given(x: tf.Tensor, image: tf.Tensor | undefined): tf.Tensor {
  if (!image) throw new Error("baseline 'image' is chosen but no image is given: choose one, or another baseline");
  if (image.shape.join() !== x.shape.join()) throw new Error(`the baseline image has shape [${image.shape.join(', ')}], the input [${x.shape.join(', ')}]: they must be equal`);
  return tf.clone(image);
}

/** x [n, H, W, C] convolved with a Gaussian of standard deviation `sigma` pixels, cut at 3σ; the border is continued by its edge. */
export function gaussianBlur(x: tf.Tensor4D, sigma: number): tf.Tensor4D {
  const reach = Math.max(1, Math.ceil(3 * sigma));
  const raw = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / sigma) ** 2));
  const total = raw.reduce((a, b) => a + b);
  const channels = x.shape[3];
  const kernel = tf.tile(tf.tensor(raw.map((v) => v / total), [raw.length, 1, 1, 1]), [1, 1, channels, 1]) as tf.Tensor4D;
  const down = tf.depthwiseConv2d(continueEdge(x, 1, reach), kernel, 1, 'valid');
  return tf.depthwiseConv2d(continueEdge(down, 2, reach), tf.reshape(kernel, [1, raw.length, channels, 1]) as tf.Tensor4D, 1, 'valid');
}

/** `reach` more entries on both sides of `axis`, each equal to the entry at that border. */
function continueEdge(x: tf.Tensor4D, axis: 1 | 2, reach: number): tf.Tensor4D {
  const edge = (at: number) => {
    const begin = [0, 0, 0, 0];
    begin[axis] = at;
    const size: number[] = [...x.shape];
    size[axis] = 1;
    const reps = [1, 1, 1, 1];
    reps[axis] = reach;
    return tf.tile(tf.slice(x, begin, size), reps);
  };
  return tf.concat([edge(0), x, edge(x.shape[axis] - 1)], axis) as tf.Tensor4D;
}
