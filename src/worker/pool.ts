/**
 * The workers: started, watched, ended, replaced; each holds one piece of work at a time.
 * Does not know which work comes first, what it is for or what becomes of its result (client.ts does).
 */
import { membersOf, modelOf } from './key.ts';
import { isOwn } from './ownModels.ts';
import type { FromWorker, Pixels, Port, Request, ToWorker } from './protocol.ts';

/** A dedicated worker, or a test double. */
export interface WorkerHandle extends Port<ToWorker, FromWorker> {
  terminate(): void;
  onerror: ((event: { message?: string }) => void) | null;
}

export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Runs `run` after `ms`; returns what calls it off. */
  after(ms: number, run: () => void): () => void;
}

/** How workers are made, and how many there are. */
export interface PoolSpec {
  readonly spawn: () => WorkerHandle;
  readonly size: number;
  readonly start: Extract<ToWorker, { type: 'start' }>;
}

export type Ready = Extract<FromWorker, { type: 'ready' }>;
/** What a worker tells of its work. */
type Told = Extract<FromWorker, { id: number }>;
export type News = Exclude<Told, { type: 'loading' }>;

export interface Work {
  readonly request: Request;
  readonly batchShare: number;
}

export interface PoolEvents<W extends Work> {
  ready(message: Ready): void;
  /** No worker could start; nothing will run. */
  broken(message: string): void;
  news(work: W, news: News): void;
  /** The worker ended under this work, or before it took it up; another is being started. */
  died(work: W, why: string, takenUp: boolean): void;
  /** How far a worker's download of a model's weights is; `undefined`: it is over, whatever came of it. */
  loading?(model: string, bytes: { readonly done: number; readonly total: number } | undefined): void;
  /** Someone can take work. */
  idle(): void;
}

/** 'handed': given to a worker that has not said yet that it took it up. */
type Phase = Extract<FromWorker, { type: 'phase' }>['phase'] | 'handed';

interface Seat<W> {
  readonly handle: WorkerHandle;
  state: 'starting' | 'idle' | 'busy' | 'broken';
  readonly models: Set<string>;
  id: number;
  work?: W;
  phase: Phase;
  /** How long a burst of its present work should take. */
  burstMs: number;
  /** When it last gave a sign of life. */
  heard: number;
  /** The model that it downloads. */
  loading?: string;
  cancelledAt?: number;
  retiring: boolean;
}

export interface Pool<W extends Work> {
  /** Models that an idle worker holds, one set per idle worker. */
  idle(): readonly ReadonlySet<string>[];
  /** Hands `work` to an idle worker, one that has its model if there is one, or most of an ensemble's. */
  assign(work: W): void;
  /** Asks the worker of `work` to stop; its news are ignored from now on, except that it ended. */
  cancel(work: W): void;
  put(id: string, pixels: Pixels): void;
  /** From now on work goes to `ready`, a worker that has started; the others end after their present work. */
  adopt(spec: PoolSpec, ready: WorkerHandle): void;
  close(): void;
}

export const LIMITS = {
  silenceMs: 10_000,
  /** Of the longest burst seen for this model and method, or of the predicted one. */
  silenceBursts: 8,
  cancelMs: 1_000,
  startMs: 60_000,
  heapBytes: 2 ** 30,
  /** Of a worker that holds a model of the visitor's: to read one again takes seconds. */
  ownHeapBytes: 2.5 * 2 ** 30,
  watchMs: 250,
  /** Pictures of the visitor that a new worker is given. */
  pictures: 16,
} as const;

