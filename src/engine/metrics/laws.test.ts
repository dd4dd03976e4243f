/** The laws, for every metric of the registry: a sound declaration, a finite score in its range, no tensor left, and indifference to what it does not name. */
import { describe, expect, test } from 'vitest';
import type { Field } from '../../fields/field.ts';
import { explain } from '../explain.ts';
import { Cancelled, runJob, type Host } from '../job/job.ts';
import { reference } from '../methods/cite.ts';
import { gradientTimesInput } from '../methods/gradientTimesInput.ts';
import { scores } from '../methods/walk.ts';
import { coerce, defaults, type Values } from '../params.ts';
import { useBackend } from '../testing/backends.ts';
import { testHost } from '../testing/laws.ts';
import { TOY_SIDE, toyCnn, toyImage } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { METRICS, metricOf } from './index.ts';
import { CATEGORIES, lacking, TRAITS, type Givens, type Judged, type Metric, type Trait } from './metric.ts';

await useBackend('cpu');

const graph = toyCnn();
const x = toyImage();
const target = 2;
const at = { graph, target, score: { kind: 'logit' as const } };
const fieldOf = (image: tf.Tensor, seed = 0): Promise<Field> => explain({ ...at, method: gradientTimesInput, x: image, seed, params: {} }, testHost());
const map = await fieldOf(x);

/** Quarters of the image with effects that no map can be right about by chance. */
const units: Givens['units'] = [3, -1, 2, -4].map((effect, quarter) => ({
  name: `quarter ${quarter}`,
  mask: { data: Uint8Array.from({ length: TOY_SIDE ** 2 }, (_, i) => Number(2 * Math.floor((2 * Math.floor(i / TOY_SIDE)) / TOY_SIDE) + Math.floor((2 * (i % TOY_SIDE)) / TOY_SIDE) === quarter)), height: TOY_SIDE, width: TOY_SIDE },
  effect,
}));

const judge = (metric: Metric, change: Partial<Judged> = {}, host: Host = testHost()) =>
  runJob(host, (job) => {
    const given: Givens = { units, score: (images) => scores(at, images, job), attribute: (again) => fieldOf(again.x ?? x, again.seed) };
    return metric.measure({ map, signed: true, x, target, seed: 3, params: { ...defaults(metric.params), ...metric.tiny } as Values, ...change, ...given }, job);
  }).then(({ result }) => result);

/** What a trait means: a metric that does not name it answers the same. */
const CHANGES: Readonly<Record<Trait, (v: number) => number>> = { sign: Math.abs, scale: (v) => 3 * v, offset: (v) => v + 0.05 };

describe.each(METRICS.map((metric) => [metric.id, metric] as const))('%s', (_, metric) => {
  test('its declaration is whole', () => {
    expect(metric.id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    for (const words of [metric.title, metric.card.says, metric.card.formula, metric.card.misleads, reference(metric.cite)]) expect(words.length).toBeGreaterThan(3);
    expect(CATEGORIES).toContain(metric.category);
    expect(metric.range[0]).toBeLessThan(metric.range[1]);
    for (const [name, param] of Object.entries(metric.params)) expect(param.title, name).toMatch(/^[A-Z]/);
    for (const [name, value] of Object.entries(metric.tiny ?? {})) expect(coerce(metric.params[name]!, value), name).toBe(value);
  });

  test('a finite score in its range, the same again', async () => {
    const { score, curve } = await judge(metric);
    expect(score).toBeGreaterThanOrEqual(metric.range[0]);
    expect(score).toBeLessThanOrEqual(metric.range[1]);
    expect(curve?.every(Number.isFinite) ?? true).toBe(true);
    expect((await judge(metric)).score).toBe(score);
  });

  test('does not depend on the batch', async () => {
    const { score } = await judge(metric);
    for (const batch of [1, 7]) expect((await judge(metric, {}, testHost({ batch }))).score).toBeCloseTo(score!, 5);
  });

  test('leaves no tensor, finished or cancelled at any tick', async () => {
    let ticks = 0;
    const before = tf.memory().numTensors;
    await judge(metric, {}, testHost({ progress: () => ticks++ }));
    expect(tf.memory().numTensors).toBe(before);
    expect(ticks).toBeGreaterThan(0);
    for (let stop = 1; stop <= ticks; stop++) {
      let seen = 0;
      await expect(judge(metric, {}, testHost({ cancelled: () => ++seen >= stop }))).rejects.toBeInstanceOf(Cancelled);
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  test.each(TRAITS.filter((trait) => !metric.sensitiveTo.includes(trait)))('is indifferent to the %s of the values', async (trait) => {
    const changed = { ...map, data: map.data.map(CHANGES[trait]) };
    expect((await judge(metric, { map: changed })).score).toBeCloseTo((await judge(metric)).score!, 6);
  });

  test('says in words what it lacks', () => {
    for (const name of metric.needs) expect(lacking(metric, { units, [name]: undefined })).toMatch(new RegExp(`^${metric.title} .+\\.$`));
    expect(lacking(metric, { units, score: () => tf.zeros([1]), attribute: () => Promise.resolve(map) })).toBeUndefined();
  });
});

test('ids are unique, and an unknown one is named', () => {
  expect(new Set(METRICS.map(({ id }) => id)).size).toBe(METRICS.length);
  expect(() => metricOf('goodness')).toThrow("no metric 'goodness'");
});
