/**
 * The UI's side of the engine: slots show requests, the latest wins, results are kept by key, a lost worker is replaced and its work done again.
 * Knows neither React nor the engine, and no view: what a slot is for is the caller's.
 */
import { follows, isPressing, isPreview, isWanted, newJob, nextJob, progressOf, RequestFailed, type Ask, type Job, type Shown, type Slot } from './jobs.ts';
import { keyOf } from './key.ts';
import { createPool, type Clock, type PoolSpec, type Ready, type WorkerHandle } from './pool.ts';
import type { Failure, Pixels, Request, Result, ResultOf } from './protocol.ts';
import { createResults } from './results.ts';

export type { Shown };
export type Status = 'queued' | 'running' | 'done' | 'failed' | 'not-applicable';

/** What one slot shows. `shown` stays while the next is computed, whatever `status` says; it answers `request` only where `status` is 'done'. */
export interface Entry {
  readonly status: Status;
  readonly request: Request;
  readonly progress?: { readonly done: number; readonly total: number; readonly msLeft?: number };
  /** Of 'failed' and 'not-applicable'. */
  readonly message?: string;
  readonly shown?: Shown;
}

export interface ShowOptions {
  /** Smaller is earlier. */
  readonly order?: number;
  /** Gives way to everything that is not. */
  readonly background?: boolean;
}

export interface AskOptions<K extends Request['kind'] = Request['kind']> extends ShowOptions {
  readonly signal?: AbortSignal;
  onPartial?(result: ResultOf<K>): void;
}

export interface ClientOptions extends PoolSpec {
  readonly clock: Clock;
  /** What a slot shows has changed; `undefined`: it shows nothing any more. */
  onEntry(slot: string, entry: Entry | undefined): void;
  /** How far the download of a model's weights is; `undefined`: it is over. */
  onLoading?(model: string, bytes: { readonly done: number; readonly total: number } | undefined): void;
  /** A worker has started (each of them says so, and each that replaces one). */
  onReady?(message: Ready): void;
  /** No worker could start; everything asked for has failed with this message. */
  onBroken?(message: string): void;
  readonly cacheBytes?: number;
}

export interface Client {
  /** `slot` wants `request` from now on, or nothing. */
  show(slot: string, request: Request | undefined, options?: ShowOptions): void;
  /** What `slot` wants is not known yet: what it wanted ends, what it shows stays, its status is 'queued'. */
  hold(slot: string): void;
  /** One result, by a promise; rejects with `RequestFailed`, or with the signal's reason once that is aborted: then nobody wants it here any more. */
  ask<K extends Request['kind']>(request: Extract<Request, { kind: K }>, options?: AskOptions<K>): Promise<ResultOf<K>>;
  /** Pixels of a picture, under the id by which requests name it. Kept for workers that start later. */
  put(id: string, pixels: Pixels): void;
  /** Forgets that the request of this key failed, and runs it again where a slot wants it. */
  retry(key: string): void;
  /** What `slot` shows. */
  entry(slot: string): Entry | undefined;
  /** While paused nothing runs: what ran is stopped and queued again, what is asked for waits. */
  pause(paused: boolean): void;
  /** Nothing is queued and nothing runs. */
  idle(): boolean;
  /** Moves to `ready`, a worker on a better backend that has started; `spec` makes others like it. */
  adopt(spec: PoolSpec, ready: WorkerHandle): void;
  close(): void;
}

/** How long a preview that was overtaken by the next one may go on, so that a dragged slider shows something on the way. */
const LINGER_MS = 400;
const DEATHS = 2;

