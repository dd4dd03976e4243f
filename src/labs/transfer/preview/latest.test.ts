/** Lanes: one request at a time each, then the latest; late and failed answers never stand for what is wanted now. */
import { expect, test } from 'vitest';
import { createLatest, type Lane } from './latest.ts';

function trial() {
  const asked: { request: string; at: number; signal: AbortSignal; resolve(answer: string): void; reject(error: Error): void }[] = [];
  let seen: ReadonlyMap<string, Lane<string, string>> = new Map();
  const latest = createLatest<string, string>({
    ask: (request, at, signal) => new Promise((resolve, reject) => asked.push({ request, at, signal, resolve, reject })),
    onChange: (lanes) => void (seen = lanes),
  });
  const want = (wishes: Record<string, string>) => latest.want(new Map(Object.entries(wishes)));
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  return { asked, latest, want, settled, lane: (name: string) => seen.get(name), requests: () => asked.map(({ request }) => request) };
}

test('a drag asks for its first wish and then for its last; what lies between is never asked', async () => {
  const { want, asked, settled, requests, lane } = trial();
  for (const q of ['q1', 'q2', 'q3', 'q4']) want({ cnn: q });
  expect(requests()).toEqual(['q1']);
  expect(asked[0]!.signal.aborted).toBe(false);
  asked[0]!.resolve('one');
  await settled();
  expect(requests()).toEqual(['q1', 'q4']);
  expect(lane('cnn')).toEqual({ wanted: 'q4', answered: 'q1', answer: 'one' });
  asked[1]!.resolve('four');
  await settled();
  expect(lane('cnn')).toEqual({ wanted: 'q4', answered: 'q4', answer: 'four' });
  expect(requests()).toHaveLength(2);
});

test('lanes do not wait for each other, and go in their order', () => {
  const { want, asked } = trial();
  want({ cnn: 'a', vit: 'b' });
  expect(asked.map(({ request, at }) => [request, at])).toEqual([['a', 0], ['b', 1]]);
});

test('the same wish again asks nothing; a failure stays until another wish or a retry', async () => {
  const { want, asked, settled, requests, lane, latest } = trial();
  want({ cnn: 'a' });
  asked[0]!.reject(new Error('out of memory'));
  await settled();
  want({ cnn: 'a' });
  expect([requests(), lane('cnn')]).toEqual([['a'], { wanted: 'a', problem: 'out of memory' }]);
  latest.retry();
  expect(requests()).toEqual(['a', 'a']);
  asked[1]!.resolve('well');
  await settled();
  expect(lane('cnn')).toEqual({ wanted: 'a', answered: 'a', answer: 'well' });
});

test('the failure of what is no longer wanted says nothing', async () => {
  const { want, asked, settled, requests, lane } = trial();
  want({ cnn: 'a' });
  want({ cnn: 'b' });
  asked[0]!.reject(new Error('gone'));
  await settled();
  expect([requests(), lane('cnn')]).toEqual([['a', 'b'], { wanted: 'b' }]);
});

test('a lane that is no longer named is withdrawn, and its late answer changes nothing', async () => {
  const { want, asked, settled, lane, latest } = trial();
  want({ cnn: 'a', vit: 'b' });
  want({ vit: 'b' });
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  asked[0]!.resolve('late');
  await settled();
  expect(lane('cnn')).toBeUndefined();
  latest.close();
  expect(asked[1]!.signal.aborted).toBe(true);
});
