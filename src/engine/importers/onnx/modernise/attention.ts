/** Attention of opset 23 in the operators that it stands for, so that rules find its parts. Caches of language models and causal masks are refused. */
import type { Attribute } from '../../source.ts';
import { DATA_TYPE } from '../proto.ts';
import { LARGEST_FLOAT } from '../tensor.ts';
import { number, part, refused, type Part, type Rewrite } from './bench.ts';

/** Attributes that are obeyed, or that only say how exact the softmax is. */
const KNOWN: ReadonlySet<string> = new Set(['q_num_heads', 'kv_num_heads', 'scale', 'softmax_precision', 'qk_matmul_output_mode']);

/**
 * softmax(scale · Q Kᵀ + mask) V for Q, K, V of [batch, heads, tokens, width], or [batch, tokens, heads · width] where the heads are counted in attributes.
 * scale = 1/√width where it is left out.
 */
const attention: Rewrite = (operator, bench) => {
  const parts: Part[] = [];
  const add = (type: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}, output?: string): string => {
    const made = part(operator, bench, type, inputs, attributes, output);
    parts.push(made);
    return made.outputs[0]!;
  };
  const [q, k, v, mask, ...past] = operator.inputs;
  const heads = number(operator, 'q_num_heads', 0);
  // is_causal, softcap, and windows of later opsets
  const others = Object.keys(operator.attributes).filter((name) => !KNOWN.has(name) && number(operator, name, 0) !== 0);
  const beyond = others.length > 0 || [...past, ...operator.outputs.slice(1)].some((name) => name !== '');
  if (beyond || number(operator, 'kv_num_heads', heads) !== heads) throw refused(operator, 'has a cache, a causal mask, a cap or shared heads', 'choose a model for images, or export it with opset_version=18');
  const apart = (value: string) => (heads > 0 ? add('Transpose', [add('Reshape', [value, bench.ints(operator, 'heads', [0, 0, heads, -1])])], { perm: [0, 2, 1, 3] }) : value);
  const [query, key, values] = [apart(q!), apart(k!), apart(v!)];
  const told = operator.attributes.scale;
  const width = () => add('Cast', [add('Gather', [add('Shape', [query]), bench.ints(operator, 'last', [-1])])], { to: DATA_TYPE.float32 });
  const scale = typeof told === 'number' ? bench.scalar(operator, 'scale', told) : add('Reciprocal', [add('Sqrt', [width()])]);
  let scores = add('Mul', [add('MatMul', [query, add('Transpose', [key], { perm: [0, 1, 3, 2] })]), scale]);
  // a mask of booleans says who is seen, one of floats is added
  if (mask) scores = bench.typeOf(mask) === 'int' ? add('Where', [mask, scores, bench.scalar(operator, 'unseen', -LARGEST_FLOAT)]) : add('Add', [scores, mask]);
  const weights = add('Softmax', [scores], { axis: -1 });
  if (heads === 0) add('MatMul', [weights, values], {}, operator.outputs[0]);
  else add('Reshape', [add('Transpose', [add('MatMul', [weights, values])], { perm: [0, 2, 1, 3] }), bench.ints(operator, 'joined', [0, 0, -1])], {}, operator.outputs[0]);
  return parts;
};

export const attentions = { Attention: attention } satisfies Record<string, Rewrite>;
