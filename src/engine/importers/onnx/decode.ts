/** The field numbers of onnx.proto (onnx/onnx, IR version 3 to 13) as tables: bytes → `ModelProto`. It judges the wire only; what the messages mean is for others. */
import { ImportProblem } from '../problem.ts';
import type { AttributeProto, Dim, Entry, FunctionProto, GraphProto, ModelProto, NodeProto, OpsetProto, TensorProto, ValueProto } from './proto.ts';
import { Wire, type Schema } from './wire.ts';

const ENTRY: Schema<Entry> = {
  what: 'a pair of strings',
  empty: () => ({ key: '', value: '' }),
  fields: {
    1: (entry, wire) => void (entry.key = wire.string()),
    2: (entry, wire) => void (entry.value = wire.string()),
  },
};

const TENSOR: Schema<TensorProto> = {
  what: 'a tensor',
  empty: () => ({ name: '', dims: [], dataType: 0, floatData: [], int32Data: [], int64Data: [], uint64Data: [], doubleData: [], externalData: [], dataLocation: 0 }),
  fields: {
    1: (tensor, wire) => wire.ints(tensor.dims),
    2: (tensor, wire) => void (tensor.dataType = wire.int()),
    3: (tensor) => {
      throw new ImportProblem(`the tensor '${tensor.name}' is stored in segments`, 'save the model again with the current onnx package');
    },
    4: (tensor, wire) => wire.floats(tensor.floatData),
    5: (tensor, wire) => wire.ints(tensor.int32Data),
    7: (tensor, wire) => wire.ints(tensor.int64Data),
    8: (tensor, wire) => void (tensor.name = wire.string()),
    9: (tensor, wire) => void (tensor.rawData = wire.raw()),
    10: (tensor, wire) => wire.doubles(tensor.doubleData),
    11: (tensor, wire) => wire.naturals(tensor.uint64Data),
    13: (tensor, wire) => void tensor.externalData.push(wire.message(ENTRY)),
    14: (tensor, wire) => void (tensor.dataLocation = wire.int()),
  },
};

/** Of a sparse tensor only the name, to refuse it by: values = 1. */
const SPARSE: Schema<{ name: string }> = {
  what: 'a sparse tensor',
  empty: () => ({ name: '' }),
  fields: { 1: (sparse, wire) => void (sparse.name = wire.message(TENSOR).name) },
};

const refuseSparse = (attribute: AttributeProto): never => {
  throw new ImportProblem(`the attribute '${attribute.name}' is a sparse tensor`, 'export the weights as dense tensors');
};

const ATTRIBUTE: Schema<AttributeProto> = {
  what: 'an attribute',
  empty: () => ({ name: '', type: 0, reference: '', float: 0, int: 0, string: '', floats: [], ints: [], strings: [] }),
  fields: {
    1: (attribute, wire) => void (attribute.name = wire.string()),
    2: (attribute, wire) => void (attribute.float = wire.float()),
    3: (attribute, wire) => void (attribute.int = wire.int()),
    4: (attribute, wire) => void (attribute.string = wire.string()),
    5: (attribute, wire) => void (attribute.tensor = wire.message(TENSOR)),
    6: (attribute, wire) => void (attribute.graph = wire.message(GRAPH)),
    7: (attribute, wire) => wire.floats(attribute.floats),
    8: (attribute, wire) => wire.ints(attribute.ints),
    9: (attribute, wire) => void attribute.strings.push(wire.string()),
    20: (attribute, wire) => void (attribute.type = wire.int()),
    21: (attribute, wire) => void (attribute.reference = wire.string()),
    22: refuseSparse,
    23: refuseSparse,
  },
};

const NODE: Schema<NodeProto> = {
  what: 'a node',
  empty: () => ({ name: '', type: '', domain: '', overload: '', inputs: [], outputs: [], attributes: [] }),
  fields: {
    1: (node, wire) => void node.inputs.push(wire.string()),
    2: (node, wire) => void node.outputs.push(wire.string()),
    3: (node, wire) => void (node.name = wire.string()),
    4: (node, wire) => void (node.type = wire.string()),
    5: (node, wire) => void node.attributes.push(wire.message(ATTRIBUTE)),
    7: (node, wire) => void (node.domain = wire.string()),
    8: (node, wire) => void (node.overload = wire.string()),
  },
};

const DIMENSION: Schema<{ length: Dim }> = {
  what: 'a dimension',
  empty: () => ({ length: undefined }),
  fields: { 1: (dimension, wire) => void (dimension.length = wire.int()) },
};

