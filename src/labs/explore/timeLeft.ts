/** How long the grid still takes, from what its cells have taken so far. Pure. */

export interface Timed {
  /** The method: cells of a column cost alike, up to the size of the model. */
  readonly column: string;
  /** What is known of its cost beforehand: passes × multiply-adds. Only ratios count. */
  readonly units: number;
  /** Of a finished map. */
  readonly ms?: number;
  /** Not finished: how much of it is done, 0 … 1. */
  readonly share?: number;
}

/** Fewer finished maps than these tell nothing. */
const LEAST = 4;
const MOST_WORKERS = 4;
const LEAST_MS = 1000;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Milliseconds per unit of each column that has finished maps, the dearest column last. */
function ratesOf(cells: readonly Timed[]): readonly { readonly column: string; readonly rate: number }[] {
  const columns = [...new Set(cells.map(({ column }) => column))].flatMap((column) => {
    const done = cells.filter((cell) => cell.column === column && cell.ms !== undefined);
    const units = sum(done.map((cell) => cell.units));
    return done.length > 0 && units > 0 ? [{ column, rate: sum(done.map(({ ms }) => ms!)) / units, each: units / done.length }] : [];
  });
  return columns.sort((a, b) => a.each - b.each);
}

/**
 * Σ over unfinished cells of (1 − share) · units · rate, over the speed so far: the map-milliseconds that were finished per millisecond of `elapsedMs`
 * (about the number of workers). The rate is that of the cell's column, else of the dearest column known, whose fixed costs weigh least.
 * `before`: map-milliseconds that were there when the clock started. `undefined` while too little is known.
 */
export function timeLeft(cells: readonly Timed[], elapsedMs: number, before: number): number | undefined {
  const done = cells.filter(({ ms }) => ms !== undefined);
  const spent = sum(done.map(({ ms }) => ms!)) - before;
  const rates = ratesOf(cells);
  const dearest = rates.at(-1);
  if (done.length < LEAST || spent <= 0 || elapsedMs < LEAST_MS || !dearest) return undefined;
  const rateOf = new Map(rates.map(({ column, rate }) => [column, rate]));
  const left = sum(cells.map(({ ms, share, units, column }) => (ms === undefined && share !== undefined ? (1 - share) * units * (rateOf.get(column) ?? dearest.rate) : 0)));
  return left / Math.min(MOST_WORKERS, spent / elapsedMs);
}
