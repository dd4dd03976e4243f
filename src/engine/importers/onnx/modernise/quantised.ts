/** Operators on 8-bit numbers → dequantise, the operator on floats, quantise. Dynamic quantisation of activations is left out and said so. */
import type { Attribute } from '../../source.ts';
import type { Draft } from '../draft.ts';
import { DATA_TYPE } from '../proto.ts';
import { listed } from '../tensor.ts';
import { changed, number, part, refused, without, type Bench, type Part, type Rewrite } from './bench.ts';

const PASSED = 'Quantised activations are rounded as in the file, but quantisation is passed straight through for gradients.';
const DYNAMIC = 'The file quantises activations by their range in each image; here they are left unrounded.';

/** Collects the parts of one operator. */
class Parts {
  readonly parts: Part[] = [];

  constructor(
    private readonly operator: Draft,
    private readonly bench: Bench,
  ) {}

  add(type: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}, output?: string): string {
    const made = part(this.operator, this.bench, type, inputs, attributes, output);
    this.parts.push(made);
    return made.outputs[0]!;
  }

  /** (x − zero) · scale; a value that was never quantised (dynamic quantisation left out) is what it is. */
  dequantised(value: string | undefined, scale: string | undefined, zero: string | undefined, axis = 0): string {
    if (!value || !scale) throw refused(this.operator, 'lacks an input', 'export the model again');
    if (this.bench.typeOf(value) === 'float') return value;
    return this.add('DequantizeLinear', zero ? [value, scale, zero] : [value, scale], { axis });
  }

  quantised(value: string, scale: string | undefined, zero: string | undefined): readonly Part[] {
    if (!scale) throw refused(this.operator, 'lacks the scale of its output', 'export the model again');
    this.bench.remarks.add(PASSED);
    this.add('QuantizeLinear', zero ? [value, scale, zero] : [value, scale], { axis: 0, output_dtype: outputType(zero, this.bench) }, this.operator.outputs[0]);
    return this.parts;
  }

  /** The last operator, under the name that the file gives to the result. */
  result(type: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): readonly Part[] {
    this.add(type, inputs, attributes, this.operator.outputs[0]);
    return this.parts;
  }
}

/** The type of the zero point is that of the result; uint8 where there is none. */
const outputType = (zero: string | undefined, bench: Bench) => (zero ? bench.constants.dataTypeOf(zero) : undefined) ?? DATA_TYPE.uint8;

/** Kept; `output_dtype` (opset 21) always says which integers are meant, since a `Constant` does not. */
const quantizeLinear: Rewrite = (operator, bench) => {
  if (number(operator, 'block_size', 0) !== 0) throw refused(operator, 'quantises in blocks', 'export the model without block-wise quantisation');
  if (!bench.constants.has(operator.inputs[0]!)) bench.remarks.add(PASSED);
  const told = number(operator, 'output_dtype', 0);
  return [changed(operator, { attributes: { axis: number(operator, 'axis', 1), output_dtype: told || outputType(operator.inputs[2], bench) } })];
};

const dequantizeLinear: Rewrite = (operator) => {
  if (number(operator, 'block_size', 0) !== 0) throw refused(operator, 'is quantised in blocks', 'export the model without block-wise quantisation');
  return [changed(operator, { attributes: { axis: number(operator, 'axis', 1) } })];
};

/** y = x, scale 1, zero point 0: what follows multiplies by the scale. */
const dynamicQuantizeLinear: Rewrite = (operator, bench) => {
  const [value, scale, zero] = operator.outputs;
  bench.remarks.add(DYNAMIC);
  if (scale) bench.alias(scale, bench.scalar(operator, 'scale', 1));
  if (zero) bench.alias(zero, bench.constant(`${operator.name}/zero`, listed('int', [0], [])));
  return value ? bench.alias(value, operator.inputs[0]!) : [];
};

/** x, scale, zero, w, scale, zero, scale of y, zero of y, bias in steps of scale x · scale w. */
const qLinearConv: Rewrite = (operator, bench) => {
  const [x, xScale, xZero, w, wScale, wZero, yScale, yZero, bias] = operator.inputs;
  const made = new Parts(operator, bench);
  const inputs = [made.dequantised(x, xScale, xZero), made.dequantised(w, wScale, wZero)];
  if (bias) inputs.push(made.dequantised(bias, made.add('Mul', [xScale!, wScale!]), undefined));
  return made.quantised(made.add('Conv', inputs, operator.attributes), yScale, yZero);
};

/** Scales along rows of the left factor, along columns of the right one. */
const qLinearMatMul: Rewrite = (operator, bench) => {
  const [a, aScale, aZero, b, bScale, bZero, yScale, yZero] = operator.inputs;
  const made = new Parts(operator, bench);
  return made.quantised(made.add('MatMul', [made.dequantised(a, aScale, aZero, -2), made.dequantised(b, bScale, bZero, -1)]), yScale, yZero);
};

