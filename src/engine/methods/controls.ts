/** Controls: maps that look like explanations and know nothing of the model. What does not beat them has shown nothing. */
import { normals } from '../math/rng.ts';
import { choice } from '../params.ts';
import * as tf from '../tf.ts';
import { gaussianBlur } from './baselines.ts';
import { defineMethod, type AttributionRequest } from './method.ts';
import { inOneBurst } from './walk.ts';

/** Rec. 709 weights of red, green and blue. */
const LUMINANCE = [0.2126, 0.7152, 0.0722];

/** x [1, H, W, 3] → [1, H, W, 1]. */
const luminanceOf = (x: tf.Tensor): tf.Tensor4D => tf.sum(tf.mul(x, tf.tensor1d(LUMINANCE)), -1, true) as tf.Tensor4D;

/** `x` with one more row and column around it, each equal to its border. */
function framed(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  const tall = tf.concat([tf.slice(x, [0, 0, 0, 0], [1, 1, width, 1]), x, tf.slice(x, [0, height - 1, 0, 0], [1, 1, width, 1])], 1);
  return tf.concat([tf.slice(tall, [0, 0, 0, 0], [1, height + 2, 1, 1]), tall, tf.slice(tall, [0, 0, width - 1, 0], [1, height + 2, 1, 1])], 2) as tf.Tensor4D;
}

/** √(g_x² + g_y²) of the luminance, by Sobel's 3 × 3 differences (÷ 8: a ramp of slope 1 gives 1); the border is continued by its edge. */
export function sobel(x: tf.Tensor): tf.Tensor {
  if (x.rank !== 4) throw new Error(`edges need an image, the input has shape [${x.shape.join(', ')}]: a table has none`);
  const across = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]].map((row) => row.map((v) => v / 8));
  const kernel = tf.tensor(across.flatMap((row, i) => row.flatMap((v, j) => [v, across[j]![i]!])), [3, 3, 1, 2]) as tf.Tensor4D;
  const slopes = tf.conv2d(framed(luminanceOf(x)), kernel, 1, 'valid');
  return tf.sqrt(tf.sum(tf.square(slopes), -1, true));
}

/** |∇ luminance| by Sobel's operator. As a control in Adebayo et al. 2018.  Cost: no pass. */
export const edges = defineMethod({
  id: 'sobel',
  title: 'Edges (control)',
  cite: 'adebayo2018',
  family: 'control',
  signed: false,
  score: 'logit',
  card: {
    says: 'Not an explanation: it finds the edges of the image and never looks at the model. A method whose maps look just like this one may do the same.',
    formula: 'A = \\sqrt{(G_x * Y)^2 + (G_y * Y)^2}',
    misleads: 'It looks convincing, because objects have edges. That is why it stands here.',
  },
  params: {},
  needs: () => undefined,
  claims: () => ['deterministic', 'non-negative', 'class-free'],
  passes: () => ({ forward: 0, backward: 0, exact: true }),
  attribute: ({ x }, job) => inOneBurst(job, () => sobel(x)),
});

/** Standard normal noise, one number for each place, drawn at (seed, 'control-noise <model>', 0). */
function drawn({ x, seed, model = '' }: Pick<AttributionRequest, 'x' | 'seed' | 'model'>): tf.Tensor {
  const shape = x.rank === 4 ? [...x.shape.slice(0, 3), 1] : x.shape;
  return tf.tensor(normals(seed, `control-noise ${model}`, 0, shape.reduce((a, b) => a * b)), shape);
}

/** Standard deviation of the blur, as a share of the image's width. */
const SMOOTHNESS = 0.05;

/** N(0, 1) per pixel, or blurred and scaled back to unit deviation. Another one for each model and seed.  Cost: no pass. */
export const noiseControl = defineMethod({
  id: 'noise',
  title: 'Noise (control)',
  cite: 'adebayo2018',
  family: 'control',
  signed: true,
  score: 'logit',
  card: {
    says: 'Not an explanation: random numbers, others for each model and seed. Whatever agreement shows here is what chance gives.',
    formula: 'A \\sim \\mathcal N(0, 1)',
    misleads: 'Smooth noise has blobs, and blobs look like findings. Two models agree on this map by chance alone.',
  },
  params: { grain: choice(['smooth', 'pixels'], { title: 'Grain', help: 'Blurred, so that its blobs are as large as those of real maps, or independent from pixel to pixel.', labels: { smooth: 'Smooth', pixels: 'Every pixel by itself' } }) },
  needs: () => undefined,
  claims: () => ['class-free'],
  passes: () => ({ forward: 0, backward: 0, exact: true }),
  attribute(request, job) {
    const { grain } = request.params;
    return inOneBurst(job, () => {
      const noise = drawn(request);
      if (grain === 'pixels' || noise.rank !== 4) return noise;
      const soft = gaussianBlur(noise as tf.Tensor4D, SMOOTHNESS * noise.shape[2]!);
      return tf.div(soft, tf.sqrt(tf.mean(tf.square(soft))));
    });
  },
});
