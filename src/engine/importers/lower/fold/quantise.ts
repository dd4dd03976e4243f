/** Constant evaluation between whole numbers and the floats they stand for. Not the activations' quantisation, which stays in the graph. */
import type { Constant, Operator } from '../../source.ts';
import { axisOf, blank, complain, need, numberOf, stridesOf, take, toInt, withShape, type Fold } from './array.ts';
import { roundToEven } from './elementwise.ts';

/** ONNX's number of a type → its least and its largest value. */
export const WHOLE_RANGES: Readonly<Record<number, readonly [number, number]>> = {
  2: [0, 255],
  3: [-128, 127],
  4: [0, 65535],
  5: [-32768, 32767],
  21: [0, 15],
  22: [-8, 7],
};

/** Scales (or zero points) repeated to the shape of x: one for all, one an entry of `axis`, or one a block of `block_size` along it. */
export function spreadScale(operator: Operator, scale: Constant, shape: readonly number[]): Constant {
  if (scale.values.length === 1) return take(operator, scale, shape, shape.map(() => 0));
  const axis = axisOf(operator, numberOf(operator, 'axis', 1), shape.length);
  const wrong = () => complain(operator, `has scales of the shape [${scale.shape.join(', ')}] for [${shape.join(', ')}] along axis ${axis}`);
  if (scale.shape.length === 1) {
    if (scale.shape[0] !== shape[axis]) wrong();
    return take(operator, scale, shape, shape.map((_, i) => (i === axis ? 1 : 0)));
  }
  const block = numberOf(operator, 'block_size', 0);
  const fits = block > 0 && scale.shape.length === shape.length && scale.shape.every((length, i) => length === (i === axis ? Math.ceil(shape[i]! / block) : shape[i]));
  if (!fits) wrong();
  const own = stridesOf(scale.shape);
  const blocks = scale.shape[axis]!;
  // [before, blocks, block, after], then cut off where the last block is not full.
  const long = withShape(take(operator, scale, [...shape.slice(0, axis), blocks, block, ...shape.slice(axis + 1)], [...own.slice(0, axis + 1), 0, ...own.slice(axis + 1)]), shape.with(axis, blocks * block));
  return blocks * block === shape[axis] ? long : take(operator, long, shape, stridesOf(long.shape));
}

/** y = (x − zero point) · scale. */
const dequantize: Fold = (operator, inputs) => {
  const [x, scale, zero] = [need(operator, inputs, 0), need(operator, inputs, 1), inputs[2]];
  const made = blank(operator, 'float', x.shape);
  const scales = spreadScale(operator, scale, x.shape).values;
  const zeros = zero && spreadScale(operator, zero, x.shape).values;
  for (let i = 0; i < made.values.length; i++) made.values[i] = (x.values[i]! - (zeros ? zeros[i]! : 0)) * scales[i]!;
  return [made];
};

/**
 * y = round(x / scale) + zero point, halves to even, cut to the range of the type. The type is the attribute `output_dtype` (a reader
 * sets it from the zero point's), else uint8 where there is no zero point; unknown otherwise.
 */
const quantize: Fold = (operator, inputs) => {
  const [x, scale, zero] = [need(operator, inputs, 0), need(operator, inputs, 1), inputs[2]];
  const type = numberOf(operator, 'output_dtype', zero ? 0 : 2) || (zero ? 0 : 2);
  const range = WHOLE_RANGES[type];
  if (!range) return undefined;
  const made = blank(operator, 'int', x.shape);
  const scales = spreadScale(operator, scale, x.shape).values;
  const zeros = zero && spreadScale(operator, zero, x.shape).values;
  for (let i = 0; i < made.values.length; i++) {
    const whole = roundToEven(x.values[i]! / scales[i]!) + (zeros ? zeros[i]! : 0);
    made.values[i] = toInt(Math.max(range[0], Math.min(range[1], whole)));
  }
  return [made];
};

export const QUANTISE = { DequantizeLinear: dequantize, QuantizeLinear: quantize } satisfies Record<string, Fold>;
