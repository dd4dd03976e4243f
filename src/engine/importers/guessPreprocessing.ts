/** What a file lets one guess of its network's preprocessing: arithmetic at its head, statistics of its first batch-norm, who wrote it. Not a proof: the visitor looks at the top 5. */
import { evaluate } from './lower/fold/index.ts';
import { PRESETS, type Preprocessing, type PresetName } from './preprocessing.ts';
import type { Constant, Operator, Source } from './source.ts';

export interface Guess {
  readonly preprocessing: Preprocessing;
  readonly preset: PresetName;
  /** 'sure': the file itself says so; 'likely': a fact of the file speaks for it; 'unsure': nothing does. */
  readonly certainty: 'sure' | 'likely' | 'unsure';
  /** "exported by PyTorch, so torchvision's": goes on after "guessed: ". */
  readonly reason: string;
}

const guessed = (preset: PresetName, certainty: Guess['certainty'], reason: string): Guess => ({ preprocessing: PRESETS[preset].preprocessing, preset, certainty, reason });

/** The value's number where constants alone make it; a few operators deep (a transposed kernel, a cast weight). */
function constantOf(source: Source, name: string, depth = 4): Constant | undefined {
  const held = source.constants.get(name);
  if (held || depth === 0) return held;
  const maker = source.operators.find(({ outputs }) => outputs.includes(name));
  if (!maker || maker.inputs.length > 3) return undefined;
  const inputs = maker.inputs.map((input) => constantOf(source, input, depth - 1));
  return inputs.some((input, i) => !input && maker.inputs[i] !== '') ? undefined : evaluate(maker, inputs)?.[maker.outputs.indexOf(name)];
}

/** What the image meets on its way to the first layer that weighs its neighbours. */
interface Head {
  /** y = factor · x + offset, averaged over channels; 1 and 0 where nothing is done. */
  readonly factor: number;
  readonly offset: number;
  readonly steps: number;
  readonly first?: Operator;
}

const PASSED = new Set(['Transpose', 'Identity', 'Cast', 'Pad', 'Reshape', 'Squeeze', 'Unsqueeze', 'Dropout']);
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

function headOf(source: Source): Head {
  let [factor, offset, steps] = [1, 0, 0];
  let value = source.inputs[0]?.name ?? '';
  for (let i = 0; i < 16; i++) {
    const users = source.operators.filter(({ type, inputs }) => type !== 'Shape' && inputs.includes(value));
    const user = users[0];
    if (!user || users.length > 1 || !user.outputs[0]) return { factor, offset, steps, first: user };
    const other = user.inputs.find((input) => input !== value && input !== '');
    const by = other === undefined ? undefined : constantOf(source, other);
    if (!PASSED.has(user.type)) {
      if (!by || !['Add', 'Sub', 'Mul', 'Div'].includes(user.type)) return { factor, offset, steps, first: user };
      const turned = user.inputs[0] !== value;
      const amount = mean(by.values);
      steps++;
      if (user.type === 'Add' || user.type === 'Sub') {
        if (user.type === 'Sub' && turned) [factor, offset] = [-factor, -offset];
        offset += user.type === 'Sub' && !turned ? -amount : amount;
      } else {
        const multiplier = user.type === 'Mul' ? amount : 1 / amount;
        [factor, offset] = [factor * multiplier, offset * multiplier];
      }
    }
    value = user.outputs[0];
  }
  return { factor, offset, steps };
}

/** A network that scales its image itself: by 1/255 or so from bytes, by 2 or so from [0, 1]. */
function fromArithmetic({ factor, offset, steps }: Head): Guess | undefined {
  if (steps === 0) return undefined;
  const size = Math.abs(factor);
  const said = `the network itself begins with ${Number(factor.toPrecision(3))} · x ${offset < 0 ? '−' : '+'} ${Number(Math.abs(offset).toPrecision(3))}`;
  if (size < 1 / 20) return guessed('bytes', 'sure', `${said}, so it reads pixels from 0 to 255`);
  if (Math.abs(offset) > 20) return guessed('bytes', 'sure', `${said}, so it reads pixels from 0 to 255`);
  return guessed('unit', 'likely', `${said}, so it reads pixels from 0 to 1`);
}

