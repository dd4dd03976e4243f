/** Flattens a file to one list of operators: model-local functions inlined, constants collected, an `If` with a constant condition resolved. It changes no operator's form. */
import { ImportProblem } from '../problem.ts';
import { attributesOf, boundAttributes, type Bindings } from './attributes.ts';
import { Constants, Names, type Draft } from './draft.ts';
import type { AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, OpsetProto } from './proto.ts';
import { listed, type External } from './tensor.ts';

/** Calls in calls. PyTorch's exports stay below ten. */
const DEEPEST = 48;
/** Operators after inlining: several times the largest classifier. Functions that call each other twice would grow without end. */
const MOST_OPERATORS = 20_000;
/** Names and numbers that are looked at while functions are inlined: calls that make nothing must end too. */
const MOST_WORK = 250_000;

/** Opsets whose operators this reader knows; old forms are modernised, newer ones have changed nothing that is used. */
const OLDEST = 7;
const NEWEST = 25;

export interface Flat {
  readonly drafts: readonly Draft[];
  readonly constants: Constants;
  /** Of values. */
  readonly names: Names;
  readonly operatorNames: Names;
}

/** A function, with what every call of it needs. */
interface Callable {
  readonly proto: FunctionProto;
  /** Values that its nodes give. */
  readonly made: ReadonlySet<string>;
  opsets?: ReadonlyMap<string, number>;
}

/** Where a node stands: in the graph, in a call of a function, or in a branch. */
interface Scope {
  /** Before names of values and nodes; '' in the graph itself. */
  readonly prefix: string;
  /** What a value of this scope is called outside; names not in it belong to the scope around, if there is one. */
  readonly renamed: ReadonlyMap<string, string> | undefined;
  readonly around: Scope | undefined;
  readonly opsets: ReadonlyMap<string, number>;
  readonly bindings: Bindings | undefined;
  /** Functions that are being inlined, outermost first. */
  readonly calls: readonly string[];
}

/** Names that grow with every call would fill the memory; the end of a name tells most. */
const short = (name: string) => (name.length > 100 ? `…${name.slice(-100)}` : name);

const plainDomain = (domain: string) => (domain === 'ai.onnx' ? '' : domain);
const keyOf = (it: { domain: string; overload: string }, name: string) => `${plainDomain(it.domain)}::${name}${it.overload ? `:${it.overload}` : ''}`;

function opsetsOf(opsets: readonly OpsetProto[], fallback: ReadonlyMap<string, number> = new Map()): ReadonlyMap<string, number> {
  const all = new Map([...fallback, ...opsets.map((opset) => [plainDomain(opset.domain), opset.version] as const)]);
  const version = all.get('') ?? 1;
  if (version < OLDEST || version > NEWEST) throw new ImportProblem(`the file is written in opset ${version}; ${OLDEST} to ${NEWEST} can be read`, 'export it with opset_version=18');
  return all;
}

export function flatten(model: ModelProto, graph: GraphProto, external: External | undefined): Flat {
  return new Flattening(model, external).run(graph);
}

class Flattening {
  private readonly drafts: Draft[] = [];
  private readonly constants: Constants;
  /** Of values. */
  private readonly names = new Names();
  private readonly operatorNames = new Names();
  private readonly functions = new Map<string, Callable>();
  private work = 0;

  constructor(
    private readonly model: ModelProto,
    external: External | undefined,
  ) {
    this.constants = new Constants(external);
    for (const proto of model.functions) this.functions.set(keyOf(proto, proto.name), { proto, made: new Set(proto.nodes.flatMap((inner) => inner.outputs)) });
  }

  run(graph: GraphProto): Flat {
    for (const value of [...graph.inputs, ...graph.outputs, ...graph.initialisers]) this.names.take(value.name);
    for (const node of graph.nodes) for (const output of node.outputs) this.names.take(output);
    for (const tensor of graph.initialisers) this.constants.add(tensor.name, tensor);
    this.expand(graph.nodes, { prefix: '', renamed: undefined, around: undefined, opsets: opsetsOf(this.model.opsets), bindings: undefined, calls: [] });
    return { drafts: this.drafts, constants: this.constants, names: this.names, operatorNames: this.operatorNames };
  }

