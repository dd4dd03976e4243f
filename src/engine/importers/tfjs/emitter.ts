/** Writes a Source: operators and constants under unique names. Knows neither Keras nor TensorFlow. */
import { evaluate } from '../lower/fold/index.ts';
import { Names } from '../onnx/draft.ts';
import { alive, dependent } from '../onnx/order.ts';
import { ImportProblem } from '../problem.ts';
import type { Attribute, Constant, Operator, Source, SourceInput } from '../source.ts';
import { damaged } from './json.ts';

/** What the reader of one node or layer writes with; names of values go in and come out. */
export interface Scope {
  /** The node's or layer's name, for messages; its operators bear it. */
  readonly node: string;
  /** One operator with one output. */
  op(type: string, inputs: readonly string[], attributes?: Operator['attributes']): string;
  /** One operator with several. */
  ops(type: string, inputs: readonly string[], count: number, attributes?: Operator['attributes']): string[];
  ints(values: readonly number[], shape?: readonly number[]): string;
  floats(values: ArrayLike<number>, shape?: readonly number[]): string;
  /** The numbers behind a value, where the file holds them or a few operators make them of such. */
  constant(value: string): Constant | undefined;
  /** The same, or a problem that says `what` must be in the file. */
  integers(value: string, what: string): number[];
  remark(text: string): void;
}

export interface Emitter {
  scope(node: string): Scope;
  input(input: SourceInput): string;
  constant(name: string, constant: Constant): string;
  finish(format: Source['format'], outputs: readonly string[], facts: Source['facts']): Source;
}

const LAYOUT = new Set(['Transpose', 'Reshape', 'Shape', 'Cast']);

export function emitter(): Emitter {
  const inputs: SourceInput[] = [];
  const operators: Operator[] = [];
  const constants = new Map<string, Constant>();
  const remarks = new Set<string>();
  const names = new Names();
  names.take('');
  const named = new Set<string>();
  const constant = (wanted: string, value: Constant) => {
    const name = names.fresh(wanted);
    constants.set(name, value);
    return name;
  };
  const makers = new Map<string, Operator>();
  const known = (value: string, depth = 8): Constant | undefined => {
    const held = constants.get(value);
    const maker = held || depth === 0 ? undefined : makers.get(value);
    if (!maker) return held;
    const parts = maker.inputs.map((input) => known(input, depth - 1));
    return parts.includes(undefined) ? undefined : evaluate(maker, parts)?.[maker.outputs.indexOf(value)];
  };
  /** A node's own name goes to its first operator that does more than lay values out. */
  const nameFor = (node: string, type: string) => {
    if (named.has(node) || LAYOUT.has(type)) return names.fresh(`${node}/${type}`);
    named.add(node);
    return names.fresh(node);
  };

  const scope = (node: string): Scope => {
    const ops = (type: string, from: readonly string[], count: number, attributes: Record<string, Attribute> = {}) => {
      const name = nameFor(node, type);
      const outputs = count === 1 ? [name] : Array.from({ length: count }, (_, index) => names.fresh(`${name}:${index}`));
      const operator = { name, type, inputs: from, outputs, attributes };
      operators.push(operator);
      outputs.forEach((output) => makers.set(output, operator));
      return outputs;
    };
    return {
      node,
      ops,
      op: (type, from, attributes) => ops(type, from, 1, attributes)[0]!,
      ints: (values, shape = [values.length]) => constant(`${node}/constant`, { type: 'int', shape, values: Int32Array.from(values) }),
      floats: (values, shape = []) => constant(`${node}/constant`, { type: 'float', shape, values: Float32Array.from(values) }),
      constant: (value) => known(value),
      integers(value, what) {
        const found = known(value);
        if (!found) throw new ImportProblem(`${what} of '${node}' is computed in the network`, 'export the model with fixed shapes, so that the file holds it as a constant');
        if (found.values.length > 64) throw damaged(`${what} of '${node}' has ${found.values.length} entries`);
        return Array.from(found.values);
      },
      remark: (text) => remarks.add(text),
    };
  };

  return {
    scope,
    constant,
    input(input) {
      const name = names.fresh(input.name);
      inputs.push({ ...input, name });
      return name;
    },
    finish(format, outputs, facts) {
      const moved = dependent(operators, inputs.map(({ name }) => name));
      const live = outputs.filter((output) => moved.has(output) && operators.some((operator) => operator.outputs.includes(output)));
      if (live.length === 0) throw new ImportProblem(`no output of this network is computed from its input (${outputs.slice(0, 3).map((output) => `'${output}'`).join(', ')})`, 'export the classifier itself, from its image to its scores');
      const kept = alive(operators, live);
      const taken = new Set(kept.flatMap((operator) => operator.inputs));
      return {
        format,
        inputs: inputs.filter(({ name }) => taken.has(name)),
        outputs: live,
        operators: kept,
        constants: new Map([...constants].filter(([name]) => taken.has(name))),
        facts,
        remarks: [...remarks, ...outputs.filter((output) => !live.includes(output)).map((output) => `The output '${output}' is the same for every image and is left out.`)],
      };
    },
  };
}
