/** Adjoints that tfjs computes in one kernel but cannot differentiate again: the kernel, with its own adjoint written beside it. */
import * as tf from '../../tf.ts';
import type { ConvAttrs, PoolAttrs } from './window.ts';

/** A kernel of the current backend by its name. */
export const kernelOf = (name: string, inputs: Record<string, tf.Tensor>, attrs: object) =>
  tf.engine().runKernel(name, inputs, attrs as unknown as Parameters<ReturnType<typeof tf.engine>['runKernel']>[2]) as tf.Tensor;

/** Transposed depthwise convolution: dy [N, h, w, C] → [N, H, W, C]; linear in dy and in the kernel. */
export function depthwiseTranspose(dy: tf.Tensor4D, kernel: tf.Tensor4D, shape: [number, number, number, number], a: ConvAttrs): tf.Tensor {
  const attrs = { strides: a.strides, pad: a.pad, dimRoundingMode: undefined, dilations: [1, 1] };
  const run = tf.customGrad((...args) => {
    const [d, k, save] = args as unknown as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    save([d, k]);
    return {
      value: kernelOf('DepthwiseConv2dNativeBackpropInput', { dy: d, filter: k }, { ...attrs, inputShape: shape }),
      gradFunc: (up: tf.Tensor, saved: tf.Tensor[]) => {
        const [before, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
        return [
          tf.depthwiseConv2d(up as tf.Tensor4D, filter, a.strides, a.pad as 'same'),
          kernelOf('DepthwiseConv2dNativeBackpropFilter', { x: up, dy: before }, { ...attrs, filterShape: filter.shape }),
        ];
      },
    };
  });
  return run(dy, kernel);
}

/** The mean over each window; what lies outside the image does not count. With its own adjoint: the stock one is wrong at padded borders. */
export function averagePooled(x: tf.Tensor4D, a: PoolAttrs): tf.Tensor {
  const run = tf.customGrad((...args) => {
    const [from] = args as unknown as [tf.Tensor4D];
    const { shape } = from;
    return { value: tf.avgPool(from, a.size, a.strides, a.pad as 'valid'), gradFunc: (up: tf.Tensor) => [averagePoolTranspose(up as tf.Tensor4D, shape, a)] };
  });
  return run(x);
}

/** Spreads dy evenly over each window [h, w] → [H, W]; linear in dy. As a depthwise convolution: backends disagree about AvgPoolGrad at padded borders. */
export function averagePoolTranspose(dy: tf.Tensor4D, shape: [number, number, number, number], a: PoolAttrs): tf.Tensor {
  const window = tf.ones([...a.size, shape[3], 1]) as tf.Tensor4D;
  return depthwiseTranspose(tf.mul(dy, shares(shape, a)) as tf.Tensor4D, window, shape, a);
}

/** Of each window [1, h, w, 1]: 1 ÷ how many of its places lie inside the image. */
function shares(shape: [number, number, number, number], { size, strides, pad }: PoolAttrs): tf.Tensor {
  const { padInfo, outHeight, outWidth } = tf.backend_util.computePool2DInfo(shape, size, strides, 1, pad as 'valid');
  const inside = (count: number, axis: 0 | 1, before: number) =>
    Array.from({ length: count }, (_, i) => {
      const first = i * strides[axis] - before;
      return Math.min(first + size[axis], shape[1 + axis]!) - Math.max(first, 0);
    });
  const [rows, columns] = [inside(outHeight, 0, padInfo.top), inside(outWidth, 1, padInfo.left)];
  return tf.tensor(rows.flatMap((r) => columns.map((c) => 1 / (r * c))), [1, outHeight, outWidth, 1]);
}

/** dy where low < x < high, else 0: the pullback of a rectifier, in one pass where the backend has a kernel for it. Linear in dy. */
export function passBetween(dy: tf.Tensor, x: tf.Tensor, low: number, high: number): tf.Tensor {
  const run = tf.customGrad((...args) => {
    const [d, at, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([at]);
    const gradFunc = (up: tf.Tensor, saved: tf.Tensor[]) => [passBetween(up, saved[0]!, low, high), tf.zerosLike(saved[0]!)];
    return { value: maskBetween(d, at, low, high), gradFunc };
  });
  return run(dy, x);
}

function maskBetween(dy: tf.Tensor, x: tf.Tensor, low: number, high: number): tf.Tensor {
  if (tf.getKernel('PassBetween', tf.getBackend())) return kernelOf('PassBetween', { x, dy }, { low, high });
  const above = tf.mul(dy, tf.step(tf.sub(x, low)));
  return high === Infinity ? above : tf.mul(above, tf.step(tf.sub(high, x)));
}

/** Sends dy to the largest entry of each window, the first in row-major order on a tie. */
export function maxPoolTranspose(dy: tf.Tensor4D, x: tf.Tensor4D, y: tf.Tensor4D, a: PoolAttrs): tf.Tensor {
  const attrs = { filterSize: a.size, strides: a.strides, pad: a.pad, dimRoundingMode: undefined };
  const run = tf.customGrad((...args) => {
    const [d, save] = args as unknown as [tf.Tensor4D, tf.GradSaveFunc];
    save([x, y]);
    return {
      value: TIES_TO_LAST.has(tf.getBackend()) ? maxPoolGradTurned(d, x, y, a) : kernelOf('MaxPoolGrad', { dy: d, input: x, output: y }, attrs),
      gradFunc: (up: tf.Tensor, saved: tf.Tensor[]) => [gatherMax(up as tf.Tensor4D, saved[0] as tf.Tensor4D, saved[1] as tf.Tensor4D, a)],
    };
  });
  return run(dy);
}

/** Backends whose kernel gives a tie to the last entry of a window (`value >= most` in their shaders). A rectified image is full of ties at 0. */
const TIES_TO_LAST: ReadonlySet<string> = new Set(['webgl', 'webgpu']);
/** Never the largest of a window. */
const LOWEST = -3e38;

/** The kernel over the image turned about, where the last entry of a window is the first. Exported for its test. */
export function maxPoolGradTurned(dy: tf.Tensor4D, x: tf.Tensor4D, y: tf.Tensor4D, { size, strides, pad }: PoolAttrs): tf.Tensor {
  const [n, h, w, c] = y.shape;
  const { padInfo } = tf.backend_util.computePool2DInfo(x.shape, size, strides, 1, pad as 'valid');
  const padded = tf.pad(x, [[0, 0], [padInfo.top, padInfo.bottom], [padInfo.left, padInfo.right], [0, 0]], LOWEST);
  const [down, across] = [(h - 1) * strides[0] + size[0], (w - 1) * strides[1] + size[1]]; // what the windows cover
  const turn = (t: tf.Tensor) => tf.reverse(t, [1, 2]);
  const seen = turn(tf.slice(padded, [0, 0, 0, 0], [n, down, across, c]));
  const back = turn(kernelOf('MaxPoolGrad', { dy: turn(dy), input: seen, output: turn(y) }, { filterSize: size, strides, pad: 'valid', dimRoundingMode: undefined }));
  const whole = tf.pad(back, [[0, 0], [0, padded.shape[1]! - down], [0, padded.shape[2]! - across], [0, 0]]);
  return tf.slice(whole, [0, padInfo.top, padInfo.left, 0], x.shape);
}

/** The adjoint of `maxPoolTranspose`: reads `from` where x has its window's (first) maximum. [N, H, W, C] → [N, h, w, C]. */
function gatherMax(from: tf.Tensor4D, x: tf.Tensor4D, y: tf.Tensor4D, { size, strides, pad }: PoolAttrs): tf.Tensor {
  const [n, h, w, c] = y.shape;
  const [sy, sx] = strides;
  const { padInfo } = tf.backend_util.computePool2DInfo(x.shape, size, strides, 1, pad as 'valid');
  const around = (t: tf.Tensor4D, value: number) => tf.pad(t, [[0, 0], [padInfo.top, padInfo.bottom], [padInfo.left, padInfo.right], [0, 0]], value);
  const [seen, read] = [around(x, LOWEST), around(from, 0)];
  let out: tf.Tensor = tf.zerosLike(y);
  let free: tf.Tensor = tf.onesLike(y);
  for (let i = 0; i < size[0]; i++)
    for (let j = 0; j < size[1]; j++) {
      const at = (t: tf.Tensor) => tf.stridedSlice(t, [0, i, j, 0], [n, i + (h - 1) * sy + 1, j + (w - 1) * sx + 1, c], [1, sy, sx, 1]);
      const hit = tf.mul(tf.cast(tf.equal(at(seen), y), 'float32'), free);
      out = tf.add(out, tf.mul(hit, at(read)));
      free = tf.sub(free, hit);
    }
  return out;
}