/** Correlation of neighbouring pixels of photographs, and of two colours of one pixel. */
const [NEIGHBOURS, COLOURS] = [0.95, 0.93];
/** Entries of a filter beyond which its statistics are not looked at (11 × 11 × 3 still is). */
const LARGEST_PATCH = 400;

/** Correlation of the entries of a patch [channels, height, width] of photographs whose pixels have unit variance. */
function patchCorrelation([channels, height, width]: readonly [number, number, number]): Float64Array {
  const places = Array.from({ length: channels * height * width }, (_, i) => [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width] as const);
  return Float64Array.from(places.flatMap(([c, y, x]) => places.map(([d, v, u]) => NEIGHBOURS ** Math.hypot(y - v, x - u) * (c === d ? 1 : COLOURS))));
}

/** wᵀ C w. */
function answerVariance(kernel: ArrayLike<number>, correlation: Float64Array): number {
  let sum = 0;
  for (let i = 0, k = 0; i < kernel.length; i++) for (let j = 0; j < kernel.length; j++) sum += kernel[i]! * kernel[j]! * correlation[k++]!;
  return sum;
}

/** Standard deviation and mean that the images of the training had, as the first batch-norm recorded them. */
export interface TrainedOn {
  readonly deviation: number;
  readonly mean: number;
}

/**
 * A batch-norm behind the first convolution has kept the mean μ_k = m Σ w_k and the variance σ_k² = s² w_kᵀ C w_k of its answers, from which
 * the mean m and the deviation s of the network's own input follow (C: the correlation of photographs). Filters that are dead, or that see
 * no mean, are left out.
 */
export function trainedOn(source: Source, first: Operator | undefined): TrainedOn | undefined {
  const kernel = first?.type === 'Conv' && (first.attributes.group ?? 1) === 1 ? constantOf(source, first.inputs[1] ?? '') : undefined;
  if (!first || kernel?.shape.length !== 4 || kernel.shape[1] !== 3) return undefined;
  const answer = followTransposes(source, first.outputs[0]!);
  const norm = source.operators.find(({ type, inputs }) => type === 'BatchNormalization' && inputs[0] === answer);
  const [means, variances] = [3, 4].map((i) => constantOf(source, norm?.inputs[i] ?? '')?.values);
  if (!means || !variances) return undefined;
  const bias = first.inputs[2] ? constantOf(source, first.inputs[2])?.values : undefined;
  const [filters, channels, height, width] = kernel.shape as [number, number, number, number];
  const size = channels * height * width;
  if (size > LARGEST_PATCH) return undefined;
  const correlation = patchCorrelation([channels, height, width]);
  const deviations: number[] = [];
  let [above, below] = [0, 0];
  for (let k = 0; k < filters; k++) {
    const own = kernel.values.subarray(k * size, (k + 1) * size);
    const variance = answerVariance(own, correlation);
    if (!(variances[k]! > 1e-3 * mean(variances) && variance > 0)) continue;
    deviations.push(Math.sqrt(variances[k]! / variance));
    const sum = mean(own) * size;
    above += (sum * (means[k]! - (bias?.[k] ?? 0))) / variances[k]!;
    below += (sum * sum) / variances[k]!;
  }
  if (deviations.length < 3 || below === 0) return undefined;
  deviations.sort((a, b) => a - b);
  return { deviation: deviations[Math.floor(deviations.length / 2)]!, mean: above / below };
}

function followTransposes(source: Source, value: string): string {
  const users = source.operators.filter(({ inputs }) => inputs.includes(value));
  return users.length === 1 && users[0]!.type === 'Transpose' ? followTransposes(source, users[0]!.outputs[0]!) : value;
}

/** Deviation and mean of photographs after each preset: a pixel in [0, 1] has the mean 0.45 and the deviation 0.26. */
const EXPECTED: readonly { preset: PresetName; deviation: number; mean: number }[] = (['torchvision', 'tf', 'unit', 'bytes', 'caffe'] as const).map((preset) => {
  const { mean: [, middle], std: [, spread] } = PRESETS[preset].preprocessing;
  return { preset, deviation: 0.26 / spread, mean: (0.45 - middle) / spread };
});

