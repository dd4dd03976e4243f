/** The whole view as a query string that a person can read, and back. States only what differs from the default; never throws. */
import type { Param, Value } from '../engine/params.ts';
import type { Catalog } from '../worker/protocol.ts';
import { filesOf, isOwn } from '../worker/ownModels.ts';
import { allModels, classSpace } from './classes.ts';
import { committees } from './committees.ts';
import { DEFAULT_CONSENSUS, DEFAULT_DISPLAY, DEFAULT_ROSTER, DEFAULT_TABLE, defaultView } from './defaults.ts';
import { readBaseline, readImage, writeBaseline, writeImage } from './urlImage.ts';
import { readStudy, writeStudy } from './urlStudy.ts';
import { readPolls, writePolls } from './urlPolls.ts';
import { readShortcut, writeShortcut } from './urlShortcut.ts';
import { readTransfer, writeTransfer } from './urlTransfer.ts';
import { LARGEST_SEED, readOne, type Read } from './urlRead.ts';
import { LAB_IDS, MODEL_ROLES, MODEL_SORTS, type ConsensusChoice, type DisplayChoice, type RosterChoice, type TableChoice, type View } from './view.ts';

/** Keys of `display` in a link, each with what it may be. A number is [least, most]. */
const DISPLAY = {
  scope: ['scale', ['cell', 'row', 'column', 'all']],
  unit: ['unit', ['share', 'raw']],
  percentile: ['clip', [90, 100]],
  opacity: ['opacity', [0, 1]],
  pooling: ['channels', ['sum', 'mean', 'abs-sum', 'max-abs', 'l2']],
  sign: ['sign', ['both', 'positive', 'negative', 'absolute']],
  diverging: ['diverging', ['blue-red', 'purple-orange']],
  sequential: ['sequential', ['inferno', 'viridis']],
  overlay: ['overlay', 'flag'],
  smooth: ['smooth', 'flag'],
  contour: ['contour', 'flag'],
  outline: ['outline', 'flag'],
  hatch: ['hatch', 'flag'],
} as const satisfies Record<keyof DisplayChoice, Field>;

const CONSENSUS = {
  vote: ['vote', ['published', 'square', 'min-max', 'rank']],
  dissenters: ['dissenters', 'flag'],
  weak: ['weak', 'flag'],
  balance: ['balance', 'flag'],
  disagreement: ['disagreement', 'flag'],
} as const satisfies Record<keyof ConsensusChoice, Field>;

/** Of the committee's page. */
const rosterFields = ({ models, composites }: Catalog) =>
  ({
    family: ['kin', ['all', ...new Set(models.map(({ family }) => family))]],
    role: ['role', MODEL_ROLES],
    sort: ['by', MODEL_SORTS],
    reverse: ['reverse', 'flag'],
    composite: ['composite', [DEFAULT_ROSTER.composite, ...composites.map(({ id }) => id)]],
    unfolded: ['unfolded', 'flag'],
  }) as const satisfies Record<keyof RosterChoice, Field>;

const SCORES = ['published', 'logit', 'probability', 'log-probability', 'margin'] as const;
const THEMES = ['system', 'light', 'dark'] as const;
const BACKENDS = ['webgpu', 'webgl', 'wasm', 'cpu'] as const;
/** [key in the link, options | [least, most] | 'flag']. */
type Field = readonly [string, readonly [number, number] | readonly [string, ...string[]] | 'flag'];

const paramOf = ([title, allowed]: Field, fallback: Value): Param => {
  if (allowed === 'flag') return { kind: 'flag', title, default: fallback as boolean };
  if (typeof allowed[0] === 'string') return { kind: 'choice', title, options: allowed as readonly string[], default: fallback as string };
  return { kind: 'float', title, min: allowed[0], max: allowed[1] as number, default: fallback as number };
};

export interface Link {
  readonly view: View;
  /** What in the link could not be read, and what is shown instead. */
  readonly notices: readonly string[];
}