/** Conv or MatMul of whole numbers less their zero points, in floats, which hold them exactly up to 2²⁴. */
const integer =
  (type: string): Rewrite =>
  (operator, bench) => {
    const made = new Parts(operator, bench);
    const shifted = (value: string, zero: string | undefined) => {
      const number = bench.typeOf(value) === 'float' ? value : made.add('Cast', [value], { to: DATA_TYPE.float32 });
      const known = bench.value(zero);
      if (!zero || known?.values.every((entry) => entry === 0)) return number;
      if ((bench.rankOf(zero) ?? 1) > 0 && known?.values.length !== 1) throw refused(operator, 'has a zero point for every channel', 'quantise the weights symmetrically');
      return made.add('Sub', [number, made.add('Cast', [zero], { to: DATA_TYPE.float32 })]);
    };
    return made.result(type, [shifted(operator.inputs[0]!, operator.inputs[2]), shifted(operator.inputs[1]!, operator.inputs[3])], operator.attributes);
  };

export const quantised = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
  DynamicQuantizeLinear: dynamicQuantizeLinear,
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
  ConvInteger: integer('Conv'),
  MatMulInteger: integer('MatMul'),
} satisfies Record<string, Rewrite>;

/** One operand: x, scale, zero, scale of y, zero of y. */
const one =
  (type: string, ...dropped: readonly string[]): Rewrite =>
  (operator, bench) => {
    const [x, xScale, xZero, yScale, yZero] = operator.inputs;
    if (number(operator, 'channels_last', 0) !== 0) throw refused(operator, 'has its channels last', 'quantise the model without layout optimisation');
    const made = new Parts(operator, bench);
    return made.quantised(made.add(type, [made.dequantised(x, xScale, xZero)], without(operator, 'channels_last', ...dropped)), yScale, yZero);
  };

const two =
  (type: string): Rewrite =>
  (operator, bench) => {
    const [a, aScale, aZero, b, bScale, bZero, yScale, yZero] = operator.inputs;
    const made = new Parts(operator, bench);
    return made.quantised(made.add(type, [made.dequantised(a, aScale, aZero), made.dequantised(b, bScale, bZero)]), yScale, yZero);
  };

/** Scale and zero of y, then three inputs for each operand. */
const qLinearConcat: Rewrite = (operator, bench) => {
  const [yScale, yZero, ...triples] = operator.inputs;
  const made = new Parts(operator, bench);
  const values = triples.flatMap((value, i) => (i % 3 === 0 ? [made.dequantised(value, triples[i + 1], triples[i + 2])] : []));
  return made.quantised(made.add('Concat', values, operator.attributes), yScale, yZero);
};

/** a, scale, zero, b, scale, zero, c in steps of alpha · scale a · scale b, and the scale of y unless floats are asked for. */
const qGemm: Rewrite = (operator, bench) => {
  const [a, aScale, aZero, b, bScale, bZero, c, yScale, yZero] = operator.inputs;
  const made = new Parts(operator, bench);
  const inputs = [made.dequantised(a, aScale, aZero), made.dequantised(b, bScale, bZero, number(operator, 'transB', 0) === 1 ? 0 : 1)];
  if (c) {
    const product = made.add('Mul', [aScale!, bScale!]);
    inputs.push(made.dequantised(c, made.add('Mul', [product, bench.scalar(operator, 'alpha', number(operator, 'alpha', 1))]), undefined));
  }
  if (!yScale) return made.result('Gemm', inputs, operator.attributes);
  return made.quantised(made.add('Gemm', inputs, operator.attributes), yScale, yZero);
};

/** Float activations times 8-bit weights: the activations are left unrounded. */
const weightsOnly =
  ([b, bScale, bZero, bias]: readonly [number, number, number, number], a?: readonly [number, number]): Rewrite =>
  (operator, bench) => {
    const given = operator.inputs;
    const made = new Parts(operator, bench);
    bench.remarks.add(DYNAMIC);
    const left = a ? made.dequantised(given[0], given[a[0]], given[a[1]], -2) : given[0]!;
    const inputs = [left, made.dequantised(given[b], given[bScale], given[bZero], -1)];
    return given[bias] ? made.result('Add', [made.add('MatMul', inputs), given[bias]]) : made.result('MatMul', inputs);
  };

/** Of the domain com.microsoft, as ONNX Runtime's quantiser writes them. */
export const quantisedByRuntime = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
  QLinearAdd: two('Add'),
  QLinearMul: two('Mul'),
  QLinearSigmoid: one('Sigmoid'),
  QLinearLeakyRelu: one('LeakyRelu'),
  QLinearSoftmax: one('Softmax', 'opset'),
  QLinearAveragePool: one('AveragePool'),
  QLinearGlobalAveragePool: one('GlobalAveragePool'),
  QLinearConcat: qLinearConcat,
  QGemm: qGemm,
  DynamicQuantizeMatMul: weightsOnly([1, 2, 3, 4]),
  MatMulIntegerToFloat: weightsOnly([1, 3, 5, 6], [2, 4]),
} satisfies Record<string, Rewrite>;
