/** Operators that ONNX Runtime's optimiser fuses (domain com.microsoft), taken apart again, and ONNX's own after opset 18 that a line says. */
import type { Attribute } from '../../source.ts';
import type { Draft } from '../draft.ts';
import { changed, number, numbers, part, refused, text, without, type Bench, type Part, type Rewrite } from './bench.ts';

/** Runs `steps` one after the other, each an operator on what the last one gave; the last bears the file's name. */
function chain(operator: Draft, bench: Bench, first: string, steps: readonly (readonly [type: string, more?: readonly string[], attributes?: Readonly<Record<string, Attribute>>])[]): readonly Part[] {
  let value = first;
  return steps.map(([type, more = [], attributes = {}], i) => {
    const made = part(operator, bench, type, [value, ...more], attributes, i === steps.length - 1 ? operator.outputs[0] : undefined);
    value = made.outputs[0]!;
    return made;
  });
}

type Step = Parameters<typeof chain>[3][number];

/** `activation` with `activation_params`, or with its parameters each in an attribute of its own. */
function activation(operator: Draft, bench: Bench): readonly Step[] {
  const type = text(operator, 'activation', '');
  const listed = numbers(operator, 'activation_params');
  const [first, second] = [listed?.[0] ?? number(operator, 'activation_alpha', 0.01), listed?.[1] ?? number(operator, 'activation_beta', 0)];
  switch (type) {
    case '':
      return [];
    case 'Relu':
    case 'Sigmoid':
    case 'Tanh':
    case 'HardSwish':
      return [[type]];
    case 'LeakyRelu':
      return [[type, [], { alpha: first }]];
    case 'HardSigmoid':
      return [[type, [], { alpha: first, beta: second }]];
    case 'Clip':
      return [[type, [bench.scalar(operator, 'min', first), bench.scalar(operator, 'max', second)]]];
    default:
      throw refused(operator, `ends in the activation '${type}'`, 'export the model without the optimiser of ONNX Runtime');
  }
}

const ACTIVATION = ['activation', 'activation_params', 'activation_alpha', 'activation_beta', 'activation_gamma'];

/** x, w, bias, and a value that is added before the activation. */
const fusedConv: Rewrite = (operator, bench) => {
  const [x, w, bias, added] = operator.inputs;
  const conv: Step = ['Conv', bias ? [w!, bias] : [w!], without(operator, ...ACTIVATION)];
  return chain(operator, bench, x!, [conv, ...(added ? [['Add', [added]] satisfies Step] : []), ...activation(operator, bench)]);
};

const fusedGemm: Rewrite = (operator, bench) => chain(operator, bench, operator.inputs[0]!, [['Gemm', operator.inputs.slice(1), without(operator, ...ACTIVATION)], ...activation(operator, bench)]);

/** alpha · A B, either with its last two axes exchanged; their number need not be known to say so. */
const fusedMatMul: Rewrite = (operator, bench) => {
  if (number(operator, 'transBatchA', 0) || number(operator, 'transBatchB', 0)) throw refused(operator, 'moves the batch', 'export the model without the optimiser of ONNX Runtime');
  const [a, b] = [number(operator, 'transA', 0) ? '...ki' : '...ik', number(operator, 'transB', 0) ? '...jk' : '...kj'];
  const alpha = number(operator, 'alpha', 1);
  const product: Step = a === '...ik' && b === '...kj' ? ['MatMul', [operator.inputs[1]!]] : ['Einsum', [operator.inputs[1]!], { equation: `${a},${b}->...ij` }];
  return chain(operator, bench, operator.inputs[0]!, alpha === 1 ? [product] : [product, ['Mul', [bench.scalar(operator, 'alpha', alpha)]]]);
};

const gelu =
  (approximate: 'none' | 'tanh'): Rewrite =>
  (operator, bench) =>
    chain(operator, bench, operator.inputs[0]!, [...(operator.inputs[1] ? [['Add', [operator.inputs[1]]] satisfies Step] : []), ['Gelu', [], { approximate }]]);

/** x · σ(alpha x). */
const swish =
  (fallback: number): Rewrite =>
  (operator, bench) => {
    const [x, alpha] = [operator.inputs[0]!, number(operator, 'alpha', fallback)];
    return chain(operator, bench, x, [...(alpha === 1 ? [] : [['Mul', [bench.scalar(operator, 'alpha', alpha)]] satisfies Step]), ['Sigmoid'], ['Mul', [x]]]);
  };

/** Normalises x + skip (+ bias); the sum may be asked for as the fourth output. */
const skipLayerNormalization: Rewrite = (operator, bench) => {
  const [x, skip, scale, shift, bias] = operator.inputs;
  if (operator.outputs[1] || operator.outputs[2]) throw refused(operator, 'gives its mean or variance', 'export the model without the optimiser of ONNX Runtime');
  const sum = [['Add', [skip!]] satisfies Step, ...(bias ? [['Add', [bias]] satisfies Step] : [])];
  const added = chain({ ...operator, outputs: [operator.outputs[3] || bench.fresh(`${operator.name}/sum`)] }, bench, x!, sum);
  if (!operator.outputs[0]) return added;
  return [...added, ...chain(operator, bench, added.at(-1)!.outputs[0]!, [['LayerNormalization', shift ? [scale!, shift] : [scale!], { axis: -1, epsilon: number(operator, 'epsilon', 1e-12) }]])];
};

/** x / √(mean x² + ε) · scale over the last axes (opset 23; ONNX Runtime calls it SimplifiedLayerNormalization). */
const rmsNormalization: Rewrite = (operator, bench) => {
  const axis = number(operator, 'axis', -1);
  const rank = bench.rankOf(operator.inputs[0]!);
  const first = axis < 0 ? axis : rank === undefined ? undefined : axis - rank;
  if (first === undefined || !Number.isInteger(first) || first < -8 || first > -1) throw refused(operator, `normalises from axis ${axis} on, which cannot be counted from the end`, 'export it with axis = -1');
  const axes = bench.ints(operator, 'axes', Array.from({ length: -first }, (_, i) => first + i));
  const [x, scale] = operator.inputs;
  const steps: Step[] = [
    ['Mul', [x!]],
    ['ReduceMean', [axes], { keepdims: 1 }],
    ['Add', [bench.scalar(operator, 'epsilon', number(operator, 'epsilon', 1e-5))]],
    ['Sqrt'],
    ['Reciprocal'],
    ['Mul', [x!]],
    ['Mul', [scale!]],
  ];
  return chain(operator, bench, x!, steps);
};

/** As ONNX's own. */
const own =
  (type: string): Rewrite =>
  (operator) => [changed(operator, { type })];

export const recent = { Swish: swish(1), RMSNormalization: rmsNormalization, SimplifiedLayerNormalization: rmsNormalization } satisfies Record<string, Rewrite>;

export const fusedByRuntime = {
  Gelu: gelu('none'),
  BiasGelu: gelu('none'),
  FastGelu: gelu('tanh'),
  QuickGelu: swish(1.702),
  FusedConv: fusedConv,
  FusedGemm: fusedGemm,
  FusedMatMul: fusedMatMul,
  TransposeMatMul: fusedMatMul,
  SkipLayerNormalization: skipLayerNormalization,
  LayerNormalization: own('LayerNormalization'),
  SimplifiedLayerNormalization: rmsNormalization,
} satisfies Record<string, Rewrite>;
