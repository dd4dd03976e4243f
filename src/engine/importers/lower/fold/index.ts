/** The constant evaluator: operators of ONNX (opset 18) on plain numbers, for shape arithmetic and folded weights. No tensor, no signal. */
import type { Constant, Operator } from '../../source.ts';
import type { Fold, Inputs } from './array.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { GATHER } from './gather.ts';
import { MOVES } from './moves.ts';
import { PRODUCTS } from './products.ts';
import { QUANTISE } from './quantise.ts';
import { REDUCE } from './reduce.ts';
import { SHAPES } from './shapes.ts';

const FOLDS: ReadonlyMap<string, Fold> = new Map(Object.entries({ ...ELEMENTWISE, ...GATHER, ...MOVES, ...PRODUCTS, ...QUANTISE, ...REDUCE, ...SHAPES }));

/**
 * The outputs of `operator` on constant inputs; `undefined` where an input that it names is not constant, or the operator is not evaluated
 * on constants (convolutions, poolings, …). Throws an ImportProblem that names the operator where shapes or values do not fit.
 */
export function evaluate(operator: Operator, inputs: Inputs): readonly Constant[] | undefined {
  if (operator.inputs.some((name, i) => name !== '' && !inputs[i])) return undefined;
  return FOLDS.get(operator.type)?.(operator, inputs);
}

/** Whether constants alone make a constant of it. */
export const canEvaluate = (type: string): boolean => FOLDS.has(type);