/** The view of a link, over the default view. `known` are the ids of the pictures of this visit. Unknown keys are ignored. */
export function readLink(query: string, catalog: Catalog, known: readonly string[] = []): Link {
  const link = new URLSearchParams(query);
  const notices: string[] = [];
  const base = defaultView(catalog);
  const say = (key: string, value: string, problem: string, instead: string) => notices.push(`In the link, ${key}=${value} ${problem}; ${instead} is used instead.`);
  const read = { link, say };
  const view: View = {
    ...base,
    lab: readOne(read, choiceOf('lab', LAB_IDS), base.lab),
    study: readStudy(read, catalog, base.study, (fallback) => readModels(read, 'study.models', catalog, fallback)),
    polls: readPolls(read, (fallback) => readList(read, 'polls.methods', 'method', catalog.methods, fallback), base.polls),
    transfer: readTransfer(read, base.transfer),
    table: readTable(read, catalog),
    roster: readFields(read, rosterFields(catalog), DEFAULT_ROSTER),
    shortcut: readShortcut(read, (fallback) => readList(read, 'sticker.methods', 'method', catalog.methods, fallback), base.shortcut),
    image: readImage(read, catalog, base.image, known),
    models: readModels(read, 'models', catalog, base.models),
    methods: readList(read, 'methods', 'method', catalog.methods, base.methods),
    params: readParams(read, catalog),
    target: readClass(read, 'target', catalog, ['majority', 'own'], base.target),
    score: readOne(read, choiceOf('score', SCORES), base.score),
    rival: readClass(read, 'rival', catalog, ['runner-up'], base.rival),
    seed: readOne(read, { kind: 'int', title: 'seed', min: 0, max: LARGEST_SEED, default: base.seed }, base.seed),
    display: readFields(read, DISPLAY, DEFAULT_DISPLAY),
    consensus: readFields(read, CONSENSUS, DEFAULT_CONSENSUS),
    selected: readSelected(read, catalog),
    theme: readOne(read, choiceOf('theme', THEMES), base.theme),
  };
  const region = readRegion(read);
  const baselineImage = readBaseline(read, known);
  const backend = link.has('backend') ? readOne<View['backend'] | 'none'>(read, choiceOf('backend', [...BACKENDS, 'none']), 'none') : 'none';
  return { view: { ...view, ...(region ? { region } : {}), ...(baselineImage ? { baselineImage } : {}), ...(backend && backend !== 'none' ? { backend } : {}) }, notices };
}

const choiceOf = (key: string, options: readonly string[]): Param => ({ kind: 'choice', title: key, options, default: options[0]! });

/** Ids, or the name of a committee. */
const readModels = (read: Read, key: string, catalog: Catalog, fallback: readonly string[]): readonly string[] =>
  committees(catalog.models).find(({ id }) => id === read.link.get(key))?.models ?? readList(read, key, 'model', key === 'models' ? allModels(catalog) : catalog.models, fallback);

function readList({ link, say }: Read, key: string, noun: string, entries: readonly { id: string }[], fallback: readonly string[]): readonly string[] {
  const text = link.get(key);
  if (text === null) return fallback;
  const asked = [...new Set(text.split(',').filter(Boolean).map((id) => sameFiles(id, entries)))];
  const found = asked.filter((id) => entries.some((entry) => entry.id === id));
  const missing = asked.filter((id) => !found.includes(id) && !isOwn(id));
  const absent = asked.filter((id) => !found.includes(id) && isOwn(id));
  const instead = found.length > 0 ? found : fallback;
  for (const id of absent) say(key, id, 'is a model that its owner brought and that is not on this computer: get its file, choose “Add a model”, then open the link again', instead.join(','));
  if (absent.length > 0 && missing.length === 0) return instead;
  if (missing.length > 0 && found.length > 0) say(key, missing.join(','), `names no ${noun} of this version`, found.join(','));
  if (found.length > 0 || text === '') return found;
  say(key, text, `names no ${noun} of this version`, fallback.join(','));
  return fallback;
}

/** A model of the visitor's by its id, or else one of the same files that is read in another way. */
function sameFiles(id: string, entries: readonly { readonly id: string }[]): string {
  const files = entries.some((entry) => entry.id === id) ? undefined : filesOf(id);
  return (files && entries.find((entry) => filesOf(entry.id) === files)?.id) ?? id;
}

const SORTS = ['family', 'cost', 'name'] as const satisfies readonly TableChoice['sort'][];

function readTable(read: Read, catalog: Catalog): TableChoice {
  const families = ['all', ...new Set(catalog.methods.map(({ family }) => family))] as [string, ...string[]];
  return {
    find: read.link.get('find') ?? DEFAULT_TABLE.find,
    family: readOne(read, choiceOf('family', families), DEFAULT_TABLE.family),
    sort: readOne(read, choiceOf('sort', SORTS), DEFAULT_TABLE.sort),
  };
}

/** Parameters stand as `method.name=value`. */
function readParams(read: Read, catalog: Catalog): View['params'] {
  const params: Record<string, Record<string, Value>> = {};
  for (const method of catalog.methods) {
    for (const [name, param] of Object.entries(method.params)) {
      const value = readOne(read, param, param.default, `${method.id}.${name}`);
      if (value !== param.default) (params[method.id] ??= {})[name] = value;
    }
  }
  return params;
}

