/** The attributes of a node as plain values, with a function's references filled in. It does not know what an operator expects. */
import { ImportProblem } from '../problem.ts';
import type { Attribute } from '../source.ts';
import type { Constants } from './draft.ts';
import { ATTRIBUTE_TYPE, type AttributeProto, type NodeProto } from './proto.ts';
import { LARGEST_FLOAT } from './tensor.ts';

/** What a call gives to a function's attributes, by name. */
export type Bindings = ReadonlyMap<string, AttributeProto>;

/** The node's attributes, references replaced by what the call gave; one that the call left out is left out here too. */
export function boundAttributes(node: NodeProto, bindings: Bindings | undefined): AttributeProto[] {
  return node.attributes.flatMap((attribute) => {
    if (!attribute.reference) return [attribute];
    const given = bindings?.get(attribute.reference);
    return given ? [{ ...given, name: attribute.name }] : [];
  });
}

/** Files of IR version 1 and 2 do not say which field an attribute uses. */
function typeOf(attribute: AttributeProto): number {
  if (attribute.type !== 0) return attribute.type;
  if (attribute.tensor) return ATTRIBUTE_TYPE.tensor;
  if (attribute.graph) return ATTRIBUTE_TYPE.graph;
  if (attribute.floats.length > 0) return ATTRIBUTE_TYPE.floats;
  if (attribute.ints.length > 0) return ATTRIBUTE_TYPE.ints;
  if (attribute.strings.length > 0) return ATTRIBUTE_TYPE.strings;
  if (attribute.string !== '') return ATTRIBUTE_TYPE.string;
  return attribute.float !== 0 ? ATTRIBUTE_TYPE.float : ATTRIBUTE_TYPE.int;
}

/** ∞ stands for no bound and becomes the largest float; NaN is refused. */
function sound(value: number, name: string, node: string): number {
  if (Number.isNaN(value)) throw new ImportProblem(`the attribute '${name}' of '${node}' is NaN`, 'the file is damaged: export the model again');
  return Math.max(-LARGEST_FLOAT, Math.min(LARGEST_FLOAT, value));
}

/** One attribute's value; `undefined` for a sub-graph, which functions.ts reads. */
function valueOf(attribute: AttributeProto, node: string, constants: Constants): Attribute | undefined {
  switch (typeOf(attribute)) {
    case ATTRIBUTE_TYPE.float:
      return sound(attribute.float, attribute.name, node);
    case ATTRIBUTE_TYPE.int:
      return attribute.int;
    case ATTRIBUTE_TYPE.string:
      return attribute.string;
    case ATTRIBUTE_TYPE.floats:
      return attribute.floats.map((value) => sound(value, attribute.name, node));
    case ATTRIBUTE_TYPE.ints:
      return attribute.ints;
    case ATTRIBUTE_TYPE.strings:
      return attribute.strings;
    case ATTRIBUTE_TYPE.tensor:
      if (attribute.tensor) return constants.unpack(attribute.tensor, `${node}.${attribute.name}`);
      break;
    case ATTRIBUTE_TYPE.graph:
      if (attribute.graph) return undefined;
      break;
  }
  throw new ImportProblem(`the attribute '${attribute.name}' of '${node}' has no value of its type (${attribute.type})`, 'export the model again');
}

export function attributesOf(attributes: readonly AttributeProto[], node: string, constants: Constants): Record<string, Attribute> {
  const out: Record<string, Attribute> = {};
  for (const attribute of attributes) {
    const value = valueOf(attribute, node, constants);
    // no prototype is touched by a file's names
    if (value !== undefined) Object.defineProperty(out, attribute.name, { value, enumerable: true, writable: true, configurable: true });
  }
  return out;
}
