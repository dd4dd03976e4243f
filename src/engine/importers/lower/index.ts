/** From the source's operators to the engine's graph, in one walk: constants are folded, shapes found, layouts chosen. Recognises nothing (rewrite/), reads no file. */
import type { PlainGraph } from '../../models/plain.ts';
import { ImportProblem } from '../problem.ts';
import type { Operator, Source, SourceInput } from '../source.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { CONVOLUTION } from './convolution.ts';
import { evaluate } from './fold/index.ts';
import { drained } from '../steps.ts';
import { MATRICES } from './matrices.ts';
import { createNet, INPUT, type Net } from './net.ts';
import { NORMALISE } from './normalise.ts';
import { REDUCE } from './reduce.ts';
import { SHAPE } from './shape.ts';
import { shapeOf, type Value } from './signal.ts';
import { signalAt, type Lower } from './site.ts';

/** Every operator that may depend on the image. A new one is a line in one of these tables. */
const LOWERINGS: Readonly<Record<string, Lower>> = { ...ARITHMETIC, ...CONVOLUTION, ...MATRICES, ...NORMALISE, ...REDUCE, ...SHAPE };

/** What the model reads: [height, width, channels], and where the channels stand in the file. */
export interface Image {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly layout: 'NCHW' | 'NHWC';
}

export interface Lowered {
  readonly graph: Omit<PlainGraph, 'features'>;
  /** Of one image, in the source's order. */
  readonly shape: readonly number[];
  readonly remarks: readonly string[];
}

/** Operators at the output that only choose among the classes: what they choose from is explained. */
const CHOOSERS: ReadonlySet<string> = new Set(['ArgMax', 'TopK', 'Hardmax']);

/** How many operators are lowered between two looks at whether anyone still waits. */
const BURST = 16;

/** The graph of `source` for images as `image` says. Throws an ImportProblem that names the operator and the remedy. Cost: a few milliseconds per 100 operators. */
export const lower = (source: Source, image: Image): Lowered => drained(lowering(source, image));

/** The same step by step: yields how many operators are done. */
export function* lowering(source: Source, image: Image): Generator<number, Lowered> {
  const net = createNet();
  const remarks = new Set(source.remarks);
  const values = new Map<string, Value>([...source.constants].map(([name, constant]) => [name, { kind: 'constant', constant }]));
  values.set(source.inputs[0]!.name, imageSignal(image));
  for (const [at, operator] of source.operators.entries()) {
    if (at % BURST === 0) yield at;
    const outputs = one(operator, values, { net, remark: (text) => void remarks.add(text), isOutput: operator.outputs.some((name) => source.outputs.includes(name)) });
    operator.outputs.forEach((name, k) => outputs[k] && values.set(name, outputs[k]));
  }
  const output = values.get(source.outputs[0]!);
  if (output?.kind !== 'signal') throw new ImportProblem(`the output '${source.outputs[0]}' does not depend on the image`, 'export the model with its image as the input');
  const shape = shapeOf(output);
  // Without the leading 1 that stands for the batch, which is the engine's first axis.
  const kept = shape.flatMap((_, axis) => (axis === 0 && shape[0] === 1 && shape.length > 1 ? [] : [[axis]]));
  return { graph: net.finish(net.arranged(output, kept)), shape, remarks: [...remarks] };
}

const imageSignal = ({ height, width, channels, layout }: Image): Value => {
  const stored = [height, width, channels];
  const own = (axis: number) => (stored[axis] === 1 ? [] : [axis]);
  return { kind: 'signal', node: INPUT, stored, axes: layout === 'NCHW' ? [[], own(2), own(0), own(1)] : [[], own(0), own(1), own(2)] };
};

interface Context {
  readonly net: Net;
  remark(text: string): void;
  /** Whether the model gives what the operator gives. */
  readonly isOutput: boolean;
}

function one(operator: Operator, values: ReadonlyMap<string, Value>, { net, remark, isOutput }: Context): readonly Value[] {
  const inputs = operator.inputs.map((name) => (name === '' ? undefined : (values.get(name) ?? unknownValue(operator, name))));
  const constants = inputs.map((value) => (value?.kind === 'constant' ? value.constant : undefined));
  if (inputs.every((value) => value?.kind !== 'signal')) {
    const found = evaluate(operator, constants);
    if (found) return found.map((constant) => ({ kind: 'constant', constant }));
  }
  const site = { operator, inputs, net, remark };
  if (CHOOSERS.has(operator.type) && isOutput) {
    remark(`The model ends with '${operator.name}' (${operator.type}), which only names the best class; what it chooses from is explained.`);
    return operator.outputs.map(() => signalAt(site));
  }
  const found = Object.hasOwn(LOWERINGS, operator.type) ? LOWERINGS[operator.type] : undefined;
  if (!found) throw new ImportProblem(`the operator ${operator.type} of '${operator.name}' cannot be read here`, 'replace that layer before exporting, or export only the part of the model before it');
  return found(site);
}

function unknownValue({ name }: Operator, value: string): never {
  throw new ImportProblem(`'${name}' reads '${value}', which nothing gives`, 'the file is damaged; export it again');
}

/** Where the file says how its images lie; `undefined` for a length that it leaves open. */
export function imageOf({ name, shape }: SourceInput, inputSize: number): Image {
  if (!shape) return { height: inputSize, width: inputSize, channels: 3, layout: 'NCHW' };
  const isColour = (n: number | undefined) => n === 1 || n === 3;
  if (shape.length !== 4) throw new ImportProblem(`the input '${name}' has ${shape.length} axes, [${shape.map((n) => n ?? '?').join(', ')}]`, 'only models that read images are explained: their input has four axes, [1, 3, height, width] or [1, height, width, 3]');
  const layout = isColour(shape[1]) || !isColour(shape[3]) ? 'NCHW' : 'NHWC';
  const [channels, height, width] = layout === 'NCHW' ? [shape[1], shape[2], shape[3]] : [shape[3], shape[1], shape[2]];
  if (channels !== undefined && !isColour(channels)) throw new ImportProblem(`the input '${name}' has ${channels} channels`, 'only models of colour or grey images are explained: 3 channels or 1');
  return { height: height ?? inputSize, width: width ?? inputSize, channels: channels ?? 3, layout };
}
