/** From named files (one, several, a folder, a zip) to the model among them and what lies beside it. Reads no network and opens no path: the host hands the bytes in. */
import { isZip, membersOf, unzip } from './archive.ts';
import { readLabels } from './labels.ts';
import { readOnnx } from './onnx/readOnnx.ts';
import { ImportProblem } from './problem.ts';
import { kerasProblem, sniff, strangeProblem, torchProblem } from './sniff.ts';
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
    if (members.includes('data.pkl')) throw torchProblem(name);
    if (members.includes('model.weights.h5')) throw kerasProblem(name);
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

/** A list beside the model, by the names that exporters give it; one that is no list of labels is left alone. */
function labelsBeside(files: Files): readonly string[] | undefined {
  for (const [name, bytes] of files) {
    if (!/(^|\/)(labels?|classes|class_?names?|dict|metadata)\.(txt|csv|json)$/i.test(name) || bytes.length > 1_000_000) continue;
    try {
      return readLabels(new TextDecoder().decode(bytes), name);
    } catch (problem) {
      if (!(problem instanceof ImportProblem)) throw problem;
    }
  }
  return undefined;
}

/** Why no model is among the files: what one of them is instead, where its bytes tell. */
function noneOf(files: Files): ImportProblem {
  for (const [name, bytes] of files) {
    try {
      sniff(bytes, name);
    } catch (problem) {
      if (!(problem instanceof ImportProblem)) throw problem;
      if (files.size === 1 || problem.thing !== strangeProblem(name).thing) return problem;
    }
  }
  const names = [...files.keys()].map((name) => `'${name}'`);
  const thing = names.length === 0 ? 'there is no file' : `no model is among these ${names.length} files: ${names.slice(0, 4).join(', ')}${names.length > 4 ? ' …' : ''}`;
  return new ImportProblem(thing, 'give an .onnx file, or model.json with its weight files');
}

/**
 * The model among `files` (path → bytes; a zip counts as what it holds). Errors: none, several, a format of another program, a zip bomb.
 * Weights may lie beside model.json, in another folder, or flat; their names are enough where each is there once.
 */
export function openFiles(given: Files): ModelFiles {
  const files = unpacked(given);
  const kinds = new Map<string, 'onnx' | 'tfjs-json'>();
  for (const [name, bytes] of files) {
    if (/\.json$/i.test(name) ? tellsNetwork(bytes) : files.size === 1 && sniff(bytes, name) === 'tfjs-json') kinds.set(name, 'tfjs-json');
    else if (/\.onnx$/i.test(name) || (files.size === 1 && sniff(bytes, name) === 'onnx')) kinds.set(name, 'onnx');
  }
  const name = only([...kinds.keys()]);
  if (name === undefined) throw noneOf(files);
  const bytes = files.get(name)!;
  if (kinds.get(name) === 'onnx') sniff(bytes, name);
  const labels = labelsBeside(files);
  const found = kinds.get(name) === 'tfjs-json'
    ? { format: 'TensorFlow.js' as const, source: () => readTfjs(parse(name, bytes), beside(files, name)) }
    : { format: 'ONNX' as const, source: () => readOnnx(bytes, beside(files, name)) };
  return { ...found, name, ...(labels ? { labels } : {}) };
}