function readClass<T extends string | number>({ link, say }: Read, key: string, catalog: Catalog, words: readonly T[], fallback: T | number): T | number {
  const text = link.get(key);
  if (text === null) return fallback;
  const word = words.find((candidate) => candidate === text);
  if (word !== undefined) return word;
  const index = classSpace(catalog).titles.indexOf(text);
  if (index >= 0) return index;
  say(key, text, `is no class; the classes are ${(catalog.models[0]?.classes ?? []).join(', ')}`, String(fallback));
  return fallback;
}

const FALLBACK_WORD = 'nothing';

function readFields<T extends object>(read: Read, fields: Record<keyof T & string, Field>, base: T): T {
  const entries = (Object.entries(fields) as [keyof T & string, Field][]).map(([name, field]) => {
    const fallback = base[name] as Value;
    return [name, readOne(read, paramOf(field, fallback), fallback)] as const;
  });
  return Object.fromEntries(entries) as T;
}

/** `at=model/method`, `at=model/` or `at=/method`. */
function readSelected({ link, say }: Read, catalog: Catalog): View['selected'] {
  const text = link.get('at');
  if (text === null) return {};
  const [model = '', method = ''] = text.split('/');
  const known = (id: string, entries: readonly { id: string }[]) => id === '' || entries.some((entry) => entry.id === id);
  if (!known(model, allModels(catalog)) || !known(method, catalog.methods)) {
    say('at', text, 'names no cell (it should read model/method)', FALLBACK_WORD);
    return {};
  }
  return { ...(model ? { model } : {}), ...(method ? { method } : {}) };
}

function readRegion({ link, say }: Read): View['region'] {
  const text = link.get('region');
  if (text === null) return undefined;
  const [x, y, radius] = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const sound = (value: number | undefined): value is number => value !== undefined && value >= 0 && value <= 4096;
  if (sound(x) && sound(y) && sound(radius)) return { x, y, radius };
  say('region', text, 'is no disc (it should read x,y,radius in pixels)', FALLBACK_WORD);
  return undefined;
}

/** The query string of a view, without '?'. Commas, slashes and colons stand as they are, so that it can be read. */
export function writeLink(view: View, catalog: Catalog): string {
  const base = defaultView(catalog);
  const parts: [string, string][] = [...writeImage(view.image, base.image)];
  const put = (key: string, value: Value, fallback: Value) => value !== fallback && parts.push([key, String(value)]);
  put('lab', view.lab, base.lab);
  for (const key of ['find', 'family', 'sort'] as const) put(key, view.table[key], DEFAULT_TABLE[key]);
  for (const [name, [key]] of Object.entries(rosterFields(catalog))) put(key, view.roster[name as keyof RosterChoice], DEFAULT_ROSTER[name as keyof RosterChoice]);
  parts.push(...writeStudy(view.study, base.study, catalog));
  parts.push(...writePolls(view.polls, base.polls));
  parts.push(...writeTransfer(view.transfer, base.transfer));
  parts.push(...writeShortcut(view.shortcut, base.shortcut));
  put('models', view.models.join(), base.models.join());
  put('methods', view.methods.join(), base.methods.join());
  for (const [method, params] of Object.entries(view.params)) for (const [name, value] of Object.entries(params)) parts.push([`${method}.${name}`, String(value)]);
  const named = (choice: string | number) => (typeof choice === 'number' ? (classSpace(catalog).titles[choice] ?? String(choice)) : choice);
  put('target', named(view.target), named(base.target));
  put('score', view.score, base.score);
  put('rival', named(view.rival), named(base.rival));
  put('seed', view.seed, base.seed);
  if (view.baselineImage) parts.push(['baseline', writeBaseline(view.baselineImage)]);
  for (const [name, [key]] of Object.entries(DISPLAY)) put(key, view.display[name as keyof DisplayChoice], DEFAULT_DISPLAY[name as keyof DisplayChoice]);
  for (const [name, [key]] of Object.entries(CONSENSUS)) put(key, view.consensus[name as keyof ConsensusChoice], DEFAULT_CONSENSUS[name as keyof ConsensusChoice]);
  const { model = '', method = '' } = view.selected;
  if (model || method) parts.push(['at', `${model}/${method}`]);
  if (view.region) parts.push(['region', `${view.region.x},${view.region.y},${view.region.radius}`]);
  put('theme', view.theme, base.theme);
  if (view.backend) parts.push(['backend', view.backend]);
  return parts.map(([key, value]) => `${readable(key)}=${readable(value)}`).join('&');
}

const readable = (text: string): string => encodeURIComponent(text).replace(/%2C/g, ',').replace(/%2F/g, '/').replace(/%3A/g, ':').replace(/%20/g, '+');
