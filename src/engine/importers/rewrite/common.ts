/** Merges what is computed twice: nodes of one op with the same inputs, attributes and weights. Compares weights by identity, never by their numbers. */
import type { PlainNode, Weight } from '../../models/plain.ts';
import type { Net } from './net.ts';

/** Their inputs may stand in any order. */
const COMMUTES: readonly PlainNode['op'][] = ['add', 'mul'];

/** Merges each node into the first that computes the same. Returns how many went. Linear in the nodes. */
export function mergeCommon(net: Net): number {
  const numbers = new Map<Weight['values'], number>();
  const numberOf = (values: Weight['values']) => numbers.get(values) ?? (numbers.set(values, numbers.size), numbers.size - 1);
  const first = new Map<string, string>();
  let count = 0;
  for (const id of net.ids()) {
    const node = net.node(id)!;
    const inputs = COMMUTES.includes(node.op) ? [...node.inputs].sort() : node.inputs;
    const weights = Object.entries(node.weights).map(([name, { shape, values }]) => [name, shape, numberOf(values)]);
    const key = JSON.stringify([node.op, inputs, node.attrs, weights], (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value));
    const known = first.get(key);
    if (known === undefined) first.set(key, id);
    else {
      net.apply(id, { same: known });
      count++;
    }
  }
  return count;
}
