/** Which number gets the strongest colour: limits of maps that share a scale, in raw numbers or as shares. Not the colours. */
import type { ScaleScope, ScaleUnit } from './choices.ts';
import type { PlaneMap } from './field.ts';
import { percentileOfMagnitude } from './percentile.ts';

export interface ScaleCell {
  readonly row: string;
  readonly column: string;
  /** Pooled, with its sign chosen: what is drawn. */
  readonly map: PlaneMap;
  /** Whether it is drawn with both signs (`isSigned`). */
  readonly signed: boolean;
  /** f(x) − f(b), where the method has a baseline. */
  readonly difference?: number;
  /** Σ|a| of the map before a sign was chosen; by default of `map`. */
  readonly mass?: number;
}
export interface ScaleChoice {
  readonly scope: ScaleScope;
  readonly unit: ScaleUnit;
  /** Of |value|, 0 … 100. */
  readonly percentile: number;
}

/** What a value was divided by: 1, |f(x) − f(b)|, or Σ|a|. */
export type Basis = 'raw' | 'difference' | 'mass';

export interface CellScale {
  /** All cells of a scope have the same basis, so that their shares mean the same. */
  readonly basis: Basis;
  readonly divisor: number;
  /** |value / divisor| that gets the strongest colour: the same number throughout the scope. Never 0. */
  readonly limit: number;
  /** `limit · divisor`: the same in the map's own numbers. */
  readonly rawLimit: number;
  readonly low: number;
  readonly high: number;
  /** Share of this cell's places beyond the limit, 0 … 1. */
  readonly clipped: number;
  /** All values of this cell are below 1 % of the limit: it looks empty because of the scale, or it is. */
  readonly nearZero: boolean;
  /** Where the rule could not be kept: what was done instead, in words. */
  readonly notes: readonly string[];
}

/** What has been found of a map, as long as it lives. Maps are never written to after they are made; a grid asks of all of them whenever one comes. */
interface Found {
  readonly percentiles: Map<number, number>;
  /** The largest finite |value|, and whether all are finite. */
  readonly maximum: number;
  readonly finite: boolean;
  /** The share of places beyond the limit that was asked of last. */
  clipped?: { readonly limit: number; readonly share: number };
}
const known = new WeakMap<Float32Array, Found>();
function foundOf(values: Float32Array): Found {
  const before = known.get(values);
  if (before) return before;
  let maximum = 0;
  let finite = true;
  for (const value of values) {
    if (!Number.isFinite(value)) finite = false;
    else if (Math.abs(value) > maximum) maximum = Math.abs(value);
  }
  const found: Found = { percentiles: new Map(), maximum, finite };
  known.set(values, found);
  return found;
}

/** Percentiles sort. */
function magnitudeAt(values: Float32Array, percent: number): number {
  const { percentiles } = foundOf(values);
  const magnitude = percentiles.get(percent) ?? percentileOfMagnitude(values, percent);
  percentiles.set(percent, magnitude);
  return magnitude;
}

function clippedAt(values: Float32Array, limit: number): number {
  const found = foundOf(values);
  if (found.clipped?.limit !== limit) {
    let beyond = 0;
    for (const value of values) if (Math.abs(value) > limit * (1 + 1e-6)) beyond++;
    found.clipped = { limit, share: beyond / values.length };
  }
  return found.clipped.share;
}

/** Below this a difference of scores or a map counts as zero. */
const NOTHING = 1e-9;

const absSum = (values: Float32Array): number => values.reduce((total, value) => total + Math.abs(value), 0);

function groupKey(cell: ScaleCell, index: number, scope: ScaleScope): string {
  switch (scope) {
    case 'cell':
      return String(index);
    case 'row':
      return cell.row;
    case 'column':
      return cell.column;
    case 'all':
      return '';
    default:
      return scope satisfies never;
  }
}

