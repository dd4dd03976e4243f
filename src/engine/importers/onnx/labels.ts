/** Class names that an exporter put into a file's metadata. It guesses none. */
import type { Entry } from './proto.ts';

/** Keys under which exporters store class names: Ultralytics 'names', others the rest. */
const KEYS = ['names', 'labels', 'classes', 'class_names', 'id2label', 'categories'];

/** The labels in the order of the outputs, or undefined where the metadata tells none that can be read. */
export function labelsOf(metadata: readonly Entry[]): readonly string[] | undefined {
  for (const key of KEYS) {
    const entry = metadata.find((one) => one.key.toLowerCase() === key);
    const labels = entry && parsed(entry.value.trim());
    if (labels && labels.length > 1) return labels;
  }
  return undefined;
}

function parsed(text: string): readonly string[] | undefined {
  if (text.length > 1_000_000) return undefined;
  if (text.startsWith('[') || text.startsWith('{')) return fromJson(text) ?? fromPython(text);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return (lines.length > 1 ? lines : text.split(',')).map((label) => label.trim());
}

/** A list, or an object from positions to labels. */
function fromJson(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value.map(String);
    return typeof value === 'object' && value !== null ? byPosition(Object.entries(value).map(([key, label]) => [key, String(label)])) : undefined;
  } catch {
    return undefined;
  }
}

/** Python's way to write a dictionary or a list of strings: {0: 'person', 1: "driver's seat"}. Bounded repeats: a long text without a closing quote must not cost its square. */
function fromPython(text: string): readonly string[] | undefined {
  const item = /(?:(\d{1,7})\s{0,9}:\s{0,9})?(?:'((?:[^'\\]|\\.){0,300})'|"((?:[^"\\]|\\.){0,300})")\s{0,9}(?:,|[\]}])/g;
  const pairs = [...text.matchAll(item)].map((match): [string, string] => [match[1] ?? '', (match[2] ?? match[3] ?? '').replace(/\\(.)/g, '$1')]);
  return text.startsWith('[') ? pairs.map(([, label]) => label) : byPosition(pairs);
}

/** Labels whose keys are 0, 1, 2 …, in any order. */
function byPosition(pairs: readonly (readonly [string, string])[]): readonly string[] | undefined {
  const labels = new Map(pairs.map(([key, label]) => [Number(key), label]));
  const out = Array.from({ length: labels.size }, (_, i) => labels.get(i));
  return out.every((label) => label !== undefined) ? out : undefined;
}
