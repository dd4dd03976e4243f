/** The key of a request: equal keys, equal results. Not a hash, masks excepted: a key can be read when something goes wrong. */
import type { ExplainRequest, ImageRef, Request, Shown } from './protocol.ts';

const sorted = (record: Readonly<Record<string, unknown>>) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

export const imageKey = (image: ImageRef): string => (image.kind === 'scene' ? `scene:${image.seed}${changesKey(image.changes)}` : `picture:${image.id}`);

const changesKey = (changes: readonly object[] = []) => changes.map((change) => JSON.stringify(sorted(change as Record<string, unknown>))).join('');

const explainKey = (r: ExplainRequest) => [
  r.model,
  r.method,
  imageKey(r.image),
  r.target,
  r.score.kind,
  r.score.rival ?? null,
  r.seed,
  sorted(r.params),
  r.baselineImage ? imageKey(r.baselineImage) : null,
  r.preview ?? false,
];

/** How many parts, and 64 bits that tell apart what is shown of each: masks are too long for a key. */
function shownKey(shown: readonly Shown[]): string {
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (const { mask, flat = false } of shown) {
    const text = `${mask}${flat ? '-' : ';'}`;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      a = Math.imul(a ^ code, 0x01000193); // FNV-1a
      b = Math.imul(b ^ code, 0x5bd1e995);
      b ^= b >>> 15;
    }
  }
  const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
  return `${shown.length}:${hex(a)}${hex(b)}`;
}

export function keyOf(request: Request): string {
  switch (request.kind) {
    case 'explain':
      return JSON.stringify(['explain', ...explainKey(request)]);
    case 'predict':
      return JSON.stringify(['predict', request.model, imageKey(request.image)]);
    case 'scene':
      return JSON.stringify(['scene', request.size, imageKey({ kind: 'scene', seed: request.seed, changes: request.changes })]);
    case 'describe':
      return JSON.stringify(['describe', request.model, request.method, sorted(request.params)]);
    case 'effects':
      return JSON.stringify(['effects', request.model, imageKey(request.image), request.target, request.draws, request.seed]);
    case 'react':
      return JSON.stringify(['react', request.model, imageKey(request.image), request.target, request.fill, request.seed, shownKey(request.shown)]);
    case 'inspect':
      return JSON.stringify(['inspect', request.files, request.reading ?? null, request.image ? imageKey(request.image) : null]);
    case 'text':
      return JSON.stringify(['text', request.file]);
    case 'download':
      return JSON.stringify(['download', request.address]);
    case 'capabilities':
    case 'card':
    case 'graph':
      return JSON.stringify([request.kind, request.model]);
    default:
      return request satisfies never;
  }
}

/** The model whose weights a request needs; a scene needs none, nor does a card. Files that are inspected count as one. */
export function modelOf(request: Request): string | undefined {
  if (request.kind === 'scene' || request.kind === 'card' || request.kind === 'download' || request.kind === 'text') return undefined;
  return request.kind === 'inspect' ? request.files : request.model;
}

/** The id of the ensemble of `models`, whose logits are the mean of theirs: a request may name it wherever it names a model. Equal sets have equal ids. */
export const ensembleId = (models: readonly string[]): string => `mean(${[...models].sort().join(',')})`;

/** The models whose weights `model` is made of: the members of an ensemble, or itself. */
export const membersOf = (model: string): readonly string[] => /^mean\((.*)\)$/.exec(model)?.[1]?.split(',') ?? [model];