  /** Constants first: nodes need not be in order, and an `If` may hang on one. */
  private expand(nodes: readonly NodeProto[], scope: Scope): void {
    const isConstant = (node: NodeProto) => node.type === 'Constant' && plainDomain(node.domain) === '';
    for (const node of nodes) if (isConstant(node)) this.constant(node, scope);
    for (const node of nodes) if (!isConstant(node)) this.node(node, scope);
  }

  private spend(work: number): void {
    this.work += work;
    if (this.work > MOST_WORK) throw new ImportProblem('the functions of the file call each other without end', 'export it with optimisation (torch.onnx.export(…, optimize=True))');
  }

  private node(node: NodeProto, scope: Scope): void {
    // numbers in a list are cheap beside names
    const listed = node.attributes.reduce((sum, { ints, floats, strings }) => sum + ints.length + floats.length + strings.length, 0);
    this.spend(1 + node.inputs.length + node.outputs.length + node.attributes.length + listed / 32);
    const called = this.functions.get(keyOf(node, node.type));
    if (called) return this.call(called, node, scope);
    if (node.type === 'If') return this.branch(node, scope);
    const name = this.nameOf(node, scope);
    const graph = node.attributes.find((attribute) => attribute.graph);
    if (node.type === 'Loop' || node.type === 'Scan' || graph) throw new ImportProblem(`the operator '${name}' is a ${node.type}: a network that loops over parts of itself`, 'export it without control flow: torch.onnx.export of the eager model unrolls Python loops');
    this.push({
      name,
      type: node.type,
      domain: plainDomain(node.domain),
      version: scope.opsets.get(plainDomain(node.domain)) ?? 1,
      inputs: node.inputs.map((input) => this.outer(input, scope)),
      outputs: node.outputs.map((output) => this.outer(output, scope)),
      attributes: attributesOf(boundAttributes(node, scope.bindings), name, this.constants),
    });
  }

  private push(draft: Draft): void {
    if (this.drafts.length >= MOST_OPERATORS) throw new ImportProblem(`the network has more than ${MOST_OPERATORS} operators`, 'export it with optimisation (torch.onnx.export(…, optimize=True)), or choose a smaller one');
    this.drafts.push(draft);
  }

  /** All forms of Constant: value, value_float(s), value_int(s). */
  private constant(node: NodeProto, scope: Scope): void {
    this.spend(1);
    const name = this.outer(node.outputs[0] ?? '', scope);
    const attribute = boundAttributes(node, scope.bindings)[0];
    const value = attribute && constantValue(attribute);
    if (!value || name === '') throw new ImportProblem(`the Constant '${this.nameOf(node, scope)}' holds ${attribute ? `'${attribute.name}'` : 'nothing'}`, 'export the model again; text is of no use in a network for images');
    this.constants.add(name, value);
  }

  /** The body of a function in place of its call. */
  private call(callable: Callable, node: NodeProto, scope: Scope): void {
    const { proto: called, made } = callable;
    const key = keyOf(called, called.name);
    if (scope.calls.includes(key)) throw new ImportProblem(`the function '${key}' calls itself`, 'export the model again');
    if (scope.calls.length >= DEEPEST) throw new ImportProblem(`functions call each other more than ${DEEPEST} deep, at '${key}'`, 'export the model again');
    this.spend(called.nodes.length + called.inputs.length + called.outputs.length + called.defaults.length);
    const name = this.nameOf(node, scope);
    const renamed = new Map<string, string>();
    called.inputs.forEach((input, i) => renamed.set(input, this.outer(node.inputs[i] ?? '', scope)));
    const aliases: [string, string][] = [];
    called.outputs.forEach((output, i) => {
      const target = this.outer(node.outputs[i] ?? '', scope) || this.names.fresh(short(`${name}/${output}`));
      // an input handed through keeps its name inside
      if (renamed.has(output) && !made.has(output)) aliases.push([renamed.get(output)!, target]);
      else renamed.set(output, target);
    });
    this.declare(called.nodes, renamed, name, new Set([...called.inputs, ...called.outputs]));
    const bindings = new Map(called.defaults.map((attribute) => [attribute.name, attribute]));
    for (const attribute of boundAttributes(node, scope.bindings)) bindings.set(attribute.name, attribute);
    this.expand(called.nodes, { prefix: `${name}/`, renamed, around: undefined, opsets: (callable.opsets ??= opsetsOf(called.opsets, scope.opsets)), bindings, calls: [...scope.calls, key] });
    for (const [from, to] of aliases) this.alias(from, to, name);
  }