function fromStatistics(found: TrainedOn | undefined): Guess | undefined {
  if (!found) return undefined;
  const distance = ({ deviation, mean: middle }: TrainedOn) => Math.abs(Math.log2(found.deviation / deviation)) + Math.abs(found.mean - middle) / deviation;
  const ranked = EXPECTED.map((expected) => ({ ...expected, distance: distance(expected) })).sort((a, b) => a.distance - b.distance);
  const [best, second] = ranked as [(typeof ranked)[number], (typeof ranked)[number]];
  if (best.distance > 1 || second.distance - best.distance < 0.3) return undefined;
  const numbers = `a mean of ${found.mean.toFixed(2).replace('-', '−')} and a deviation of ${found.deviation.toFixed(2)}`;
  return guessed(best.preset, 'likely', `its first batch-norm was trained on images with ${numbers}, as after ${PRESETS[best.preset].title}`);
}

interface Sign {
  readonly where: RegExp;
  readonly preset: PresetName;
  readonly certainty: Guess['certainty'];
  readonly reason: string;
}

/** What is written of or in the file: facts, names of inputs, operators and weights. The first that is found counts. */
const SIGNS: readonly Sign[] = [
  { where: /caffe/i, preset: 'caffe', certainty: 'likely', reason: 'converted from Caffe, so BGR minus a mean' },
  { where: /efficientnet|mobilenet_?v3/i, preset: 'bytes', certainty: 'unsure', reason: 'by its names a network of the kind that Keras lets scale its own input' },
  { where: /pytorch|torch/i, preset: 'torchvision', certainty: 'likely', reason: "exported by PyTorch, so torchvision's" },
  { where: /mxnet|paddle|gluon/i, preset: 'torchvision', certainty: 'likely', reason: "exported by MXNet or Paddle, which use torchvision's" },
  { where: /conv_dw_1|mobilenet|inception|xception|nasnet|mnas/i, preset: 'tf', certainty: 'likely', reason: 'by its names a network of the MobileNet, Inception or NASNet kind of TensorFlow, which read −1 to 1' },
  { where: /\bblock1_conv1\b/i, preset: 'caffe', certainty: 'likely', reason: "by its names Keras' VGG, which reads BGR minus a mean" },
];

/** Facts first, then the names of the first operators and of the inputs. */
const written = (source: Source): string =>
  [...Object.values(source.facts), ...source.inputs.map(({ name }) => name), ...source.operators.slice(0, 60).flatMap(({ name, inputs }) => [name, ...inputs])].join(' ');

/** The last resort, by format. */
function fallback(source: Source): Guess {
  const where = { ONNX: "most ONNX files come from PyTorch, so torchvision's", 'TensorFlow.js layers': 'most small Keras networks read 0 to 1', 'TensorFlow.js graph': 'most networks of TensorFlow Hub read 0 to 1' } satisfies Record<Source['format'], string>;
  return guessed(source.format === 'ONNX' ? 'torchvision' : 'unit', 'unsure', `nothing in the file tells; ${where[source.format]}`);
}

/** Colour channels of the image that the first convolution reads, if it can be told. */
export function channelsOf(source: Source): number | undefined {
  const { first } = headOf(source);
  const kernel = first?.type === 'Conv' ? constantOf(source, first.inputs[1] ?? '') : undefined;
  return kernel && Number(first!.attributes.group ?? 1) * kernel.shape[1]!;
}

/** The likeliest preprocessing, why, and how sure that is. What the network does itself counts first, then what its weights remember, then what is written. */
export function guessPreprocessing(source: Source): Guess {
  const head = headOf(source);
  if (channelsOf(source) === 1) return guessed('grey', 'likely', 'the network reads one channel');
  const text = written(source);
  const sign = SIGNS.find(({ where }) => where.test(text));
  return fromArithmetic(head) ?? fromStatistics(trainedOn(source, head.first)) ?? (sign ? guessed(sign.preset, sign.certainty, sign.reason) : fallback(source));
}
