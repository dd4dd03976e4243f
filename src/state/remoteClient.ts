/** The client for another thread of the page: a study that runs beside the page asks the page, whose engine it is. Both halves; runs nothing itself. */
import type { Client } from '../worker/client.ts';
import { RequestFailed } from '../worker/jobs.ts';
import type { Failure, Request, Result } from '../worker/protocol.ts';

/** From the other thread to the page. */
export type Question =
  | { readonly type: 'ask'; readonly id: number; readonly request: Request; readonly order: number }
  | { readonly type: 'withdraw'; readonly id: number }
  /** Forget that the request of this key failed. */
  | { readonly type: 'forget'; readonly key: string };
/** From the page to the other thread. */
export type Answer =
  | { readonly type: 'answer'; readonly id: number; readonly result: Result }
  | { readonly type: 'refuse'; readonly id: number; readonly failure: Failure };

export interface RemoteClient {
  /** For a sweep. */
  readonly client: Pick<Client, 'ask' | 'retry'>;
  /** What the page said. */
  hear(message: Answer): void;
}

interface Waiting {
  resolve(result: Result): void;
  reject(error: Error): void;
}

/** The other thread's half. */
export function createRemoteClient(post: (message: Question) => void): RemoteClient {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  const ask = (request: Request, { order = 0, signal }: { readonly order?: number; readonly signal?: AbortSignal } = {}): Promise<Result> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      const withdraw = () => {
        if (!waiting.delete(id)) return;
        post({ type: 'withdraw', id });
        reject(signal!.reason as Error);
      };
      signal?.addEventListener('abort', withdraw, { once: true });
      post({ type: 'ask', id, request, order });
    });
  return {
    client: { ask: ask as Client['ask'], retry: (key) => post({ type: 'forget', key }) },
    hear(message) {
      const one = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.type === 'answer') one?.resolve(message.result);
      else one?.reject(new RequestFailed(message.failure));
    },
  };
}

const failureOf = (error: unknown): Failure => (error instanceof RequestFailed ? error.failure : { reason: 'failed', message: error instanceof Error ? error.message : String(error) });

/** The page's half: hands questions to its client, as work of the background. */
export function answerQuestions(client: Pick<Client, 'ask' | 'retry'>, post: (message: Answer) => void): { hear(message: Question): void; close(): void } {
  const flying = new Map<number, AbortController>();
  const ask = async (id: number, request: Request, order: number): Promise<void> => {
    const controller = new AbortController();
    flying.set(id, controller);
    try {
      const result = await client.ask(request as never, { background: true, order, signal: controller.signal });
      post({ type: 'answer', id, result });
    } catch (error) {
      if (!controller.signal.aborted) post({ type: 'refuse', id, failure: failureOf(error) });
    } finally {
      flying.delete(id);
    }
  };
  return {
    hear(message) {
      switch (message.type) {
        case 'ask':
          return void ask(message.id, message.request, message.order);
        case 'withdraw':
          return flying.get(message.id)?.abort();
        case 'forget':
          return client.retry(message.key);
        default:
          return message satisfies never;
      }
    },
    close: () => flying.forEach((controller) => controller.abort()),
  };
}
