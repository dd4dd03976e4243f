/** The kernels that gradients and attention live on, each by its rate: products, a convolution's input gradient, functions of one entry. */
import { OPS } from '../../engine/graph/ops/index.ts';
import * as tf from '../../engine/tf.ts';
import { timed } from './measure.ts';

type Unit = 'GFLOP/s' | 'M/s';

export interface KernelRate {
  readonly title: string;
  readonly unit: Unit;
  readonly rate: number;
  /** The least that ours shall reach, in the same unit, and in the stock kernel's rate. */
  readonly least?: number;
  readonly leastSpeedUp?: number;
}

interface KernelCase extends Omit<KernelRate, 'rate'> {
  /** Operations or entries of one call, in millions. */
  readonly millions: number;
  readonly shapes: readonly (readonly number[])[];
  body(...xs: tf.Tensor[]): tf.Tensor;
}

const product = (title: string, a: readonly number[], b: readonly number[], transposeA = false, transposeB = false): KernelCase => {
  const [rows, inner] = transposeA ? [a.at(-1)!, a.at(-2)!] : [a.at(-2)!, a.at(-1)!];
  const columns = transposeB ? b.at(-2)! : b.at(-1)!;
  const batch = a.slice(0, -2).reduce((product, n) => product * n, 1);
  return { title, unit: 'GFLOP/s', least: 10, millions: (2 * batch * rows * inner * columns) / 1e6, shapes: [a, b], body: (x, y) => tf.matMul(x!, y!, transposeA, transposeB) };
};

const ENTRIES = 2 ** 20;
const perEntry = (title: string, body: (x: tf.Tensor) => tf.Tensor): KernelCase => ({ title, unit: 'M/s', leastSpeedUp: 1.5, millions: ENTRIES / 1e6, shapes: [[16, ENTRIES / 16]], body: (x) => body(x!) });

const CASES: readonly KernelCase[] = [
  {
    title: 'input gradient of a 3×3 convolution, 32 × 24² × 32→64', unit: 'GFLOP/s', leastSpeedUp: 5, millions: (2 * 32 * 24 * 24 * 9 * 32 * 64) / 1e6, shapes: [[32, 24, 24, 64], [3, 3, 32, 64]],
    body: (dy, kernel) => tf.conv2dTranspose(dy as tf.Tensor4D, kernel as tf.Tensor4D, [32, 24, 24, 32], 1, 'same'),
  },
  product('product 512³', [512, 512], [512, 512]),
  product('product 512³, left transposed', [512, 512], [512, 512], true),
  product('product 512³, right transposed', [512, 512], [512, 512], false, true),
  product('batched product 128 × (64×16)·(64×16)ᵀ', [128, 64, 16], [128, 64, 16], false, true),
  product('batched product 128 × (64×64)·(64×16)', [128, 64, 64], [128, 64, 16]),
  product('batched product 128 × (64×64)ᵀ·(64×16)', [128, 64, 64], [128, 64, 16], true),
  product('batched product 128 × (144×16)·(16×144)', [128, 144, 16], [128, 16, 144]),
  product('batched product 128 × (144×144)·(144×16)', [128, 144, 144], [128, 144, 16]),
  product('batched product 32 × (144×64)·(64×256)', [32, 144, 64], [32, 64, 256]),
  perEntry('exp', tf.exp),
  perEntry('tanh', tf.tanh),
  perEntry('erf', tf.erf),
  perEntry('GELU', (x) => OPS.gelu.forward([x], {}, {})),
  perEntry('GELU, its pullback', (x) => OPS.gelu.vjp([x], x, {}, {}, x)[0]!),
];

/** The best rate of each kernel on the current backend: what a busy machine adds is not the kernel's. Results are not read back. */
export const kernelRates = (rounds: number): KernelRate[] =>
  CASES.map(({ title, unit, least, leastSpeedUp, millions, shapes, body }) => {
    const xs = shapes.map((shape, i) => tf.randomNormal([...shape], 0, 1, 'float32', i + 1));
    const { best } = timed(() => body(...xs), rounds, false);
    tf.dispose(xs);
    return { title, unit, least, leastSpeedUp, rate: unit === 'GFLOP/s' ? millions / best : (1000 * millions) / best };
  });
