/** Class names that an exporter put into a file's metadata. It guesses none; the usual forms of lists are labels.ts's. */
import { readLabels } from '../labels.ts';
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
  if (/^\{\s*\d/.test(text)) return fromPython(text);
  if (!/^[[{]/.test(text) && !text.includes('\n')) return text.split(',').map((label) => label.trim());
  try {
    return readLabels(text);
  } catch {
    // what is no list in the usual forms may be one of Python's, and otherwise tells nothing
    return text.startsWith('[') ? fromPython(text) : undefined;
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
