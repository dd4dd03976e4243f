/** From named files (one, several, a folder, a zip) to the model among them and what lies beside it. Reads no network and opens no path: the host hands the bytes in. */
import { isZip, membersOf, unzip } from './archive.ts';
import { labelsOf } from './onnx/labels.ts';
import { readOnnx } from './onnx/readOnnx.ts';
import { ImportProblem } from './problem.ts';
import type { Source } from './source.ts';
import { readTfjs } from './tfjs/index.ts';

export interface ModelFiles {
  readonly format: 'ONNX' | 'TensorFlow.js';
  /** The model's file, as it was given. */
  readonly name: string;
  /** From a list beside it, such as labels.txt or metadata.json. */
  readonly labels?: readonly string[];
  /** Reads the network. Throws an ImportProblem. */
  source(): Source;
}

type Files = ReadonlyMap<string, Uint8Array>;

const folderOf = (name: string) => name.slice(0, name.lastIndexOf('/') + 1);
const baseOf = (name: string) => name.slice(name.lastIndexOf('/') + 1);

/** 'a/./b/../c' → 'a/c'. */
function tidy(path: string): string {
  const parts: string[] = [];
  for (const part of path.replace(/\\/g, '/').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** Files by the paths that a model names them by: beside the model, else the only one of that name anywhere, its address' query left off. */
function beside(files: Files, model: string): (path: string) => Uint8Array | undefined {
  const tidied = new Map([...files].map(([name, bytes]) => [tidy(name), bytes]));
  const byBase = new Map<string, string[]>();
  for (const name of tidied.keys()) byBase.set(baseOf(name), [...(byBase.get(baseOf(name)) ?? []), name]);
  return (path) => {
    const wanted = path.replace(/[?#].*$/, '');
    const same = byBase.get(baseOf(wanted)) ?? [];
    return tidied.get(tidy(folderOf(model) + wanted)) ?? (same.length === 1 ? tidied.get(same[0]!) : undefined);
  };
}

/** Zips become their members; anything else stays. A PyTorch or Keras file is a zip too, and is no folder of files. */
function unpacked(files: Files): Map<string, Uint8Array> {
  const out = new Map<string, Uint8Array>();
  for (const [name, bytes] of files) {
    if (!isZip(bytes)) {
      out.set(name, bytes);
      continue;
    }
    const members = membersOf(bytes, name).map((member) => baseOf(member.name));
    if (members.includes('data.pkl')) throw new ImportProblem(`'${name}' is a PyTorch file: it holds Python objects, not a network that can be read without its code`, 'export it in Python with torch.onnx.export(model.eval(), torch.zeros(1, 3, 224, 224), "model.onnx") and give that file');
    if (members.includes('model.weights.h5')) throw new ImportProblem(`'${name}' is a Keras file`, 'convert it in Python with tf2onnx, or with tensorflowjs.converters.save_keras_model(model, "folder"), and give the result');
    for (const [member, content] of unzip(bytes, name)) out.set(files.size > 1 ? `${name}/${member}` : member, content);
  }
  return out;
}

function parse(name: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (cause) {
    throw new ImportProblem(`'${name}' is cut off or is no JSON (${(cause as Error).message})`, 'download it again', { cause });
  }
}

/** Whether a JSON file tells a network: the word stands near its beginning or its end, wherever the long part lies. */
function tellsNetwork(bytes: Uint8Array): boolean {
  const ends = [bytes.subarray(0, 65536), bytes.subarray(-65536)].map((part) => new TextDecoder().decode(part));
  return ends.some((text) => text.includes('"modelTopology"') || text.includes('"weightsManifest"'));
}

/** The one of several that is meant, or a problem that names them. */
function only(found: readonly string[]): string | undefined {
  if (found.length > 1) throw new ImportProblem(`these are ${found.length} models: ${found.slice(0, 4).map((name) => `'${name}'`).join(', ')}`, 'give the files of one model at a time');
  return found[0];
}

/** Lists beside the model, by the names that exporters give them. */
function labelsBeside(files: Files): readonly string[] | undefined {
  const found = [...files].find(([name, bytes]) => /^(labels?|classes|class_?names?|dict|metadata)\.(txt|json)$/i.test(baseOf(name)) && bytes.length < 1_000_000);
  if (!found) return undefined;
  const text = new TextDecoder().decode(found[1]);
  if (!/^metadata\.json$/i.test(baseOf(found[0]))) return labelsOf([{ key: 'labels', value: text }]);
  try {
    const { labels } = JSON.parse(text) as { labels?: unknown };
    return Array.isArray(labels) ? labels.map(String) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The model among `files` (path → bytes; a zip counts as what it holds). Errors: none, several, a format of another program, a zip bomb.
 * Weights may lie beside model.json, in another folder, or flat; their names are enough where each is there once.
 */
export function openFiles(given: Files): ModelFiles {
  const files = unpacked(given);
  const names = [...files.keys()];
  const onnx = names.filter((name) => /\.onnx$/i.test(name));
  const json = names.filter((name) => /\.json$/i.test(name) && tellsNetwork(files.get(name)!));
  const lone = names.length === 1 && onnx.length + json.length === 0 ? names : [];
  const name = only([...onnx, ...json, ...lone]);
  if (name === undefined) throw new ImportProblem(names.length === 0 ? 'there is no file' : `no model is among these ${names.length} files: ${names.slice(0, 4).map((other) => `'${other}'`).join(', ')}${names.length > 4 ? ' …' : ''}`, 'give an .onnx file, or model.json with its weight files');
  const bytes = files.get(name)!;
  const labels = labelsBeside(files);
  const isJson = json.includes(name) || (lone.includes(name) && bytes[0] === 0x7b);
  const found = isJson
    ? { format: 'TensorFlow.js' as const, source: () => readTfjs(parse(name, bytes), beside(files, name)) }
    : { format: 'ONNX' as const, source: () => readOnnx(bytes, beside(files, name)) };
  return { ...found, name, ...(labels ? { labels } : {}) };
}
