/** What a sweep asks and keeps, as data and pure functions. Not how it is run: state/sweep.ts in the browser, cli/studies in Node. */
import { keyOf } from '../worker/key.ts';
import type { Request, Result } from '../worker/protocol.ts';

export interface SweepItem {
  /** The request's own: finds the outcome again in a later sweep, or on a disk. */
  readonly key: string;
  readonly request: Request;
  /** Smaller is earlier. */
  readonly order: number;
  /** How many items its outcome will ask for: they count before they are known. */
  readonly adds: number;
  /** In words, for the visitor. */
  readonly name: string;
}

/** Outcomes by key of their items: plain data. */
export type Found<Outcome> = ReadonlyMap<string, Outcome>;

/** What a sweep asks and keeps. Its functions are pure, so that outcomes that were kept ask for the same again. */
export interface SweepPlan<Outcome> {
  readonly first: readonly SweepItem[];
  /** What is kept of a result, as plain data; the result itself is let go. What it throws is the item's failure. */
  reduce(item: SweepItem, result: Result, found: Found<Outcome>): Outcome;
  /** What an outcome asks for next. `failed`: keys of items that have come to nothing so far. */
  follow(item: SweepItem, outcome: Outcome, found: Found<Outcome>, failed: ReadonlySet<string>): readonly SweepItem[];
  /** What is asked all the same once an item has come to nothing; absent: nothing. */
  without?(item: SweepItem, found: Found<Outcome>, failed: ReadonlySet<string>): readonly SweepItem[];
}

export const sweepItem = (request: Request, name: string, order: number, adds = 0): SweepItem => ({ key: keyOf(request), request, name, order, adds });
