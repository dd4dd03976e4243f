/** How many rows one burst holds, as many as the memory bears and as answer within a blink; and what no memory bears. Learns from every finished run. */
import type { Size } from '../engine/graph/size.ts';
import type { BackendName } from './protocol.ts';

/** What a burst may take: a cancel waits for its end. */
const BURST_MS = 150;
/** Of device memory, for one burst. */
const BURST_BYTES = 512 * 2 ** 20;
/** A walk holds at most 2.2 tapes at once. */
const TAPES = 2.2;
/** A row is a forward pass and a backward pass, which costs about two; a row that goes back more often declares it by its passes. */
const PASSES_PER_ROW = 3;
const LEAST = 4;
const MOST = 64;
/** What a page can use. WASM: its heap ends at 4 GiB, and we stop before. A GPU tells nobody what it has: a guess that fits most. */
const ROOM_BYTES = { webgpu: 4 * 2 ** 30, webgl: 4 * 2 ** 30, wasm: 3.5 * 2 ** 30, cpu: 4 * 2 ** 30 } satisfies Record<BackendName, number>;
/** Multiply-adds per millisecond to begin with: guesses, corrected by the first run. */
const FIRST_SPEED = { webgpu: 1e8, webgl: 4e7, wasm: 5e6, cpu: 3e5 } satisfies Record<BackendName, number>;

export const roomOf = (backend: BackendName): number => ROOM_BYTES[backend];

/** What one row of a method asks of the memory. */
export interface Need {
  /** Of a burst, per row. */
  readonly rowBytes: number;
  /** Whatever the rows: the weights, with what is made from them. */
  readonly fixedBytes: number;
  /** What a row takes, in forward passes. */
  readonly passes: number;
}

/** A method that only goes forward keeps no tape. */
export function needOf({ tapeBytes, forwardBytes, parameters }: Pick<Size, 'tapeBytes' | 'forwardBytes' | 'parameters'>, { memory, forward, backward }: { memory?: { tapes?: number; weights?: number }; forward: number; backward: number }): Need {
  return {
    rowBytes: backward > 0 ? (memory?.tapes ?? TAPES) * tapeBytes : forwardBytes,
    fixedBytes: (memory?.weights ?? 1) * 4 * parameters,
    passes: Math.max(PASSES_PER_ROW, (forward + 2 * backward) / Math.max(1, forward)),
  };
}

const inWords = (bytes: number) => (bytes < 1e8 ? `${(bytes / 1e6).toPrecision(2)} MB` : `${(bytes / 1e9).toPrecision(2)} GB`);

/** Why not even one row fits into `room` bytes, in words for the visitor; `undefined` where it does. `what`: the model at its size. */
export function tooLarge(what: string, method: string, { rowBytes, fixedBytes }: Need, room: number): string | undefined {
  const bytes = rowBytes + fixedBytes;
  if (bytes <= room) return undefined;
  return `${what} needs about ${inWords(bytes)} for one image with ${method}, and this page can use about ${inWords(room)}: choose a smaller image, a smaller model or another method`;
}

export interface Pace {
  /** Rows of a burst, a multiple of four where memory bears that many: sums go in blocks of four. `share` halves it where memory was full. */
  batch(model: string, size: Pick<Size, 'multiplyAdds'>, need: Pick<Need, 'rowBytes' | 'passes'>, share: number): number;
  /** How long a burst of `batch` rows should take, in milliseconds: what the watchdog goes by. */
  burstMs(model: string, multiplyAdds: number, batch: number, passes?: number): number;
  /** A run of `model` took `ms` for these passes. */
  learn(model: string, passes: { forward: number; backward: number }, ms: number): void;
}

export function createPace(backend: BackendName): Pace {
  /** Milliseconds of one forward pass of one image. */
  const measured = new Map<string, number>();
  const passMs = (model: string, multiplyAdds: number) => measured.get(model) ?? multiplyAdds / FIRST_SPEED[backend];
  return {
    burstMs: (model, multiplyAdds, batch, passes = PASSES_PER_ROW) => passes * passMs(model, multiplyAdds) * batch,
    batch(model, { multiplyAdds }, { rowBytes, passes }, share) {
      const inTime = Math.max(LEAST, BURST_MS / (passes * passMs(model, multiplyAdds)));
      const rows = Math.min(inTime, BURST_BYTES / rowBytes, MOST) * share;
      return rows < LEAST ? Math.max(1, Math.floor(rows)) : Math.floor(rows / LEAST) * LEAST;
    },
    learn(model, { forward, backward }, ms) {
      const passes = forward + 2 * backward;
      if (passes < LEAST * PASSES_PER_ROW) return; // dominated by what a run costs once
      const before = measured.get(model);
      measured.set(model, before === undefined ? ms / passes : 0.7 * before + (0.3 * ms) / passes);
    },
  };
}
