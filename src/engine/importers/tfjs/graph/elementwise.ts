/** Ops that compute number by number: TensorFlow name → ONNX operators. Shapes broadcast alike in both. */
import type { Scope } from '../emitter.ts';
import { input, type NodeScope, type Read, type Table } from './read.ts';

const one = (type: string): Read => (inputs, scope) => scope.op(type, [input(inputs, 0, scope)]);
const two = (type: string): Read => (inputs, scope) => scope.op(type, [input(inputs, 0, scope), input(inputs, 1, scope)]);
const all = (type: string): Read => (inputs, scope) => (inputs.length === 1 ? inputs[0]! : scope.op(type, [input(inputs, 0, scope), ...inputs.slice(1)]));
const same: Read = (inputs, scope) => input(inputs, 0, scope);

export const clip = (scope: Scope, x: string, least: number, most: number) => scope.op('Clip', [x, scope.floats([least]), scope.floats([most])]);

const square = (scope: Scope, x: string) => scope.op('Mul', [x, x]);
const silu = (scope: Scope, x: string) => scope.op('Mul', [x, scope.op('Sigmoid', [x])]);

/** x where x is a number, 0 where the divisor is 0, is what TensorFlow's DivNoNan says; only constants other than 0 divide here. */
const divideWithoutNan: Read = (inputs, scope) => {
  const divisor = scope.constant(input(inputs, 1, scope));
  if (divisor && !divisor.values.includes(0)) return two('Div')(inputs, scope);
  const zero = scope.op('Equal', [inputs[1]!, scope.floats([0])]);
  return scope.op('Where', [zero, scope.floats([0]), scope.op('Div', [inputs[0]!, scope.op('Where', [zero, scope.floats([1]), inputs[1]!])])]);
};

const TO = { float: 1, int: 6, bool: 9 } as const;
const cast: Read = (inputs, scope) => {
  const to = scope.attributes.type('DstT');
  return scope.op('Cast', [input(inputs, 0, scope)], { to: to === 'float' || to === 'bool' ? TO[to] : TO.int });
};

/** Activations that fused nodes also name. `alpha`: the slope of a leaky relu. */
export const ACTIVATIONS: Readonly<Record<string, (scope: NodeScope, x: string) => string>> = {
  Relu: (scope, x) => scope.op('Relu', [x]),
  Relu6: (scope, x) => clip(scope, x, 0, 6),
  Elu: (scope, x) => scope.op('Elu', [x], { alpha: 1 }),
  Selu: (scope, x) => scope.op('Selu', [x]),
  LeakyRelu: (scope, x) => scope.op('LeakyRelu', [x], { alpha: scope.attributes.number('alpha', scope.attributes.number('leakyrelu_alpha', 0.2)) }),
  Sigmoid: (scope, x) => scope.op('Sigmoid', [x]),
  Tanh: (scope, x) => scope.op('Tanh', [x]),
  Softplus: (scope, x) => scope.op('Softplus', [x]),
  Softsign: (scope, x) => scope.op('Softsign', [x]),
};

export const ELEMENTWISE: Table = {
  ...Object.fromEntries(Object.entries(ACTIVATIONS).map(([name, read]): [string, Read] => [name, (inputs, scope) => read(scope, input(inputs, 0, scope))])),
  Prelu: two('PRelu'),
  Softmax: (inputs, scope) => scope.op('Softmax', [input(inputs, 0, scope)], { axis: -1 }),
  LogSoftmax: (inputs, scope) => scope.op('LogSoftmax', [input(inputs, 0, scope)], { axis: -1 }),
  SwishF32: (inputs, scope) => silu(scope, input(inputs, 0, scope)),
  ClipByValue: (inputs, scope) => scope.op('Clip', [input(inputs, 0, scope), input(inputs, 1, scope), input(inputs, 2, scope)]),

  Add: two('Add'), AddV2: two('Add'), Sub: two('Sub'), Mul: two('Mul'), Div: two('Div'), RealDiv: two('Div'), DivNoNan: divideWithoutNan,
  Maximum: two('Max'), Minimum: two('Min'), Pow: two('Pow'), AddN: all('Sum'),
  FloorDiv: (inputs, scope) => scope.op('Floor', [two('Div')(inputs, scope) as string]),
  SquaredDifference: (inputs, scope) => square(scope, two('Sub')(inputs, scope) as string),

  Neg: one('Neg'), Abs: one('Abs'), Exp: one('Exp'), Log: one('Log'), Sqrt: one('Sqrt'), Erf: one('Erf'), Sin: one('Sin'), Cos: one('Cos'),
  Floor: one('Floor'), Ceil: one('Ceil'), Round: one('Round'), Sign: one('Sign'), Reciprocal: one('Reciprocal'), Inv: one('Reciprocal'),
  Square: (inputs, scope) => square(scope, input(inputs, 0, scope)),
  Rsqrt: (inputs, scope) => scope.op('Reciprocal', [scope.op('Sqrt', [input(inputs, 0, scope)])]),
  Log1p: (inputs, scope) => scope.op('Log', [scope.op('Add', [input(inputs, 0, scope), scope.floats([1])])]),

  Equal: two('Equal'), Greater: two('Greater'), GreaterEqual: two('GreaterOrEqual'), Less: two('Less'), LessEqual: two('LessOrEqual'),
  NotEqual: (inputs, scope) => scope.op('Not', [two('Equal')(inputs, scope) as string]),
  LogicalAnd: two('And'), LogicalOr: two('Or'), LogicalNot: one('Not'),
  SelectV2: (inputs, scope) => scope.op('Where', [input(inputs, 0, scope), input(inputs, 1, scope), input(inputs, 2, scope)]),

  Identity: same, StopGradient: same, PreventGradient: same, Snapshot: same, CheckNumerics: same, EnsureShape: same, PlaceholderWithDefault: same,
  IdentityN: (inputs) => inputs,
  Cast: cast,
};