export function createClient(options: ClientOptions): Client {
  const { clock } = options;
  const slots = new Map<string, Slot>();
  const jobs = new Map<string, Job>();
  const results = createResults(options.cacheBytes ?? 256 * 2 ** 20);
  /** Failures, final for their key until retried. */
  const finals = new Map<string, Failure>();
  const deaths = new Map<string, number>();
  let broken: string | undefined;
  let paused = false;
  const pool = createPool<Job>(options, clock, { ready: (message) => options.onReady?.(message), broken: breakDown, news, died, idle: dispatch, loading: options.onLoading });

  function entryOf({ request, key, shown, held }: Slot): Entry {
    if (held) return { status: 'queued', request, shown };
    const failure = finals.get(key);
    if (failure) return { status: failure.reason === 'not-applicable' ? 'not-applicable' : 'failed', request, message: failure.message, shown };
    const job = jobs.get(key);
    if (!job) return { status: shown && keyOf(shown.request) === key && !shown.partial ? 'done' : 'queued', request, shown };
    return { status: job.state, request, progress: job.total > 0 ? progressOf(job, clock.now()) : undefined, shown };
  }

  const tell = (names: Iterable<string>) => {
    for (const name of [...names]) options.onEntry(name, slots.has(name) ? entryOf(slots.get(name)!) : undefined);
  };

  /** The job of `request`, queued now if there is none. */
  function jobFor(request: Request, { order = 0, background = false }: ShowOptions): Job {
    const job = jobs.get(keyOf(request)) ?? newJob(request, order, background);
    job.order = Math.min(job.order, order);
    job.background &&= background;
    jobs.set(job.key, job);
    return job;
  }

  /** Hands out what is queued; a job of the background gives its worker up to one that is not. */
  function dispatch(): void {
    if (paused) return;
    for (let idle = pool.idle(); idle.length > 0; idle = pool.idle()) {
      const job = nextJob(jobs.values(), idle[0]!);
      if (!job) return;
      Object.assign(job, { state: 'running', startedAt: clock.now(), done: 0, total: 0 } satisfies Partial<Job>);
      pool.assign(job);
      tell(job.slots);
    }
    const urgent = [...jobs.values()].some((job) => job.state === 'queued' && !job.background);
    const pressing = [...jobs.values()].some((job) => job.state === 'queued' && isPressing(job)) && ![...jobs.values()].some((job) => job.state === 'running' && isPressing(job));
    const yielding = [...jobs.values()].find((job) => job.state === 'running' && (job.background || (pressing && job.request.kind === 'explain')));
    if (urgent && yielding) requeue(yielding);
  }

  /** Stops a running job and queues it again: a copy, so that late news of the run that was stopped do not settle it. */
  function requeue(job: Job): void {
    pool.cancel(job);
    jobs.set(job.key, { ...job, state: 'queued', done: 0, total: 0 });
  }

  /** `slot` no longer wants the job of `key`; without anyone who does, it ends. */
  function leave(name: string, key: string, next: Request | undefined): void {
    const job = jobs.get(key);
    if (!job?.slots.delete(name) || isWanted(job)) return;
    jobs.delete(key);
    if (job.state === 'queued') return;
    if (!next || !follows(next, job.request)) return pool.cancel(job);
    job.lingering.add(name);
    clock.after(LINGER_MS, () => pool.cancel(job));
  }

  function withdraw(key: string, ask: Ask, reason: Error): void {
    const job = jobs.get(key);
    if (!job?.asks.includes(ask)) return;
    job.asks.splice(job.asks.indexOf(ask), 1);
    ask.reject(reason);
    if (isWanted(job)) return;
    jobs.delete(key);
    if (job.state === 'running') pool.cancel(job);
  }

  /** The job is no more; nor is one of the same key that waits. Returns all whom its result concerns. */
  function settle(job: Job): readonly Job[] {
    const present = jobs.get(job.key);
    if (present !== job && present?.state !== 'queued') return [job];
    jobs.delete(job.key);
    return present === job ? [job] : [job, present];
  }

  function news(job: Job, message: Parameters<Parameters<typeof createPool<Job>>[2]['news']>[1]): void {
    switch (message.type) {
      case 'phase':
        return;
      case 'progress':
        job.done = message.done;
        job.total = message.total;
        return tell(job.slots);
      case 'partial':
        return arrive(job, message.result, true);
      case 'done':
        if (!isPreview(job.request)) results.set(job.key, message.result);
        for (const served of settle(job)) {
          arrive(served, message.result, false);
          for (const ask of served.asks) ask.resolve(message.result);
        }
        return;
      case 'failed':
        return failed(job, message.failure);
      case 'cancelled':
        return;
      default:
        return message satisfies never;
    }
  }

  /** Shows the result in every slot that wants it, or that wants what follows it in the same drag. */
  function arrive(job: Job, result: Result, partial: boolean): void {
    const shown: Shown = { request: job.request, result, preview: isPreview(job.request), partial };
    for (const ask of partial ? job.asks : []) ask.partial?.(result);
    const lingering = [...job.lingering].filter((name) => stillFollows(slots.get(name), job.request));
    const showing = [...job.slots, ...lingering].filter((name) => slots.has(name));
    for (const name of showing) slots.get(name)!.shown = shown;
    tell(showing);
  }

  /** The slot wants what follows `request`, and does not have it yet: what came late never hides what is newer. */
  const stillFollows = (slot: Slot | undefined, request: Request): boolean => slot !== undefined && follows(slot.request, request) && (!slot.shown || keyOf(slot.shown.request) !== slot.key);

  function failed(job: Job, failure: Failure): void {
    if (failure.reason === 'memory' && job.batchShare === 1) {
      Object.assign(job, { state: 'queued', batchShare: 0.5 } satisfies Partial<Job>);
      return tell(job.slots);
    }
    settle(job);
    finals.set(job.key, failure);
    for (const ask of job.asks) ask.reject(new RequestFailed(failure));
    tell(job.slots);
  }

  function died(job: Job, why: string, takenUp: boolean): void {
    if (!isWanted(job)) return void settle(job);
    const count = (deaths.get(job.key) ?? 0) + Number(takenUp);
    deaths.set(job.key, count);
    if (count >= DEATHS) return failed(job, { reason: 'failed', message: `${why}, ${count} times on this request. Retry it, or choose smaller parameters` });
    job.state = 'queued';
    tell(job.slots);
    dispatch();
  }

  function breakDown(message: string): void {
    broken = message;
    for (const job of [...jobs.values()]) failed(job, { reason: 'failed', message });
    options.onBroken?.(message);
  }

  /** Gives `slot` what is known of its request, or queues it. */
  function want(name: string, slot: Slot, options: ShowOptions): void {
    const exact = isPreview(slot.request) ? { ...slot.request, preview: undefined } as Request : slot.request;
    const known = results.get(keyOf(exact));
    if (known) slot.shown = { request: exact, result: known, preview: false, partial: false };
    if (known && exact !== slot.request) Object.assign(slot, { request: exact, key: keyOf(exact) });
    if (broken && !known) finals.set(slot.key, { reason: 'failed', message: broken });
    if (known || finals.has(slot.key)) return;
    jobFor(slot.request, options).slots.add(name);
  }

  return {
    show(name, request, showOptions = {}) {
      const before = slots.get(name);
      const key = request && keyOf(request);
      if (before && !before.held && before.key === key && (jobs.has(key) || entryOf(before).status !== 'queued')) {
        const job = jobs.get(key);
        if (job) job.order = showOptions.order ?? job.order;
        return;
      }
      if (before) leave(name, before.key, request);
      if (!request) slots.delete(name);
      else {
        const slot: Slot = { request, key: key!, shown: before?.shown };
        slots.set(name, slot);
        want(name, slot, showOptions);
      }
      if (before || request) tell([name]);
      dispatch();
    },
    hold(name) {
      const slot = slots.get(name);
      if (!slot || slot.held) return;
      leave(name, slot.key, undefined);
      slot.held = true;
      tell([name]);
      dispatch();
    },
    ask(request, askOptions = {}) {
      const known = results.get(keyOf(request));
      const failure = finals.get(keyOf(request)) ?? (broken ? ({ reason: 'failed', message: broken } as const) : undefined);
      if (known) return Promise.resolve(known as never);
      if (failure) return Promise.reject(new RequestFailed(failure));
      return new Promise((resolve, reject) => {
        const ask: Ask = { resolve: resolve as Ask['resolve'], reject, partial: askOptions.onPartial as Ask['partial'] };
        const { key, asks } = jobFor(request, askOptions);
        asks.push(ask);
        askOptions.signal?.addEventListener('abort', ({ target }) => withdraw(key, ask, (target as AbortSignal).reason as Error), { once: true });
        dispatch();
      });
    },
    put: (id, pixels) => pool.put(id, pixels),
    retry(key) {
      finals.delete(key);
      deaths.delete(key);
      for (const [name, slot] of slots) if (slot.key === key && !slot.held) want(name, slot, {});
      tell([...slots].filter(([, slot]) => slot.key === key).map(([name]) => name));
      dispatch();
    },
    entry: (name) => (slots.has(name) ? entryOf(slots.get(name)!) : undefined),
    pause(next) {
      paused = next;
      if (!paused) return dispatch();
      const running = [...jobs.values()].filter(({ state }) => state === 'running');
      for (const job of running) requeue(job);
      for (const job of running) tell(job.slots);
    },
    idle: () => jobs.size === 0,
    adopt: (spec, ready) => pool.adopt(spec, ready),
    close: () => pool.close(),
  };
}
