/** A TensorFlow.js layers model (Keras's configuration and weights) → Source. Layers are read in model.ts. */
import type { Source } from '../../source.ts';
import { emitter } from '../emitter.ts';
import { isRecord, record, text, type Json } from '../json.ts';
import type { Weights } from '../weights.ts';
import { contextOf, readModel } from './model.ts';

/** `model`: the whole of model.json; its topology is the model itself, or wraps it as `model_config`. Cost: one walk over the layers' calls. */
export function readLayersModel(model: Json, weights: Weights, facts: Source['facts']): Source {
  const topology = record(model.modelTopology, 'the topology');
  const wrapped = topology.model_config;
  const keras = isRecord(wrapped) ? wrapped : topology;
  const version = topology.keras_version ?? keras.keras_version;
  const out = emitter();
  const context = contextOf(out, weights, typeof version === 'string' && /^([3-9]|\d\d)/.test(version));
  const outputs = readModel(text(keras.class_name, 'the class of the model'), keras.config, undefined, [], context);
  return out.finish('TensorFlow.js layers', [...new Set(outputs.map(({ name }) => name))], facts);
}
