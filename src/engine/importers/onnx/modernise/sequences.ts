/** Lists of values, as exporters write splits into a number of parts that they do not count: each part is cut out where it is taken, and no list is left. */
import type { Draft } from '../draft.ts';
import { number, part, refused, type Bench, type Part, type Rewrite } from './bench.ts';

const REMEDY = 'export it with torch.onnx.export(…, dynamo=True, optimize=True)';

/** Cuts out of `value` along `axis` what lies between two places; a length of 1 may drop its axis. */
function cut(taker: Draft, bench: Bench, value: string, axis: number, from: number, to: number, keep: boolean): readonly Part[] {
  const places = ([['from', from], ['to', to], ['axis', axis]] as const).map(([name, place]) => bench.ints(taker, name, [place]));
  const slice = part(taker, bench, 'Slice', [value, ...places], {}, keep ? taker.outputs[0] : undefined);
  return keep ? [slice] : [slice, part(taker, bench, 'Squeeze', [slice.outputs[0]!, places[2]!], {}, taker.outputs[0])];
}

/** Where each part begins, and where the last one ends. */
function placesOf(lengths: ArrayLike<number>): number[] {
  const places = [0];
  for (let i = 0; i < lengths.length; i++) places.push(places[i]! + lengths[i]!);
  return places;
}

/** Lengths as a list, one length for all, or none: 1 each. */
const splitToSequence: Rewrite = (operator, bench) => {
  const axis = number(operator, 'axis', 0);
  const given = bench.value(operator.inputs[1]);
  if (operator.inputs[1] && !given) throw refused(operator, 'computes the lengths of its parts', REMEDY);
  const keep = given !== undefined || number(operator, 'keepdims', 1) === 1;
  const places = given && given.shape.length > 0 ? placesOf(given.values) : undefined;
  const each = given?.values[0] ?? 1;
  bench.sequences.set(operator.outputs[0]!, {
    length: places && places.length - 1,
    at: (taker, index) => cut(taker, bench, operator.inputs[0]!, axis, places?.[index] ?? index * each, places?.[index + 1] ?? (index + 1) * each, keep),
  });
  return [];
};

const sequenceConstruct: Rewrite = (operator, bench) => {
  bench.sequences.set(operator.outputs[0]!, { length: operator.inputs.length, values: operator.inputs, at: (taker, index) => bench.alias(taker.outputs[0]!, operator.inputs[index]!) });
  return [];
};

const listOf = (operator: Draft, bench: Bench) => {
  const found = bench.sequences.get(operator.inputs[0]!);
  if (!found) throw refused(operator, 'takes a list that is not made of counted parts', REMEDY);
  return found;
};

const sequenceAt: Rewrite = (operator, bench) => {
  const list = listOf(operator, bench);
  const told = bench.value(operator.inputs[1])?.values[0];
  const index = told !== undefined && told < 0 && list.length !== undefined ? told + list.length : told;
  if (index === undefined || index < 0 || index >= (list.length ?? Infinity)) throw refused(operator, `takes part ${told ?? 'of a computed number'}`, REMEDY);
  return list.at(operator, index);
};

const concatFromSequence: Rewrite = (operator, bench) => {
  const { values } = listOf(operator, bench);
  if (!values) throw refused(operator, 'joins a list whose parts are not counted', REMEDY);
  const axis = number(operator, 'axis', 0);
  const stacked = number(operator, 'new_axis', 0) === 1 ? values.map((value) => part(operator, bench, 'Unsqueeze', [value, bench.ints(operator, 'axis', [axis])])) : [];
  return [...stacked, part(operator, bench, 'Concat', stacked.length > 0 ? stacked.map((made) => made.outputs[0]!) : values, { axis }, operator.outputs[0])];
};

export const sequences = { SplitToSequence: splitToSequence, SequenceConstruct: sequenceConstruct, SequenceAt: sequenceAt, ConcatFromSequence: concatFromSequence } satisfies Record<string, Rewrite>;
