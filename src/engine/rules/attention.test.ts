/** Attention-aware LRP against a literal re-derivation in nested loops, double precision, on a transformer of one block; and what it conserves. */
import { describe, expect, test } from 'vitest';
import { forward, record, type Graph, type Node } from '../graph/graph.ts';
import { relevances } from '../methods/relevance.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, largest } from '../testing/laws.ts';
import { relevance } from '../testing/relevance.ts';
import { bookEpsilon, bookGamma, type BookRule } from '../testing/textbook.ts';
import { TOY_CLASSES, toyImage, toyTransformer } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { compositeOf } from './composites.ts';

await useBackend('cpu');

const TARGET = 2;
const graph = toyTransformer();
const [SIDE, PATCH, TOKENS, WIDTH, HEADS] = [8, 4, 5, 6, 2];
const HEAD = WIDTH / HEADS;
type Matrix = number[][];

const stab = (z: number) => (z >= 0 ? z + 1e-6 : z - 1e-6);
const zeros = (rows: number, columns: number): Matrix => Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0));
const add = (a: Matrix, b: Matrix) => a.map((row, t) => row.map((v, d) => v + b[t]![d]!));

/** A recorded value as rows of tokens, and a weight as a matrix [in][out]. */
const recorded = new Map<string, number[]>();
tf.tidy(() => record(graph, toyImage()).value.forEach((t, id) => recorded.set(id, Array.from(t.dataSync()))));
const rowsOf = (data: readonly number[], width: number): Matrix => Array.from({ length: data.length / width }, (_, t) => data.slice(t * width, (t + 1) * width));
const value = (id: string, width: number) => rowsOf(recorded.get(id)!, width);
const weightsOf = (id: string) => graph.nodes.find((node) => node.id === id)!.weights;
function layer(id: string): { w: Matrix; b: number[] } {
  const { kernel, bias } = weightsOf(id);
  const outputs = kernel!.shape.at(-1)!;
  return { w: rowsOf(Array.from(kernel!.dataSync()), outputs), b: bias ? Array.from(bias.dataSync()) : Array.from({ length: outputs }, () => 0) };
}
const throughLayer = (rule: BookRule, id: string, x: Matrix, r: Matrix): Matrix => x.map((row, t) => rule(row, layer(id), r[t]!));

/** R of a sum shared by what each summand gave: the residual connections, and the learned positions, which keep theirs. */
const share = (part: Matrix, sum: Matrix, r: Matrix): Matrix => part.map((row, t) => row.map((v, d) => (v / stab(sum[t]![d]!)) * r[t]![d]!));

/** [token][head, entry] of one head. */
const head = (x: Matrix, h: number, t: number, e: number) => x[t]![h * HEAD + e]!;

/** Relevance of the merged heads → of q, k and v, by the rules of the product (twice) and of the softmax. */
function throughAttention(r: Matrix): Record<'q' | 'k' | 'v', Matrix> {
  const [q, k, v, mixed] = [value('q', WIDTH), value('k', WIDTH), value('v', WIDTH), value('merged', WIDTH)];
  const [weights, scores] = [value('attention', TOKENS), value('scores', TOKENS)];
  const result = { q: zeros(TOKENS, WIDTH), k: zeros(TOKENS, WIDTH), v: zeros(TOKENS, WIDTH) };
  for (let h = 0; h < HEADS; h++)
    for (let t = 0; t < TOKENS; t++) {
      const [a, s] = [weights[h * TOKENS + t]!, scores[h * TOKENS + t]!];
      const ofWeights = a.map((weight, u) => {
        let sum = 0;
        for (let e = 0; e < HEAD; e++) {
          const part = (weight * head(v, h, u, e) * head(r, h, t, e)) / stab(2 * head(mixed, h, t, e));
          sum += part;
          result.v[u]![h * HEAD + e]! += part;
        }
        return sum;
      });
      const total = ofWeights.reduce((x, y) => x + y, 0);
      for (let u = 0; u < TOKENS; u++) {
        const ofScore = s[u]! * (ofWeights[u]! - a[u]! * total);
        for (let e = 0; e < HEAD; e++) {
          const part = ((head(q, h, t, e) * head(k, h, u, e)) / Math.sqrt(HEAD) / stab(2 * s[u]!)) * ofScore;
          result.q[t]![h * HEAD + e]! += part;
          result.k[u]![h * HEAD + e]! += part;
        }
      }
    }
  return result;
}

