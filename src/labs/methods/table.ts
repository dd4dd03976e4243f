/** From catalogue and capabilities to the rows of the table: what runs where, at which cost; the filter, the order, the sentence. Pure. */
import type { Claim } from '../../engine/methods/method.ts';
import type { TableChoice } from '../../state/view.ts';
import type { Capability, MethodEntry, ModelEntry } from '../../worker/protocol.ts';
import { familySays, familyTitle } from '../../ui/families.ts';
import { count, plural } from '../../ui/numbers.ts';

/** A model as far as the engine has told: its capabilities, or why there are none. */
export interface Known {
  readonly model: ModelEntry;
  readonly methods?: Readonly<Record<string, Capability>>;
  /** Why the model could not be asked. */
  readonly problem?: string;
}

export type TableCell =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'runs'; readonly capability: Capability }
  | { readonly kind: 'refuses'; readonly reason: string; /** In two or three words. */ readonly lacks: string };

export interface TableRow {
  readonly method: MethodEntry;
  /** One for each model, in their order. */
  readonly cells: readonly TableCell[];
  /** Forward and backward passes of one map with default parameters, over the models that run it. */
  readonly passes?: { readonly least: number; readonly most: number; readonly exact: boolean };
  /** What it claims on every model that runs it. */
  readonly claims?: readonly Claim[];
}

/** "Needs ReLU. This model has GELU …" → "needs ReLU", "Needs attention between places." → "needs attention"; a reason of another form gives its first clause. */
export function lacksOf(reason: string): string {
  const need = /\bneeds? ((?:[^.,;:(]|\.(?=\S))+?)(?=\s+(?:between|that|which|with|from|for|at|to|in|on|whose)\b|\s*(?:[,;:(]|\.(?:\s|$))|$)/i.exec(reason)?.[1]?.trim();
  if (need) return `needs ${need}`;
  const rule = /\bhas no rule for ([^.,;:(]+)/i.exec(reason)?.[1]?.trim();
  if (rule) return `lacks a rule for ${rule}`;
  const clause = /^[^.,;:]+/.exec(reason)?.[0] ?? reason;
  return clause.charAt(0).toLowerCase() + clause.slice(1);
}

function cellOf({ methods, problem }: Known, id: string): TableCell {
  if (problem !== undefined) return { kind: 'failed', message: problem };
  const capability = methods?.[id];
  if (!capability) return { kind: 'unknown' };
  const { reason } = capability;
  return reason === undefined ? { kind: 'runs', capability } : { kind: 'refuses', reason, lacks: lacksOf(reason) };
}

export function rowOf(method: MethodEntry, models: readonly Known[]): TableRow {
  const cells = models.map((known) => cellOf(known, method.id));
  const running = cells.flatMap((cell) => (cell.kind === 'runs' ? [cell.capability] : []));
  if (running.length === 0) return { method, cells };
  const totals = running.map(({ passes }) => passes.forward + passes.backward);
  const [first, ...others] = running;
  return {
    method,
    cells,
    passes: { least: Math.min(...totals), most: Math.max(...totals), exact: running.every(({ passes }) => passes.exact) },
    claims: first!.claims.filter((claim) => others.every(({ claims }) => claims.includes(claim))),
  };
}

/** "33", "at most 780", "20 to 40". */
export function costWords({ passes }: TableRow): string {
  if (!passes) return '–';
  const range = passes.least === passes.most ? count(passes.most) : `${count(passes.least)} to ${count(passes.most)}`;
  return passes.exact ? range : `≤ ${count(passes.most)}`;
}

const haystack = ({ id, title, family, card, reference }: MethodEntry, cells: readonly TableCell[]) =>
  [id, title, familyTitle(family), familySays(family), card.says, reference, ...cells.map((cell) => (cell.kind === 'refuses' ? cell.reason : ''))].join(' ').toLowerCase();

/** The rows that are seen, in their order. Every word must be found, in whatever the row says. */
export function chosenRows(rows: readonly TableRow[], { find, family, sort }: TableChoice): TableRow[] {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  const seen = rows.filter(({ method, cells }) => {
    const text = haystack(method, cells);
    return (family === 'all' || method.family === family) && words.every((word) => text.includes(word));
  });
  switch (sort) {
    case 'family':
      return seen;
    case 'cost':
      return seen.sort((a, b) => (a.passes?.most ?? Infinity) - (b.passes?.most ?? Infinity) || a.method.title.localeCompare(b.method.title));
    case 'name':
      return seen.sort((a, b) => a.method.title.localeCompare(b.method.title));
    default:
      return sort satisfies never;
  }
}

/** How many reasons the sentence names before it says "something else". */
const NAMED = 4;

/** What the table says, in a sentence: "41 methods, 4 models: 33 run on every model; 6 need ReLU, 2 need attention. A map costs 0 to 1,300 passes." */
export function story(rows: readonly TableRow[], models: readonly Known[]): string {
  const size = `${plural(rows.length, 'method')}, ${plural(models.length, 'model')}`;
  const asked = models.filter(({ methods, problem }) => methods ?? problem).length;
  if (asked < models.length) return `${size}. What runs where is being asked: ${asked} of ${models.length} models have answered.`;
  const everywhere = rows.filter(({ cells }) => cells.every(({ kind }) => kind === 'runs')).length;
  const needs = new Map<string, number>();
  for (const { cells } of rows) {
    const lacks = cells.flatMap((cell) => (cell.kind === 'refuses' ? [cell.lacks] : []))[0];
    if (lacks) needs.set(lacks, (needs.get(lacks) ?? 0) + 1);
  }
  const ranked = [...needs].sort(([, a], [, b]) => b - a);
  const rest = ranked.slice(NAMED).reduce((sum, [, n]) => sum + n, 0);
  const reasons = [...ranked.slice(0, NAMED).map(([lacks, n]) => `${count(n)} ${n === 1 ? lacks : lacks.replace(/^(need|lack)s /, '$1 ')}`), ...(rest > 0 ? [`${count(rest)} something else`] : [])];
  const costs = rows.flatMap(({ passes }) => (passes ? [passes.most] : []));
  const [least, most] = [Math.min(...costs), Math.max(...costs)];
  const cost = costs.length === 0 ? '' : ` One map costs ${least === most ? '' : `from ${count(least)} to `}${plural(most, 'pass', 'passes')} through the network.`;
  return `${size}: ${everywhere === rows.length ? 'every method runs on every model' : `${count(everywhere)} run on every model`}${reasons.length > 0 ? `; ${reasons.join(', ')}` : ''}.${cost}`;
}
