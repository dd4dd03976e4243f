/** The runner of sweeps and its cache: order, stopping, failures, several processes at once, damaged files. */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { namesOf } from '../../studies/kept.ts';
import { sweepItem, type SweepPlan } from '../../studies/plan.ts';
import type { ExplainRequest, Request } from '../../worker/protocol.ts';
import { CATALOG, explainRequest, explainResult } from '../../worker/testing.ts';
import { openCache, type DiskCache } from './cache.ts';
import { runPlan } from './runPlan.ts';

const steps = (request: Request) => Number((request as ExplainRequest).params.steps);
/** Every item of n steps below 100 asks for one of 10 n; what is kept is an array of the steps. */
const planOf = (...all: number[]): SweepPlan<Float32Array> => ({
  first: all.map((n, i) => sweepItem(explainRequest(n), `${n} steps`, 10 * i, 1)),
  reduce: (_, result) => (result.kind === 'explain' ? result.data : new Float32Array()),
  follow: (item, [n]) => (n! < 100 ? [sweepItem(explainRequest(10 * n!), `${10 * n!} steps`, item.order + 1)] : []),
});
function asking() {
  const asked: number[] = [];
  return { asked, ask: (request: Request) => (asked.push(steps(request)), Promise.resolve(explainResult(steps(request)))) };
}
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'chorale-kept-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}
const nameOf = namesOf('test', CATALOG.models);
function open(path: string, names = nameOf): DiskCache<Float32Array> {
  const cache = openCache<Float32Array>(names, path);
  onTestFinished(() => cache.close());
  return cache;
}

test('by order, each once, and what outcomes ask for before later items', async () => {
  const { asked, ask } = asking();
  const told: string[] = [];
  const run = await runPlan(planOf(11, 12), ask, { report: (done, total) => told.push(`${done}/${total}`) });
  expect(asked).toEqual([11, 110, 12, 120]);
  expect(told).toEqual(['1/4', '2/4', '3/4', '4/4']);
  expect([...run.found.values()].map(([n]) => n)).toEqual([11, 110, 12, 120]);
  expect([run.asked, run.kept, run.left, run.failed]).toEqual([4, 0, 0, []]);
});

test('a failure is named, and the rest goes on without it', async () => {
  const { asked, ask } = asking();
  const run = await runPlan(planOf(11, 12), (request) => (steps(request) === 11 ? Promise.reject(new Error('needs attention')) : ask(request)));
  expect(run.failed.map(({ item, message }) => [item.name, message])).toEqual([['11 steps', 'needs attention']]);
  expect(asked).toEqual([12, 120]);
  const plan: SweepPlan<Float32Array> = { ...planOf(11, 12), without: ({ order }, _, failed) => [sweepItem(explainRequest(500 + failed.size), 'instead', order + 1)] };
  const instead = asking();
  await runPlan(plan, (request) => (steps(request) === 11 ? Promise.reject(new Error('needs attention')) : instead.ask(request)));
  expect(instead.asked).toEqual([501, 12, 120]);
});

test('stopped and run again it asks only for the rest; the outcomes are those of one run', async () => {
  const path = folder();
  const first = asking();
  const begun = await runPlan(planOf(11, 12), first.ask, { cache: open(path), stop: () => first.asked.length === 3 });
  expect([first.asked, begun.left]).toEqual([[11, 110, 12], 1]);
  const second = asking();
  const ended = await runPlan(planOf(11, 12), second.ask, { cache: open(path), stop: () => false });
  expect([second.asked, ended.kept, ended.left]).toEqual([[120], 3, 0]);
  expect(new Map(ended.found)).toEqual((await runPlan(planOf(11, 12), asking().ask)).found);
});

test('processes that write at once have files of their own; the next reads both', () => {
  const path = folder();
  const [a, b] = [open(path), open(path)];
  for (const n of [11, 13]) a.put(explainRequest(n), Float32Array.of(n));
  b.put(explainRequest(12), Float32Array.of(12));
  a.put(explainRequest(14), Float32Array.of(14));
  expect(readdirSync(path)).toHaveLength(2);
  const c = open(path);
  expect([11, 12, 13, 14].map((n) => c.get(explainRequest(n))?.[0])).toEqual([11, 12, 13, 14]);
  expect(a.get(explainRequest(13))).toEqual(Float32Array.of(13));
});

test('other weights, another version of what is kept and unknown models are not found', () => {
  const path = folder();
  open(path).put(explainRequest(11), Float32Array.of(11));
  const retrained = CATALOG.models.map((model) => ({ ...model, sha256: `${model.sha256} again` }));
  expect(open(path, namesOf('test', retrained)).get(explainRequest(11))).toBeUndefined();
  expect(open(path, namesOf('test-2', CATALOG.models)).get(explainRequest(11))).toBeUndefined();
  expect(nameOf(explainRequest(11, { model: 'gone' }))).toBeUndefined();
  expect(nameOf(explainRequest(11, { model: 'mean(cnn,gone)' }))).toBeUndefined();
  expect(nameOf(explainRequest(11, { model: 'mean(cnn,vit)' }))).toContain('["cnn","vit"]');
  const cache = open(path);
  cache.put(explainRequest(12, { model: 'gone' }), Float32Array.of(12));
  expect(cache.size).toBe(1);
});

test('an entry that was cut off, altered, or foreign is as if it were not there', () => {
  const path = folder();
  const cache = open(path);
  for (const n of [11, 12, 13]) cache.put(explainRequest(n), Float32Array.of(n));
  const file = join(path, readdirSync(path)[0]!);
  const whole = readFileSync(file);
  truncateSync(file, whole.length - 3);
  const cut = open(path);
  expect([11, 12, 13].map((n) => cut.get(explainRequest(n))?.[0])).toEqual([11, 12, undefined]);
  const altered = Buffer.from(whole);
  altered[altered.length - 1]! ^= 1;
  writeFileSync(file, altered);
  writeFileSync(join(path, 'foreign.kept'), 'something else that is long enough to have a head');
  expect([11, 12, 13].map((n) => open(path).get(explainRequest(n))?.[0])).toEqual([11, 12, undefined]);
  appendFileSync(file, 'rubbish');
  expect(open(path).size).toBe(3);
});