const SHAPE: Schema<Dim[]> = {
  what: 'a shape',
  empty: () => [],
  fields: { 1: (shape, wire) => void shape.push(wire.message(DIMENSION).length) },
};

const TENSOR_TYPE: Schema<Pick<ValueProto, 'elementType' | 'shape'>> = {
  what: 'the type of a tensor',
  empty: () => ({ elementType: 0 }),
  fields: {
    1: (type, wire) => void (type.elementType = wire.int()),
    2: (type, wire) => void (type.shape = wire.message(SHAPE)),
  },
};

const TYPE: Schema<Pick<ValueProto, 'elementType' | 'shape' | 'other'>> = {
  what: 'a type',
  empty: () => ({ elementType: 0 }),
  fields: {
    1: (type, wire) => void Object.assign(type, wire.message(TENSOR_TYPE)),
    4: (type) => void (type.other = 'a sequence'),
    5: (type) => void (type.other = 'a map'),
    8: (type) => void (type.other = 'a sparse tensor'),
    9: (type) => void (type.other = 'an optional value'),
  },
};

const VALUE: Schema<ValueProto> = {
  what: 'the description of a value',
  empty: () => ({ name: '', elementType: 0 }),
  fields: {
    1: (value, wire) => void (value.name = wire.string()),
    2: (value, wire) => void Object.assign(value, wire.message(TYPE)),
  },
};

const GRAPH: Schema<GraphProto> = {
  what: 'the graph',
  empty: () => ({ name: '', nodes: [], initialisers: [], sparse: [], inputs: [], outputs: [], values: [] }),
  fields: {
    1: (graph, wire) => void graph.nodes.push(wire.message(NODE)),
    2: (graph, wire) => void (graph.name = wire.string()),
    5: (graph, wire) => void graph.initialisers.push(wire.message(TENSOR)),
    11: (graph, wire) => void graph.inputs.push(wire.message(VALUE)),
    12: (graph, wire) => void graph.outputs.push(wire.message(VALUE)),
    13: (graph, wire) => void graph.values.push(wire.message(VALUE)),
    15: (graph, wire) => void graph.sparse.push(wire.message(SPARSE).name),
  },
};

const OPSET: Schema<OpsetProto> = {
  what: 'an operator set',
  empty: () => ({ domain: '', version: 0 }),
  fields: {
    1: (opset, wire) => void (opset.domain = wire.string()),
    2: (opset, wire) => void (opset.version = wire.int()),
  },
};

const FUNCTION: Schema<FunctionProto> = {
  what: 'a function',
  empty: () => ({ name: '', domain: '', overload: '', inputs: [], outputs: [], attributes: [], defaults: [], nodes: [], opsets: [] }),
  fields: {
    1: (called, wire) => void (called.name = wire.string()),
    4: (called, wire) => void called.inputs.push(wire.string()),
    5: (called, wire) => void called.outputs.push(wire.string()),
    6: (called, wire) => void called.attributes.push(wire.string()),
    7: (called, wire) => void called.nodes.push(wire.message(NODE)),
    9: (called, wire) => void called.opsets.push(wire.message(OPSET)),
    10: (called, wire) => void (called.domain = wire.string()),
    11: (called, wire) => void called.defaults.push(wire.message(ATTRIBUTE)),
    13: (called, wire) => void (called.overload = wire.string()),
  },
};

const MODEL: Schema<ModelProto> = {
  what: 'the model',
  empty: () => ({ irVersion: 0, producer: '', producerVersion: '', domain: '', modelVersion: 0, doc: '', opsets: [], metadata: [], functions: [] }),
  fields: {
    1: (model, wire) => void (model.irVersion = wire.int()),
    2: (model, wire) => void (model.producer = wire.string()),
    3: (model, wire) => void (model.producerVersion = wire.string()),
    4: (model, wire) => void (model.domain = wire.string()),
    5: (model, wire) => void (model.modelVersion = wire.int()),
    6: (model, wire) => void (model.doc = wire.string()),
    7: (model, wire) => void (model.graph = wire.message(GRAPH)),
    8: (model, wire) => void model.opsets.push(wire.message(OPSET)),
    14: (model, wire) => void model.metadata.push(wire.message(ENTRY)),
    25: (model, wire) => void model.functions.push(wire.message(FUNCTION)),
  },
};

/** The file's messages. Cost: the length of the file; weights stay views on it. Throws `ImportProblem` whatever the bytes are. */
export const decodeModel = (bytes: Uint8Array): ModelProto => Wire.read(MODEL, bytes);