/** One basis for the whole group: the difference only where every member has one that is not zero. */
function basisOf(group: readonly ScaleCell[], unit: ScaleUnit): { basis: Basis; notes: string[] } {
  if (unit === 'raw') return { basis: 'raw', notes: [] };
  const without = group.filter(({ difference }) => difference === undefined || !Number.isFinite(difference));
  if (without.length > 0) {
    const notes = without.length < group.length ? ['Not every map here has a baseline: all are shares of Σ|a|.'] : [];
    return { basis: 'mass', notes };
  }
  const vanishing = group.filter(({ difference }) => Math.abs(difference!) < NOTHING);
  if (vanishing.length === 0) return { basis: 'difference', notes: [] };
  const names = [...new Set(vanishing.map(({ row }) => row))].join(', ');
  return { basis: 'mass', notes: [`f(x) − f(b) is near zero for ${names}: all are shares of Σ|a|.`] };
}

function divisorOf(cell: ScaleCell, basis: Basis): number {
  switch (basis) {
    case 'raw':
      return 1;
    case 'difference':
      return Math.abs(cell.difference!);
    case 'mass': {
      const mass = cell.mass ?? absSum(cell.map.data);
      return mass > 0 && Number.isFinite(mass) ? mass : 1;
    }
    default:
      return basis satisfies never;
  }
}

function scaleGroup(group: readonly ScaleCell[], choice: ScaleChoice): CellScale[] {
  const { basis, notes } = basisOf(group, choice.unit);
  const divisors = group.map((cell) => divisorOf(cell, basis));
  const largest = (of: (cell: ScaleCell) => number): number => Math.max(0, ...group.map((cell, i) => of(cell) / divisors[i]!).filter(Number.isFinite));
  const most = largest(({ map }) => foundOf(map.data).maximum);
  let limit = largest(({ map }) => magnitudeAt(map.data, choice.percentile));
  if (limit <= NOTHING * most && most > 0) {
    notes.push(`The ${ordinal(choice.percentile)} percentile of |value| is 0: the limit is the largest |value|.`);
    limit = most;
  }
  if (most <= Number.MIN_VALUE) limit = 1;
  return group.map((cell, i) => {
    const divisor = divisors[i]!;
    const rawLimit = limit * divisor;
    const { maximum, finite } = foundOf(cell.map.data);
    const broken = finite ? [] : ['Some values are not finite and are drawn grey.'];
    return {
      basis,
      divisor,
      limit,
      rawLimit,
      low: cell.signed ? -limit : 0,
      high: limit,
      clipped: clippedAt(cell.map.data, rawLimit),
      nearZero: maximum < 0.01 * rawLimit,
      notes: [...notes, ...broken],
    };
  });
}

/**
 * Limits in the order of the cells: signed ±limit, unsigned 0 … limit. The limit of a scope is the largest of its cells' percentiles of |value|, so in
 * no cell more than (100 − percentile) % of the places are clipped. Where a rule cannot be kept, `notes` says what was done.
 */
export function scaleCells(cells: readonly ScaleCell[], choice: ScaleChoice): CellScale[] {
  const groups = new Map<string, number[]>();
  cells.forEach((cell, index) => {
    const key = groupKey(cell, index, choice.scope);
    groups.set(key, [...(groups.get(key) ?? []), index]);
  });
  const scales: CellScale[] = [];
  for (const indices of groups.values()) {
    const scaled = scaleGroup(indices.map((index) => cells[index]!), choice);
    indices.forEach((index, i) => {
      scales[index] = scaled[i]!;
    });
  }
  return scales;
}

const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });
const suffixes: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };

/** 99 → '99th', 92 → '92nd', 99.5 → '99.5th'. */
export const ordinal = (number: number): string => `${number}${Number.isInteger(number) ? (suffixes[ordinals.select(number)] ?? 'th') : 'th'}`;

const scopeWords = { cell: 'each cell its own scale', row: 'shared scale: row', column: 'shared scale: column', all: 'shared scale: all cells' } satisfies Record<ScaleScope, string>;
const basisWords = { raw: 'raw values', difference: 'share of f(x) − f(b)', mass: 'share of Σ|a|' } satisfies Record<Basis, string>;

/** 'shared scale: column · clipped at the 99th percentile of |value| · share of f(x) − f(b)'. */
export function scaleWords(choice: ScaleChoice, basis: Basis): string {
  const clip = choice.percentile >= 100 ? 'nothing clipped' : `clipped at the ${ordinal(choice.percentile)} percentile of |value|`;
  return `${scopeWords[choice.scope]} · ${clip} · ${basisWords[basis]}`;
}