  /** An `If` whose condition the file fixes: the branch that is taken, in its place. */
  private branch(node: NodeProto, scope: Scope): void {
    const name = this.nameOf(node, scope);
    const condition = this.constants.get(this.outer(node.inputs[0] ?? '', scope));
    if (!condition) throw new ImportProblem(`the operator '${name}' is an If whose condition is computed`, 'export with fixed image size and without control flow (torch.onnx.export of the eager model; avoid torch.jit.script)');
    const chosen = condition.values[0] ? 'then_branch' : 'else_branch';
    const graph = node.attributes.find((attribute) => attribute.name === chosen)?.graph;
    if (!graph || graph.outputs.length !== node.outputs.length) throw new ImportProblem(`the If '${name}' has no fitting ${chosen}`, 'export the model again');
    if (scope.calls.length >= DEEPEST) throw new ImportProblem(`branches are nested more than ${DEEPEST} deep, at '${name}'`, 'export the model again');
    const renamed = new Map<string, string>();
    this.declare(graph.nodes, renamed, name, new Set());
    for (const tensor of graph.initialisers) {
      renamed.set(tensor.name, this.names.fresh(short(`${name}/${tensor.name}`)));
      this.constants.add(renamed.get(tensor.name)!, tensor);
    }
    const inner: Scope = { ...scope, prefix: `${name}/`, renamed, around: scope, calls: [...scope.calls, `If ${name}`] };
    this.expand(graph.nodes, inner);
    graph.outputs.forEach((output, i) => this.alias(this.outer(output.name, inner), this.outer(node.outputs[i]!, scope), name));
  }

  private alias(from: string, to: string, name: string): void {
    this.push({ name: this.operatorNames.fresh(`${name}/Identity`), type: 'Identity', domain: '', version: NEWEST, inputs: [from], outputs: [to], attributes: {} });
  }

  /** Gives the values made inside a scope names that are unique outside. */
  private declare(nodes: readonly NodeProto[], renamed: Map<string, string>, name: string, given: ReadonlySet<string>): void {
    for (const node of nodes) for (const output of node.outputs) if (output !== '' && !given.has(output) && !renamed.has(output)) renamed.set(output, this.names.fresh(short(`${name}/${output}`)));
  }

  /** What a value is called in the flat list. In a function, a name that nobody gives stays itself under the function's prefix, and is missed later. */
  private outer(name: string, scope: Scope): string {
    if (name === '') return '';
    for (let at: Scope | undefined = scope; at; at = at.around) {
      if (!at.renamed) return name;
      const known = at.renamed.get(name);
      if (known !== undefined) return known;
    }
    return short(`${scope.prefix}${name}`);
  }

  private nameOf(node: NodeProto, scope: Scope): string {
    return this.operatorNames.fresh(short(scope.prefix + (node.name || `${node.type}(${node.outputs.find((output) => output !== '') ?? ''})`)));
  }
}

function constantValue(attribute: AttributeProto) {
  switch (attribute.name) {
    case 'value':
      return attribute.tensor;
    case 'value_float':
      return listed('float', [attribute.float], []);
    case 'value_int':
      return listed('int', [attribute.int], []);
    case 'value_floats':
      return listed('float', attribute.floats);
    case 'value_ints':
      return listed('int', attribute.ints);
    default:
      return undefined;
  }
}

