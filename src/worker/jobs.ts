/** What is to be computed and who wants it, in the order in which it is done. Knows no workers and no results. */
import { keyOf, membersOf, modelOf } from './key.ts';
import type { Failure, ImageRef, Request, Result } from './protocol.ts';

/** Someone who waits for a result by a promise. */
export interface Ask {
  resolve(result: Result): void;
  reject(failure: Error): void;
  partial?(result: Result): void;
}

/** A finished result with the request that made it. */
export interface Shown {
  readonly request: Request;
  readonly result: Result;
  /** Made with the cheaper parameters of a dragged slider. */
  readonly preview: boolean;
  /** Strips of it are still to come. */
  readonly partial: boolean;
}

/** A place that shows one request at a time. */
export interface Slot {
  request: Request;
  key: string;
  shown?: Shown;
  /** Waits to hear what it wants next. */
  held?: boolean;
}

export interface Job {
  readonly key: string;
  readonly request: Request;
  /** Slots that show it. */
  readonly slots: Set<string>;
  readonly asks: Ask[];
  /** Slots that moved on to another preview of the same picture, and still show this one when it comes. */
  readonly lingering: Set<string>;
  /** Smaller is earlier. */
  order: number;
  /** Gives way to any job that is not. */
  background: boolean;
  state: 'queued' | 'running';
  startedAt: number;
  done: number;
  total: number;
  /** Of the usual batch: a half after the memory was full. */
  batchShare: number;
}

/** A request that ended without a result; `failure` names the thing, the value and the remedy. */
export class RequestFailed extends Error {
  override name = 'RequestFailed';
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

export const newJob = (request: Request, order: number, background: boolean): Job => ({
  key: keyOf(request),
  request,
  slots: new Set(),
  asks: [],
  lingering: new Set(),
  order,
  background,
  state: 'queued',
  startedAt: 0,
  done: 0,
  total: 0,
  batchShare: 1,
});

export const isWanted = (job: Job): boolean => job.slots.size > 0 || job.asks.length > 0;

/** A dialog stands still until it is there: a map gives way. */
export const isPressing = ({ request: { kind } }: Pick<Job, 'request'>): boolean => kind === 'inspect' || kind === 'text' || kind === 'download';

export const isPreview = (request: Request): boolean => request.kind === 'explain' && request.preview === true;

/** The same scene, as it looked a moment ago. */
const isSameScene = (a: ImageRef, b: ImageRef): boolean => a.kind === 'scene' && b.kind === 'scene' && a.seed === b.seed;

/** `next` takes the place of `before` within one drag: what comes of `before` is still worth a look. */
export function follows(next: Request, before: Request): boolean {
  if (next.kind === 'explain' && before.kind === 'explain') return isPreview(next) && isPreview(before) && next.model === before.model && next.method === before.method;
  if (next.kind === 'predict' && before.kind === 'predict') return next.model === before.model && isSameScene(next.image, before.image);
  return next.kind === 'scene' && before.kind === 'scene' && next.size === before.size && next.seed === before.seed;
}

/** With the time left in ms at the pace so far. */
export const progressOf = ({ done, total, startedAt }: Job, now: number): { readonly done: number; readonly total: number; readonly msLeft?: number } => ({
  done,
  total,
  msLeft: done > 0 ? ((now - startedAt) / done) * (total - done) : undefined,
});

/** How far down the queue a worker looks for work on a model that it has. */
const NEAR = 4;

/** The queued job that comes next for a worker that holds `models`: the first of the order, or one near it on a model at hand. */
export function nextJob(jobs: Iterable<Job>, models: ReadonlySet<string>): Job | undefined {
  const queue = [...jobs].filter(({ state }) => state === 'queued').sort((a, b) => Number(isPressing(b)) - Number(isPressing(a)) || Number(a.background) - Number(b.background) || a.order - b.order);
  const [first] = queue;
  // Work without a model waits for its turn: it never overtakes. What a running map gave way to is not overtaken, or it would give way for ever.
  if (!first || !modelOf(first.request) || isPressing(first)) return first;
  const near = queue.slice(0, NEAR).filter(({ background }) => background === first.background);
  return near.find(({ request }) => membersOf(modelOf(request) ?? '').every((model) => models.has(model))) ?? first;
}