/** From the logit to the pixels, layer by layer. */
function literal(rule: BookRule): number[] {
  const tokens = (id: string) => value(id, WIDTH);
  const logits = value('logits', TOY_CLASSES)[0]!;
  const start = logits.map((z, c) => (c === TARGET ? z : 0));
  const [taken] = throughLayer(rule, 'logits', tokens('taken'), [start]);
  const normed = tokens('sum2').map((row, t) => (t === 0 ? taken! : row.map(() => 0))); // the class token; layer norm: identity
  const narrow = throughLayer(rule, 'shrunk', value('gelu', 12), share(tokens('shrunk'), tokens('sum2'), normed)); // GELU: identity
  const sum = add(share(tokens('sum'), tokens('sum2'), normed), throughLayer(rule, 'hidden', tokens('sum'), narrow));
  const merged = throughLayer(rule, 'out', tokens('merged'), share(tokens('out'), tokens('sum'), sum));
  const { q, k, v } = throughAttention(merged);
  const projected = [throughLayer(rule, 'q', tokens('norm1'), q), throughLayer(rule, 'k', tokens('norm1'), k), throughLayer(rule, 'v', tokens('norm1'), v)];
  const positions = [share(tokens('positions'), tokens('sum'), sum), ...projected].reduce(add);
  const classAndPatches = share(tokens('class'), tokens('positions'), positions);
  return throughPatches(rule, classAndPatches.slice(1));
}

/** The patch convolution as a dense layer on each patch; its stride is its size. */
function throughPatches(rule: BookRule, r: Matrix): number[] {
  const { w } = layer('patches');
  const image = Array.from(toyImage().dataSync());
  const result = image.map(() => 0);
  r.forEach((row, p) => {
    const at = (i: number) => {
      const [y, x, c] = [Math.floor(i / (PATCH * 3)), Math.floor(i / 3) % PATCH, i % 3];
      const [top, left] = [Math.floor(p / (SIDE / PATCH)) * PATCH, (p % (SIDE / PATCH)) * PATCH];
      return ((top + y) * SIDE + left + x) * 3 + c;
    };
    rule(w.map((_, i) => image[at(i)]!), { w, b: row.map(() => 0) }, row).forEach((v, i) => (result[at(i)]! += v));
  });
  return result;
}

describe('on a transformer of one block, AttnLRP is the sum written out', () => {
  test.each([
    ['attn-lrp', bookGamma(0.25)],
    ['attn-lrp-epsilon', bookEpsilon()],
  ] as const)('%s', (id, rule) => {
    const want = literal(rule);
    const got = relevance(graph, toyImage(), TARGET, id).dataSync();
    expect(largest(want)).toBeGreaterThan(0.01);
    expect(distance(got, want)).toBeLessThan(1e-4 * largest(want));
  });
});

/** The toy transformer without what absorbs relevance: no biases, no class token, no positions; the head reads the mean of the tokens. */
function bare(): Graph {
  const base = toyTransformer();
  const rewire = (id: string) => (id === 'positions' ? 'tokens' : id);
  const nodes = base.nodes.filter(({ id }) => id !== 'class' && id !== 'positions').map((node): Node => {
    const { bias: _, ...weights } = node.weights;
    const mean = node.op === 'takeToken' ? { op: 'meanTokens' as const, attrs: {} } : {};
    return { ...node, ...mean, weights, inputs: node.inputs.map(rewire) };
  });
  return { ...base, nodes };
}

describe('without biases AttnLRP conserves the logit up to what the softmax keeps', () => {
  test.each(['attn-lrp', 'attn-lrp-epsilon'] as const)('%s', (id) => {
    const net = bare();
    const x = toyImage();
    const composite = compositeOf(id, { graph: net, shape: x.shape.slice(1) });
    const { logit, found, kept, size } = tf.tidy(() => {
      const values = record(net, x).value;
      const numbers = (t: tf.Tensor) => Array.from(t.dataSync());
      const [scores, weights] = [numbers(values.get('scores')!), numbers(values.get('attention')!)];
      const logitHere = forward(net, x).dataSync()[TARGET]!;
      const signals = relevances({ graph: net, target: TARGET, score: { kind: 'logit' } }, x, composite, { keep: [net.input, 'attention'] });
      const arrived = numbers(signals.get('attention')!);
      // What arrives at the softmax less what it hands on: Σ_i R_i − Σ_i x_i (R_i − s_i Σ_j R_j), row by row.
      const rows = rowsOf(arrived, 4);
      const keptHere = rows.reduce((sum, row, t) => {
        const total = row.reduce((a, b) => a + b, 0);
        return sum + row.reduce((s, r, u) => s + r - scores[t * 4 + u]! * (r - weights[t * 4 + u]! * total), 0);
      }, 0);
      const field = numbers(signals.get(net.input)!);
      return { logit: logitHere, kept: keptHere, found: field.reduce((a, b) => a + b, 0), size: field.reduce((a, b) => a + Math.abs(b), 0) };
    });
    expect(Math.abs(kept)).toBeGreaterThan(1e-3 * size); // else the test would show nothing
    expect(Math.abs(found - (logit - kept))).toBeLessThan(1e-4 * size);
  });
});
