/** The choice that the studies over many images share in a link, as `study.…`. What is as at first is left out. */
import { defaults, type Param, type Params, type Value } from '../engine/params.ts';
import type { Catalog } from '../worker/protocol.ts';
import { LARGEST_SEED, readOne, type Read } from './urlRead.ts';
import type { StudyChoice } from './view.ts';

/** How many images there can be. */
export const STUDY_IMAGES = { min: 1, max: 200 } as const;

const SCORES = ['published', 'logit', 'probability', 'log-probability'] as const satisfies readonly StudyChoice['score'][];

const fieldsOf = ({ methods }: Catalog, base: StudyChoice) =>
  ({
    method: { kind: 'choice', title: 'study.method', options: methods.map(({ id }) => id), default: base.method },
    score: { kind: 'choice', title: 'study.score', options: SCORES, default: base.score },
    source: { kind: 'choice', title: 'study.source', options: ['scenes', 'folder'], default: base.source },
    images: { kind: 'int', title: 'study.images', ...STUDY_IMAGES, default: base.images },
    seed: { kind: 'int', title: 'study.seed', min: 0, max: LARGEST_SEED, default: base.seed },
  }) as const satisfies Partial<Record<keyof StudyChoice, Param>>;

const declaredOf = (catalog: Catalog, method: string): Params => catalog.methods.find(({ id }) => id === method)?.params ?? {};

/** What a link need not say of this method: what the first view sets of its own method, else the defaults. */
const usual = (base: StudyChoice, method: string, declared: Params): Readonly<Record<string, Value>> => ({ ...defaults(declared), ...(method === base.method ? base.params : {}) });

/** A parameter stands as `study.param.name=value`. */
function readParams(read: Read, catalog: Catalog, base: StudyChoice, method: string): StudyChoice['params'] {
  const declared = declaredOf(catalog, method);
  const before = usual(base, method, declared);
  const set = Object.entries(declared).map(([name, param]): [string, Value] => [name, readOne(read, param, before[name]!, `study.param.${name}`)]);
  return Object.fromEntries(set.filter(([name, value]) => value !== declared[name]!.default));
}

function writeParams(choice: StudyChoice, base: StudyChoice, catalog: Catalog): [string, string][] {
  const declared = declaredOf(catalog, choice.method);
  const before = usual(base, choice.method, declared);
  const now = { ...defaults(declared), ...choice.params };
  return Object.keys(declared).flatMap((name): [string, string][] => (now[name] === before[name] ? [] : [[`study.param.${name}`, String(now[name])]]));
}

export function readStudy(read: Read, catalog: Catalog, base: StudyChoice, models: (fallback: readonly string[]) => readonly string[]): StudyChoice {
  const fields = fieldsOf(catalog, base);
  const method = readOne(read, fields.method, base.method);
  return {
    models: models(base.models),
    method,
    params: readParams(read, catalog, base, method),
    score: readOne(read, fields.score, base.score),
    source: readOne(read, fields.source, base.source),
    images: readOne(read, fields.images, base.images),
    seed: readOne(read, fields.seed, base.seed),
  };
}

export function writeStudy(choice: StudyChoice, base: StudyChoice, catalog: Catalog): [string, string][] {
  const fields = fieldsOf(catalog, base);
  const names = Object.keys(fields) as (keyof typeof fields)[];
  const parts = names.filter((name) => choice[name] !== base[name]).map((name): [string, string] => [fields[name].title, String(choice[name])]);
  const models: [string, string][] = choice.models.join() === base.models.join() ? [] : [['study.models', choice.models.join()]];
  return [...models, ...parts, ...writeParams(choice, base, catalog)];
}
