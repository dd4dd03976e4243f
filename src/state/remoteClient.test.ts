/** The client across a thread: answers, failures and withdrawals arrive as they would without one. */
import { expect, test } from 'vitest';
import { RequestFailed } from '../worker/jobs.ts';
import type { PredictResult } from '../worker/protocol.ts';
import { answerQuestions, createRemoteClient, type RemoteClient } from './remoteClient.ts';

const request = { kind: 'predict', model: 'cnn', image: { kind: 'scene', seed: 1 } } as const;
const result: PredictResult = { kind: 'predict', logits: new Float32Array(2), probabilities: Float32Array.of(0.25, 0.75) };

/** Both halves, with every message copied as between threads. */
function trial() {
  const asked: { request: unknown; options: { background?: boolean; order?: number; signal?: AbortSignal }; resolve(value: unknown): void; reject(error: Error): void }[] = [];
  const retried: string[] = [];
  const page = answerQuestions(
    { ask: (wanted: unknown, options = {}) => new Promise((resolve, reject) => asked.push({ request: wanted, options, resolve: resolve as never, reject })) as never, retry: (key) => void retried.push(key) },
    (message) => remote.hear(structuredClone(message)),
  );
  const remote: RemoteClient = createRemoteClient((message) => page.hear(structuredClone(message)));
  return { asked, retried, page, remote };
}

test('an answer comes back, asked in the background at its order', async () => {
  const { asked, remote } = trial();
  const answer = remote.client.ask(request, { order: 7 });
  expect([asked[0]!.request, asked[0]!.options.background, asked[0]!.options.order]).toEqual([request, true, 7]);
  asked[0]!.resolve(result);
  await expect(answer).resolves.toEqual(result);
});

test('a failure keeps its reason; any other error is one', async () => {
  const { asked, remote } = trial();
  const [first, second] = [remote.client.ask(request), remote.client.ask(request)];
  asked[0]!.reject(new RequestFailed({ reason: 'not-applicable', message: 'needs a spatial map' }));
  asked[1]!.reject(new Error('no such model'));
  await expect(first).rejects.toMatchObject({ failure: { reason: 'not-applicable', message: 'needs a spatial map' } });
  await expect(second).rejects.toMatchObject({ failure: { reason: 'failed', message: 'no such model' } });
});

test('what is withdrawn is withdrawn at the page, and its late answer is for nobody', async () => {
  const { asked, remote } = trial();
  const controller = new AbortController();
  const answer = remote.client.ask(request, { signal: controller.signal });
  controller.abort(new Error('paused'));
  await expect(answer).rejects.toThrow('paused');
  expect(asked[0]!.options.signal!.aborted).toBe(true);
  asked[0]!.resolve(result);
});

test('a retry reaches the client; closing withdraws what is on the way', () => {
  const { asked, retried, page, remote } = trial();
  remote.client.retry('some key');
  void remote.client.ask(request);
  page.close();
  expect([retried, asked[0]!.options.signal!.aborted]).toEqual([['some key'], true]);
});