export function createPool<W extends Work>(first: PoolSpec, clock: Clock, events: PoolEvents<W>): Pool<W> {
  const specs = [first];
  const seats = new Set<Seat<W>>();
  const pictures = new Map<string, Pixels>();
  const bursts = new Map<string, number>();
  let ids = 0;
  let stopWatch: (() => void) | undefined;
  const spec = () => specs.at(-1)!;
  const burstKey = ({ request }: Work) => `${modelOf(request) ?? ''} ${request.kind === 'explain' ? request.method : request.kind}`;

  function enter(handle: WorkerHandle, state: 'starting' | 'idle'): Seat<W> {
    const seat: Seat<W> = { handle, state, models: new Set(), id: 0, phase: 'loading', burstMs: 0, heard: clock.now(), retiring: false };
    seats.add(seat);
    handle.onmessage = ({ data }) => seats.has(seat) && receive(seat, data);
    handle.onerror = ({ message }) => seats.has(seat) && fail(seat, `the worker ended with an error (${message || 'no message'})`);
    return seat;
  }

  function spawn(): void {
    const seat = enter(spec().spawn(), 'starting');
    seat.handle.postMessage(spec().start);
    for (const [id, pixels] of pictures) seat.handle.postMessage({ type: 'put', id, pixels });
    watch();
  }

  function remove(seat: Seat<W>): void {
    seats.delete(seat);
    endLoading(seat);
    seat.handle.onmessage = seat.handle.onerror = null;
    seat.handle.terminate();
  }

  /** Ends the worker; its work, if someone still wants it, is reported as died after another has been started. */
  function replace(seat: Seat<W>, why: string): void {
    const lost = seat.cancelledAt === undefined ? seat.work : undefined;
    remove(seat);
    if (!seat.retiring) spawn();
    if (lost) events.died(lost, why, seat.phase !== 'handed');
  }

  function fail(seat: Seat<W>, why: string): void {
    if (seat.state !== 'starting') return replace(seat, why);
    remove(seat);
    if ([...seats].some((other) => !other.retiring)) return;
    if (specs.length === 1) return events.broken(why);
    specs.pop();
    for (let i = 0; i < spec().size; i++) spawn();
  }

  /** `spent`: its memory is used up (a WASM heap never shrinks), so another takes its place. */
  function free(seat: Seat<W>, spent: boolean): void {
    seat.work = seat.cancelledAt = undefined;
    seat.state = 'idle';
    if (seat.retiring) remove(seat);
    else if (spent) replace(seat, '');
    events.idle();
  }

  function receive(seat: Seat<W>, message: FromWorker): void {
    if (message.type === 'ready') {
      seat.state = 'idle';
      events.ready(message);
      return events.idle();
    }
    if (message.type === 'broken') return fail(seat, message.message);
    if (message.id !== seat.id || !seat.work) return; // late news of work that was replaced
    hear(seat, message);
    if (message.type === 'loading') {
      seat.loading = message.model;
      return events.loading?.(message.model, { done: message.done, total: message.total });
    }
    endLoading(seat);
    const { work } = seat;
    if (seat.cancelledAt === undefined || message.type === 'done') events.news(work, message);
    if (message.type === 'done') free(seat, message.heapBytes > ([...seat.models].some(isOwn) ? LIMITS.ownHeapBytes : LIMITS.heapBytes));
    if (message.type === 'failed') free(seat, message.failure.reason === 'memory');
    if (message.type === 'cancelled') free(seat, false);
  }

  /** Any other word of the worker than 'loading' says that its download is over. */
  function endLoading(seat: Seat<W>): void {
    const { loading } = seat;
    if (loading === undefined) return;
    seat.loading = undefined;
    events.loading?.(loading, undefined);
  }

  /** Notes the sign of life, and how long the burst before it took. */
  function hear(seat: Seat<W>, message: Told): void {
    const now = clock.now();
    const key = burstKey(seat.work!);
    if (seat.phase === 'computing') bursts.set(key, Math.max(bursts.get(key) ?? 0, now - seat.heard));
    seat.heard = now;
    if (message.type !== 'phase') return;
    seat.phase = message.phase;
    seat.burstMs = message.burstMs ?? 0;
    const model = modelOf(seat.work!.request);
    if (model && message.phase === 'computing') for (const member of membersOf(model)) seat.models.add(member);
  }

  /** The watchdog: looks at every worker four times a second while one works or starts. */
  function watch(): void {
    if (stopWatch || ![...seats].some(({ state }) => state === 'busy' || state === 'starting')) return;
    stopWatch = clock.after(LIMITS.watchMs, () => {
      stopWatch = undefined;
      for (const seat of [...seats]) inspect(seat);
      watch();
    });
  }

  function inspect(seat: Seat<W>): void {
    const silent = clock.now() - seat.heard;
    if (seat.state === 'starting' && silent > LIMITS.startMs) return fail(seat, `the worker did not start within ${LIMITS.startMs / 1000} s: reload the page, or try ?backend=cpu`);
    if (seat.state !== 'busy' || seat.phase === 'loading' || seat.phase === 'compiling') return;
    if (seat.cancelledAt !== undefined && seat.phase === 'computing') return clock.now() - Math.max(seat.cancelledAt, seat.heard) > LIMITS.cancelMs ? replace(seat, '') : undefined;
    const limit = Math.max(LIMITS.silenceMs, LIMITS.silenceBursts * Math.max(seat.burstMs, bursts.get(burstKey(seat.work!)) ?? 0));
    if (silent > limit) replace(seat, `the worker gave no sign of life for ${Math.round(silent / 1000)} s`);
  }

  const seatOf = (work: W) => [...seats].find((seat) => seat.work === work);
  const idleSeats = () => [...seats].filter((seat) => seat.state === 'idle' && !seat.retiring);

  for (let i = 0; i < first.size; i++) spawn();
  return {
    idle: () => idleSeats().map(({ models }) => models),
    assign(work) {
      const needed = membersOf(modelOf(work.request) ?? '');
      const held = ({ models }: Seat<W>) => needed.filter((model) => models.has(model)).length;
      const ranked = idleSeats().sort((a, b) => held(b) - held(a) || a.models.size - b.models.size);
      const seat = ranked[0];
      if (!seat) throw new Error('no worker is idle: ask idle() before assign()');
      Object.assign(seat, { state: 'busy', work, id: ++ids, phase: 'handed', burstMs: 0, heard: clock.now(), cancelledAt: undefined } satisfies Partial<Seat<W>>);
      seat.handle.postMessage({ type: 'run', id: seat.id, request: work.request, batchShare: work.batchShare });
      watch();
    },
    cancel(work) {
      const seat = seatOf(work);
      if (!seat || seat.cancelledAt !== undefined) return;
      seat.cancelledAt = clock.now();
      seat.handle.postMessage({ type: 'cancel', id: seat.id });
    },
    put(id, pixels) {
      pictures.delete(id);
      pictures.set(id, pixels);
      const oldest = pictures.keys().next().value;
      if (pictures.size > LIMITS.pictures && oldest !== undefined) pictures.delete(oldest);
      for (const seat of seats) seat.handle.postMessage({ type: 'put', id, pixels });
    },
    adopt(next, ready) {
      for (const seat of [...seats]) {
        seat.retiring = true;
        if (seat.state !== 'busy') remove(seat);
      }
      specs.push(next);
      enter(ready, 'idle');
      for (const [id, pixels] of pictures) ready.postMessage({ type: 'put', id, pixels });
      events.idle();
    },
    close() {
      stopWatch?.();
      for (const seat of [...seats]) remove(seat);
    },
  };
}
