/** From cards to the strip of sticker accuracies: rows in order, the axis they share. Pure. */
import type { ModelEntry } from '../../../worker/protocol.ts';

/** Shares of right answers on `n` scenes with stickers that stand for the scene's class, and for another. */
export interface StickerAccuracy {
  readonly n: number;
  readonly truthful: number;
  readonly misleading: number;
}
export interface StripRow extends StickerAccuracy {
  readonly model: ModelEntry;
}

/** Those with a card, the one that stickers mislead most first. */
export const stripRows = (models: readonly ModelEntry[], cards: Readonly<Record<string, StickerAccuracy>>): StripRow[] =>
  models.flatMap((model) => (cards[model.id] ? [{ model, ...cards[model.id]! }] : [])).sort((a, b) => b.truthful - b.misleading - (a.truthful - a.misleading));

/** From a tenth below the least to 1: a place 0 … 1 for each share. */
export function stripAxis(rows: readonly StickerAccuracy[]): (share: number) => number {
  const least = Math.min(0.9, ...rows.flatMap(({ truthful, misleading }) => [truthful, misleading]));
  const low = Math.max(0, Math.floor(10 * least) / 10);
  return (share) => Math.min(1, Math.max(0, (share - low) / (1 - low)));
}
