/** How many rows one burst holds: as many as the memory bears and as answer within a blink. Learns from every finished run. */
import type { BackendName } from './protocol.ts';

/** What a burst may take: a cancel waits for its end. */
const BURST_MS = 150;
/** Of device memory, for one burst. */
const BURST_BYTES = 512 * 2 ** 20;
/** A walk holds at most 2.2 tapes at once. */
const TAPES = 2.2;
/** A row is a forward pass and a backward pass, which costs about two. */
const PASSES_PER_ROW = 3;
const LEAST = 4;
const MOST = 64;
/** Multiply-adds per millisecond to begin with: guesses, corrected by the first run. */
const FIRST_SPEED = { webgpu: 1e8, webgl: 4e7, wasm: 5e6, cpu: 3e5 } satisfies Record<BackendName, number>;

export interface Pace {
  /** Rows of a burst, a multiple of four: sums go in blocks of four. `share` halves it where memory was full. */
  batch(model: string, size: { tapeBytes: number; multiplyAdds: number }, share: number): number;
  /** How long a burst of `batch` rows should take, in milliseconds: what the watchdog goes by. */
  burstMs(model: string, multiplyAdds: number, batch: number): number;
  /** A run of `model` took `ms` for these passes. */
  learn(model: string, passes: { forward: number; backward: number }, ms: number): void;
}

export function createPace(backend: BackendName): Pace {
  /** Milliseconds of one forward pass of one image. */
  const measured = new Map<string, number>();
  const passMs = (model: string, multiplyAdds: number) => measured.get(model) ?? multiplyAdds / FIRST_SPEED[backend];
  return {
    burstMs: (model, multiplyAdds, batch) => PASSES_PER_ROW * passMs(model, multiplyAdds) * batch,
    batch(model, { tapeBytes, multiplyAdds }, share) {
      const rows = Math.min(BURST_MS / (PASSES_PER_ROW * passMs(model, multiplyAdds)), BURST_BYTES / (TAPES * tapeBytes), MOST) * share;
      return rows < LEAST ? (share < 1 ? Math.max(1, Math.floor(rows)) : LEAST) : Math.floor(rows / LEAST) * LEAST;
    },
    learn(model, { forward, backward }, ms) {
      const passes = forward + 2 * backward;
      if (passes < LEAST * PASSES_PER_ROW) return; // dominated by what a run costs once
      const before = measured.get(model);
      measured.set(model, before === undefined ? ms / passes : 0.7 * before + (0.3 * ms) / passes);
    },
  };
}
