import { beforeAll, describe, expect, it } from 'vitest';
import { stream } from '../math/rng.ts';
import { draft } from '../models/draft.ts';
import type { PlainGraph } from '../models/plain.ts';
import { useBackend } from '../testing/backends.ts';
import * as tf from '../tf.ts';
import { packState, unpackState } from './checkpoint.ts';
import { augmentedBatch, epochOrder, type Images } from './images.ts';
import { crossEntropy } from './loss.ts';
import { adamStep, rateAt } from './optimizer.ts';
import { freshState, layoutOf, type TrainingState } from './state.ts';
import { totalSteps, trainStep, validate, type Run } from './trainer.ts';

beforeAll(() => useBackend('wasm'));

/** Two patterns of one mean colour: horizontal and vertical stripes of random phase and colours. */
function stripes(count: number, seed: number): Images {
  const size = 16;
  const rgb = new Uint8Array(count * size * size * 3);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
  for (let i = 0; i < count; i++) {
    const draws = stream(seed, 'stripes', i);
    const [phase, low, high] = [draws.below(4), draws.below(100), 130 + draws.below(120)];
    for (let p = 0; p < size * size; p++) {
      const along = labels[i] === 0 ? Math.floor(p / size) : p % size;
      rgb.fill((along + phase) % 4 < 2 ? low : high, 3 * (i * size * size + p), 3 * (i * size * size + p) + 3);
    }
  }
  return { rgb, labels, size, count };
}

function tiny(): PlainGraph {
  const d = draft(1);
  const x = d.node('relu', 'relu', [d.conv('conv', 'preprocess', { from: 3, to: 6, size: 3, stride: 2 })]);
  return d.finish(d.dense('logits', d.node('pool', 'meanPool', [x]), 6, 2), { node: x });
}

const recipe = { epochs: 8, batch: 16, peakRate: 0.02, weightDecay: 0.01, sides: [[1, 16]] } as const;
const newRun = (): Run => ({ layout: layoutOf(tiny()), recipe, images: stripes(128, 1), seed: 4 });

function advance(run: Run, state: TrainingState, until: number): void {
  while (state.step < until) trainStep(run, state);
}

describe('the trainer', () => {
  it('learns to tell two patterns apart', () => {
    const run = newRun();
    const state = freshState(run.layout);
    const unseen = stripes(100, 2);
    expect(validate(run.layout, state, unseen)).toBeLessThan(0.8);
    const tensors = tf.memory().numTensors;
    advance(run, state, totalSteps(run));
    expect(validate(run.layout, state, unseen)).toBeGreaterThan(0.95);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('goes on from a checkpoint bit for bit as if it had not stopped', () => {
    const run = newRun();
    const label = { id: 'tiny', seed: 4, scenes: 128, epochs: 8 };
    const whole = freshState(run.layout);
    advance(run, whole, 7);
    const saved = packState(label, whole);
    advance(run, whole, 13);
    const resumed = freshState(newRun().layout);
    unpackState(saved, label, resumed);
    advance(newRun(), resumed, 13);
    expect(resumed).toEqual(whole);
  });

  it('refuses the checkpoint of another run', () => {
    const state = freshState(layoutOf(tiny()));
    const label = { id: 'tiny', seed: 4, scenes: 128, epochs: 8 };
    expect(() => unpackState(packState(label, state), { ...label, seed: 5 }, state)).toThrow(/seed 4, this run 5.*--fresh/);
    const shorter = { ...state, average: state.average.slice(1) };
    expect(() => unpackState(packState(label, state), label, shorter)).toThrow(/average.*architecture has changed/);
  });
});

describe('the order and the augmentation', () => {
  it('show every image once an epoch, in another order each time', () => {
    const order = epochOrder(1, 0, 50);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(epochOrder(1, 0, 50)).toEqual(order);
    expect(epochOrder(1, 1, 50)).not.toEqual(order);
  });

  it('change an image by its address alone, and stay in [0, 1]', () => {
    const images = stripes(4, 3);
    const batch = augmentedBatch(images, [0, 1, 2, 3], { side: 16 }, 9, 100);
    const each = 16 * 16 * 3;
    expect(augmentedBatch(images, [2], { side: 16 }, 9, 102)).toEqual(batch.slice(2 * each, 3 * each));
    expect(augmentedBatch(images, [2], { side: 16 }, 9, 103)).not.toEqual(batch.slice(2 * each, 3 * each));
    expect(Math.min(...batch)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...batch)).toBeLessThanOrEqual(1);
    expect(augmentedBatch(images, [0], { side: 12 }, 9, 0).length).toBe(12 * 12 * 3);
  });
});

describe('the loss', () => {
  it('has the gradient of its finite differences, and counts the right ones', () => {
    const logits = Float32Array.from([2, -1, 0.5, 0, 0.3, -2]);
    const { loss, correct, signal } = crossEntropy(logits, [0, 2], 0.1);
    expect(correct).toBe(1);
    logits.forEach((z, i) => {
      const moved = Float32Array.from(logits);
      moved[i] = z + 0.01;
      expect((crossEntropy(moved, [0, 2], 0.1).loss - loss) / 0.01).toBeCloseTo(signal[i]!, 2);
    });
  });
});

describe('the optimiser', () => {
  const state = (weights: number[]): TrainingState => ({ step: 0, weights: Float32Array.from(weights), momentum: new Float32Array(2), squares: new Float32Array(2), average: Float32Array.from(weights), statistics: new Float32Array(0) });

  it('steps by the rate against the sign of the first gradient, and decays kernels only', () => {
    const s = state([1, 1]);
    adamStep(s, Float32Array.from([0.3, -0.2]), 0.1, 0.5, Uint8Array.from([1, 0]));
    expect(s.weights[0]).toBeCloseTo(1 - 0.1 - 0.05, 5);
    expect(s.weights[1]).toBeCloseTo(1 + 0.1, 5);
    expect(s.step).toBe(1);
  });

  it('refuses a gradient that is not finite', () => {
    expect(() => adamStep(state([1, 1]), Float32Array.from([NaN, 0]), 0.1, 0, new Uint8Array(2))).toThrow(/step 0.*not finite/);
  });

  it('warms up, then falls to zero', () => {
    expect(rateAt(0, 1000, 1)).toBeCloseTo(1 / 50);
    expect(rateAt(50, 1000, 1)).toBe(1);
    expect(rateAt(525, 1000, 1)).toBeCloseTo(0.5, 5);
    expect(rateAt(999, 1000, 1)).toBeLessThan(1e-4);
  });
});
