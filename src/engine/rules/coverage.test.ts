/** Every 'yes' of the table is tried: the forward pass and the vjp are finite, the second derivative exists, a composite has a rule that works. */
import { describe, expect, test } from 'vitest';
import { OPS, type Inputs, type Op, type OpName } from '../graph/ops/index.ts';
import { useBackend } from '../testing/backends.ts';
import { OP_SAMPLES, sampleTensor } from '../testing/opSamples.ts';
import * as tf from '../tf.ts';
import { follow } from './composite.ts';
import { compositeOf, COMPOSITES } from './composites.ts';
import { CAPABILITIES, COVERAGE } from './coverage.ts';
import { deepLift } from './deepLift.ts';
import type { DifferenceRule } from './difference.ts';
import { revealCancel } from './revealCancel.ts';

await useBackend('cpu');

const finite = (t: tf.Tensor) => expect(Array.from(t.dataSync()).every(Number.isFinite)).toBe(true);

describe.each(Object.entries(COVERAGE) as [OpName, (typeof COVERAGE)[OpName]][])('%s', (name, row) => {
  const op: Op = OPS[name];
  const { inputs, weights, attrs, reference } = OP_SAMPLES[name];
  const xs = inputs() as unknown as Inputs;
  const w = weights();
  const y = op.forward(xs, w, attrs);

  test('has a word for every capability', () => {
    for (const capability of CAPABILITIES) expect(row[capability]).toMatch(/^(yes|not for: .{10,}|work to do: .{10,})$/);
    expect([row.forward, row.vjp]).toEqual(['yes', 'yes']);
  });

  test('forward and vjp are finite', () => {
    finite(y);
    op.vjp(xs, y, w, attrs, tf.onesLike(y)).forEach(finite);
  });

  test.runIf(row.secondDerivative === 'yes')('its vjp can be differentiated', () => {
    const slope = (...z: tf.Tensor[]) => {
      const out = op.forward(z as unknown as Inputs, w, attrs);
      return tf.addN(op.vjp(z as unknown as Inputs, out, w, attrs, tf.square(out)).map((part) => tf.sum(tf.square(part))));
    };
    tf.grads(slope)([...xs]).forEach(finite);
  });

  const node = { id: name, op: name, inputs: xs.map((_, i) => `x${i}`), weights: w, attrs };

  test('DeepLIFT: multipliers that add up to the difference of the output, or none without rules beyond the paper', () => {
    const xs0 = (reference?.() ?? xs.map((x, i) => sampleTensor(`reference ${i}`, x.shape))) as unknown as Inputs;
    const y0 = op.forward(xs0, w, attrs);
    const signal = sampleTensor('signal', y.shape);
    const image = { graph: { input: 'x0', output: name, nodes: [node] }, value: new Map() };
    const run = (rule: DifferenceRule) => rule({ node, op, xs, y, signal, xs0, y0, differences: { image, reference: image, beside: new Map() } });
    const dot = (a: readonly tf.Tensor[], b: readonly tf.Tensor[]) => a.reduce((sum, t, i) => sum + tf.sum(tf.mul(t, b[i]!)).dataSync()[0]!, 0);
    const rise = dot([signal], [tf.sub(y, y0)]);
    for (const rule of [(products: boolean) => deepLift({ pool: 'difference', products }), (products: boolean) => revealCancel({ places: 'everywhere', pool: 'difference', products })]) {
      if (row.deepLift !== 'yes') expect(() => run(rule(false))).toThrow(`DeepLIFT has no rule for '${name}' (${name})`);
      const parts = run(rule(row.deepLift !== 'yes'));
      expect(Math.abs(dot(parts, xs.map((x, i) => tf.sub(x, xs0[i]!))) - rise)).toBeLessThan(1e-4 * Math.max(1, Math.abs(rise)));
    }
  });

  const isAttention = (id: string) => id.startsWith('attn');

  test.each(COMPOSITES)('%s: a rule that works as the first layer and as another, or none', (id) => {
    for (const input of ['x0', 'elsewhere']) {
      const composite = compositeOf(id, { graph: { input, output: name, nodes: [node] }, shape: xs[0].shape.slice(1) });
      const run = () => follow(composite)({ node, op, xs, y, signal: tf.onesLike(y) });
      if (row[isAttention(id) ? 'attnLrp' : 'lrp'] === 'yes') {
        const parts = run();
        expect(parts.map((part) => part.shape)).toEqual(xs.map((x) => x.shape));
        parts.forEach(finite);
      } else expect(run).toThrow(`has no rule for '${name}' (${name})`);
    }
  });
});

test('the table speaks of every op', () => {
  expect(Object.keys(COVERAGE).sort()).toEqual(Object.keys(OPS).sort());
});
