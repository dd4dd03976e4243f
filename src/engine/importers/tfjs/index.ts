/** TensorFlow.js models: model.json and its shards → Source. Opens no file: the host hands the bytes in. */
import { labelsOf } from '../onnx/labels.ts';
import { ImportProblem } from '../problem.ts';
import type { Source } from '../source.ts';
import { readGraphModel } from './graph/index.ts';
import { isRecord, record, type Json } from './json.ts';
import { readLayersModel } from './layers/index.ts';
import { readWeights, type Shard } from './weights.ts';

/** What the file says of itself. */
function factsOf(model: Json): Record<string, string> {
  const topology = isRecord(model.modelTopology) ? model.modelTopology : {};
  const said = { 'written by': model.generatedBy, 'converted by': model.convertedBy, 'Keras version': topology.keras_version, format: model.format };
  return Object.fromEntries(Object.entries(said).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}

/** Layers models say so, or have a Keras configuration; graph models have nodes. Old files have no `format`. */
function kindOf(model: Json): 'graph' | 'layers' {
  const topology = record(model.modelTopology, "'modelTopology' of model.json");
  if (Array.isArray(topology.node)) return 'graph';
  if (topology.model_config !== undefined || topology.class_name !== undefined) return 'layers';
  throw new ImportProblem("model.json holds neither layers ('model_config') nor nodes ('node')", 'give the model.json that tensorflowjs_converter or model.save wrote');
}

/**
 * `json`: the parsed model.json; `shard`: the bytes of a path of its weights manifest, or undefined where they are missing.
 * Errors: ImportProblem, which names the weight, layer or node, and the remedy.
 */
export function readTfjs(json: unknown, shard: Shard): Source {
  const model = record(json, 'model.json');
  if (model.weightsManifest === undefined) throw new ImportProblem("model.json has no 'weightsManifest', so no weights", 'give the model.json that tensorflowjs_converter wrote, with its weight files');
  const kind = kindOf(model);
  const weights = readWeights(model.weightsManifest, shard);
  const labels = isRecord(model.userDefinedMetadata) ? labelsOf(Object.entries(model.userDefinedMetadata).map(([key, value]) => ({ key, value: typeof value === 'string' ? value : JSON.stringify(value) }))) : undefined;
  return { ...(kind === 'graph' ? readGraphModel : readLayersModel)(model, weights, factsOf(model)), ...(labels ? { labels } : {}) };
}
