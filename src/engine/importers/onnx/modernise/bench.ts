/** What a rewriting of one operator may ask for: constants, names, types, ranks, and the parts it leaves behind. It knows no operator itself. */
import { ImportProblem } from '../../problem.ts';
import type { Attribute, Constant } from '../../source.ts';
import type { Constants, Draft, Names } from '../draft.ts';
import { listed } from '../tensor.ts';

/** An operator in the form of opset 18. */
export interface Part {
  readonly name: string;
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** One operator in its old form → operators in the new one, in order. */
export type Rewrite = (operator: Draft, bench: Bench) => readonly Part[];

/** A list of values that no operator holds as one. */
export interface Sequence {
  /** Number of its values where the file tells. */
  readonly length: number | undefined;
  /** The values where each has a name already. */
  readonly values?: readonly string[];
  /** The operators that give value number `index` as the output of `taker`. */
  at(taker: Draft, index: number): readonly Part[];
}

export class Bench {
  /** Values that are others under a new name. */
  private readonly aliases = new Map<string, string>();
  private readonly types = new Map<string, 'float' | 'int'>();
  readonly remarks = new Set<string>();
  readonly sequences = new Map<string, Sequence>();

  constructor(
    readonly constants: Constants,
    /** Of values, and of operators. */
    private readonly names: Names,
    private readonly operatorNames: Names,
    /** Number of axes of the values that the file describes. */
    private readonly ranks: ReadonlyMap<string, number>,
  ) {}

  resolve(name: string): string {
    return this.aliases.get(name) ?? name;
  }

  /** `name` is `value` from here on; gives no operator. */
  alias(name: string, value: string): readonly Part[] {
    this.aliases.set(name, value);
    return [];
  }

  fresh(wish: string): string {
    return this.names.fresh(wish);
  }

  freshOperator(wish: string): string {
    return this.operatorNames.fresh(wish);
  }

  /** A new constant; its name. */
  constant(wish: string, value: Constant): string {
    const name = this.names.fresh(wish);
    this.constants.add(name, value);
    return name;
  }

  ints(operator: Draft, wish: string, values: readonly number[]): string {
    return this.constant(`${operator.name}/${wish}`, listed('int', values));
  }

  scalar(operator: Draft, wish: string, value: number): string {
    return this.constant(`${operator.name}/${wish}`, listed('float', [value], []));
  }

  value(name: string | undefined): Constant | undefined {
    return name ? this.constants.get(name) : undefined;
  }

  /** Number of axes where it is known. */
  rankOf(name: string): number | undefined {
    return this.constants.shapeOf(name)?.length ?? this.ranks.get(name);
  }

  typeOf(name: string): 'float' | 'int' {
    return this.constants.typeOf(name) ?? this.types.get(name) ?? 'float';
  }

  setType(name: string, type: 'float' | 'int'): void {
    this.types.set(name, type);
  }
}

/** A number of the operator's, or what the specification takes where it is left out. */
export function number(operator: Draft, name: string, fallback: number): number {
  const value = operator.attributes[name];
  return typeof value === 'number' ? value : fallback;
}

export function numbers(operator: Draft, name: string): readonly number[] | undefined {
  const value = operator.attributes[name];
  return Array.isArray(value) && value.every((entry) => typeof entry === 'number') ? value : undefined;
}

export function text(operator: Draft, name: string, fallback: string): string {
  const value = operator.attributes[name];
  return typeof value === 'string' ? value : fallback;
}

/** The attributes without those that became inputs or lost their meaning. */
export function without(operator: Draft, ...names: readonly string[]): Record<string, Attribute> {
  return Object.fromEntries(Object.entries(operator.attributes).filter(([name]) => !names.includes(name)));
}

/** The operator itself with a few things changed. */
export const changed = (operator: Draft, change: Partial<Part> = {}): Part => ({
  name: operator.name,
  type: operator.type,
  inputs: operator.inputs,
  outputs: operator.outputs,
  attributes: operator.attributes,
  ...change,
});

/** One of several operators that take the place of `operator`; its one value is new unless `output` names it. */
export function part(operator: Draft, bench: Bench, type: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}, output?: string): Part {
  const made = output ?? bench.fresh(`${operator.name}/${type}`);
  return { name: bench.freshOperator(`${operator.name}/${type}`), type, inputs, outputs: [made], attributes };
}

export const refused = (operator: Draft, why: string, remedy: string): ImportProblem => new ImportProblem(`the operator '${operator.name}' (${operator.type}) ${why}`, remedy);

/** Whether something takes the operator's output number `index`; the caller has dropped what no output needs. */
export const used = (operator: Draft, index: number): boolean => (operator.outputs[index] ?? '') !== '';
