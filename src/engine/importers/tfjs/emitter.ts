/** Writes a Source: operators and constants under unique names. Knows neither Keras nor TensorFlow. */
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
  /** The numbers behind a value, where the file holds them. */
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

/** Walks backwards from the outputs: only what they need stays. */
function needed(operators: readonly Operator[], outputs: readonly string[]): { operators: Operator[]; values: Set<string> } {
  const values = new Set(outputs);
  const kept: Operator[] = [];
  for (const operator of [...operators].reverse()) {
    if (!operator.outputs.some((output) => values.has(output))) continue;
    kept.push(operator);
    operator.inputs.forEach((input) => values.add(input));
  }
  return { operators: kept.reverse(), values };
}

export function emitter(): Emitter {
  const inputs: SourceInput[] = [];
  const operators: Operator[] = [];
  const constants = new Map<string, Constant>();
  const remarks = new Set<string>();
  const taken = new Set(['']);
  const fresh = (wanted: string): string => {
    for (let count = 1; ; count++) {
      const name = count === 1 ? wanted : `${wanted}_${count}`;
      if (taken.has(name)) continue;
      taken.add(name);
      return name;
    }
  };
  const constant = (wanted: string, value: Constant) => {
    const name = fresh(wanted);
    constants.set(name, value);
    return name;
  };
  /** A node's own name goes to its first operator that does more than lay values out. */
  const nameFor = (node: string, type: string) => fresh(taken.has(node) || LAYOUT.has(type) ? `${node}/${type}` : node);

  const scope = (node: string): Scope => {
    const ops = (type: string, from: readonly string[], count: number, attributes: Record<string, Attribute> = {}) => {
      const name = nameFor(node, type);
      const outputs = count === 1 ? [name] : Array.from({ length: count }, (_, index) => fresh(`${name}:${index}`));
      operators.push({ name, type, inputs: from, outputs, attributes });
      return outputs;
    };
    return {
      node,
      ops,
      op: (type, from, attributes) => ops(type, from, 1, attributes)[0]!,
      ints: (values, shape = [values.length]) => constant(`${node}/constant`, { type: 'int', shape, values: Int32Array.from(values) }),
      floats: (values, shape = []) => constant(`${node}/constant`, { type: 'float', shape, values: Float32Array.from(values) }),
      constant: (value) => constants.get(value),
      integers(value, what) {
        const known = constants.get(value);
        if (!known) throw new ImportProblem(`${what} of '${node}' is computed in the network`, 'export the model with fixed shapes, so that the file holds it as a constant');
        if (known.values.length > 64) throw damaged(`${what} of '${node}' has ${known.values.length} entries`);
        return Array.from(known.values);
      },
      remark: (text) => remarks.add(text),
    };
  };

  return {
    scope,
    constant,
    input(input) {
      const name = fresh(input.name);
      inputs.push({ ...input, name });
      return name;
    },
    finish(format, outputs, facts) {
      const kept = needed(operators, outputs);
      if (kept.operators.length === 0) throw damaged('no operator leads to the output of this network');
      const fixed = outputs.find((output) => constants.has(output) || inputs.some(({ name }) => name === output));
      if (fixed !== undefined) throw new ImportProblem(`the output '${fixed}' of this network is an input or a constant of the file`, 'export the classifier itself, from its image to its scores');
      return {
        format,
        inputs: inputs.filter(({ name }) => kept.values.has(name)),
        outputs,
        operators: kept.operators,
        constants: new Map([...constants].filter(([name]) => kept.values.has(name))),
        facts,
        remarks: [...remarks],
      };
    },
  };
}
