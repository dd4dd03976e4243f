/** The tables: which rule each layer gets, what a network's shape decides, what a whole walk conserves. */
import { describe, expect, test } from 'vitest';
import { canonize } from '../graph/canonize.ts';
import { forward, type Graph, type Node } from '../graph/graph.ts';
import { ARCHITECTURES } from '../models/architectures/index.ts';
import { toGraph } from '../models/plain.ts';
import { useBackend } from '../testing/backends.ts';
import { distance } from '../testing/laws.ts';
import { relevance } from '../testing/relevance.ts';
import { toyCnn, toyImage, toyImported, toyTransformer } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { assignments } from './composite.ts';
import { compositeOf, COMPOSITES, lacksRules, NO_RULE, ruleTable, type CompositeId } from './composites.ts';
import { gammaRule } from './gamma.ts';
import { firstLayers, nonNegativeNodes, rectifiedNodes } from './structure.ts';
import { lacksTransformerRules } from './transformerRelevance.ts';

await useBackend('cpu');

const place = (graph: Graph) => ({ graph, shape: [8, 8, 3] });
/** The rule of each node by its id. */
const rulesOf = (id: CompositeId, graph: Graph) => Object.fromEntries(ruleTable(id, graph).map(([node, , rule]) => [node, rule]));

describe('which rule each layer gets', () => {
  test('the same everywhere, or by the kind of layer and its place', () => {
    const common = { preprocess: 'pass', act1: 'pass', sum: 'proportional', pool: 'proportional' };
    const rows: readonly (readonly [CompositeId, first: string, convolution: string, dense: string])[] = [
      ['epsilon', 'ε', 'ε', 'ε'], ['alpha-beta', 'αβ', 'αβ', 'αβ'], ['gamma', 'γ', 'γ', 'γ'], ['z-plus', 'z⁺', 'z⁺', 'z⁺'], ['deep-taylor', 'zᴮ', 'z⁺', 'z⁺'],
      ['epsilon-plus', 'z⁺', 'z⁺', 'ε'], ['epsilon-plus-flat', 'flat', 'z⁺', 'ε'], ['epsilon-alpha2-beta1', 'αβ', 'αβ', 'ε'],
      ['epsilon-alpha2-beta1-flat', 'flat', 'αβ', 'ε'], ['epsilon-gamma-box', 'zᴮ', 'γ', 'ε'], ['attn-lrp', 'γ', 'γ', 'γ'], ['attn-lrp-epsilon', 'ε', 'ε', 'ε'],
    ];
    expect(rows.map(([id]) => id)).toEqual(COMPOSITES);
    for (const [id, first, convolution, dense] of rows) {
      expect(rulesOf(id, toyCnn()), id).toMatchObject({ ...common, conv1: first, conv2: convolution, depthwise: convolution, logits: dense });
    }
  });

  test('a first dense layer has a box in Deep Taylor, and none where only a convolution may', () => {
    const { nodes, ...rest } = toyCnn();
    const head = { ...nodes.at(-1)!, inputs: ['flat'] };
    const flat: Graph = { ...rest, nodes: [{ id: 'flat', op: 'reshape', inputs: ['image'], weights: {}, attrs: { shape: [4] } }, head] };
    expect([rulesOf('deep-taylor', flat).logits, rulesOf('epsilon-gamma-box', flat).logits, rulesOf('epsilon-plus-flat', flat).logits]).toEqual(['zᴮ', 'ε', 'flat']);
  });

  test('a transformer\'s own parts follow attention-aware LRP under every composite', () => {
    for (const id of COMPOSITES) {
      const rules = rulesOf(id, toyTransformer());
      expect(rules).toMatchObject({ norm1: 'identity', scores: 'product', attention: 'softmax', mixed: 'product', positions: 'proportional', class: 'move', taken: 'move', gelu: 'pass' });
    }
    const unbiased = assignments(compositeOf('epsilon', place(toyTransformer()), { bias: false }), toyTransformer());
    expect(Object.fromEntries(unbiased).positions).toBe('pass');
  });

  test('every composite speaks of every layer of every architecture of the zoo', () => {
    for (const { id: name, build } of ARCHITECTURES) {
      const graph = canonize(toGraph(build(1, 12)));
      for (const id of COMPOSITES) expect(ruleTable(id, graph).filter(([, , rule]) => rule === NO_RULE), `${id} on ${name}`).toEqual([]);
      expect([...firstLayers(graph)], name).toHaveLength(1);
    }
  });

  test('an imported network: what passes, moves, is shared; a hard gate takes nothing', () => {
    const rules = { centred: 'pass', conv: 'ε', leaky: 'pass', norm: 'identity', pool: 'winner takes all', grouped: 'ε', swish: 'pass', squeezed: 'proportional', gate: 'pass', gated: 'gate', shuffled: 'move', resized: 'proportional', places: 'proportional', mean: 'proportional', logits: 'ε' };
    expect(rulesOf('epsilon', toyImported())).toMatchObject(rules);
    expect(rulesOf('epsilon-plus', toyImported())).toMatchObject({ conv: 'z⁺', grouped: 'z⁺' });
    const lone = (op: Node['op'], weights: Node['weights'], attrs: Node['attrs'] = {}): Graph => ({ input: 'x', output: 'y', nodes: [{ id: 'y', op, inputs: ['x'], weights, attrs }] });
    const shift = { shift: tf.ones([1, 3]) };
    expect(rulesOf('epsilon', lone('affine', shift)).y).toBe('proportional');
    expect(rulesOf('epsilon', lone('affine', shift, { fixed: true })).y).toBe('pass');
    expect(Object.fromEntries(assignments(compositeOf('epsilon', place(lone('affine', shift)), { bias: false }), lone('affine', shift))).y).toBe('pass');
    expect(rulesOf('epsilon', lone('clip', {}, { min: -1 })).y).toBe('pass');
  });

  test('a function without a rule has none in the table, and a reason in words', () => {
    const { nodes, ...rest } = toyImported();
    const odd = (op: Node['op'], attrs: Node['attrs'] = {}): Graph => ({ ...rest, nodes: nodes.map((node) => (node.id === 'swish' ? { ...node, op, attrs } : node)) });
    for (const id of COMPOSITES) {
      expect(lacksRules(id, toyImported())).toBeUndefined();
      expect(lacksRules(id, odd('cos'))).toBe('Relevance has no rule for cosines, which this model computes on the way.');
      expect(rulesOf(id, odd('cos')).swish).toBe(NO_RULE);
    }
    expect(lacksRules('epsilon', odd('clip', { min: 0.5, max: 2 }))).toMatch('clipping that moves 0');
    expect(lacksTransformerRules(odd('log'))).toMatch('logarithms');
    expect(lacksTransformerRules(toyImported())).toBeUndefined();
  });

  test('a layer that no row speaks of is an error, in the table and in the walk', () => {
    const whole = compositeOf('epsilon', place(toyCnn()));
    const partial = { ...whole, rows: whole.rows.filter(({ rule }) => rule !== 'proportional') };
    expect(() => relevance(toyCnn(), toyImage(), 2, partial)).toThrow("composite 'epsilon' has no rule for 'pool' (meanPool)");
    expect(() => assignments(partial, toyTransformer())).toThrow("composite 'epsilon' has no rule for 'positions' (addParam)");
  });
});

describe('what the shape of a network decides', () => {
  const node = (id: string, op: Node['op'], ...inputs: string[]): Node => ({ id, op, inputs, weights: {}, attrs: {} });
  const graph = (...nodes: Node[]): Graph => ({ input: 'x', output: nodes.at(-1)!.id, nodes });

  test('the first layers are those that the image reaches untouched', () => {
    expect([...firstLayers(toyCnn())]).toEqual(['conv1']);
    expect([...firstLayers(toyTransformer())]).toEqual(['patches']);
    const branched = graph(node('p', 'preprocess', 'x'), node('a', 'conv2d', 'p'), node('m', 'maxPool', 'p'), node('b', 'conv2d', 'm'), node('s', 'add', 'a', 'b'), node('skip', 'add', 's', 'p'), node('c', 'conv2d', 'skip'));
    expect([...firstLayers(branched)]).toEqual(['a', 'b']);
  });

  test('what cannot be negative: what a rectifier gives, and sums, means and moves of it', () => {
    expect([...nonNegativeNodes(toyCnn())]).toEqual(['act1', 'act2', 'act3', 'pool']);
    expect([...nonNegativeNodes(toyTransformer())]).toEqual(['attention']);
    expect([...nonNegativeNodes(graph(node('r', 'relu', 'x'), node('s', 'add', 'r', 'x'), node('t', 'add', 'r', 'r'), node('g', 'gelu', 't')))]).toEqual(['r', 't']);
  });

  test('where no relevance can arrive below 0: before rectifiers whose readers share by value', () => {
    expect([...rectifiedNodes(toyCnn())].sort()).toEqual(['conv1', 'depthwise', 'sum']);
    expect([...rectifiedNodes(toyTransformer())]).toEqual([]);
    const normed = graph(node('a', 'conv2d', 'x'), node('r', 'relu', 'a'), node('n', 'layerNorm', 'r'), node('b', 'dense', 'n'));
    expect([...rectifiedNodes(normed)]).toEqual([]); // layer norm hands relevance to a 0
    const imported = graph(node('a', 'groupConv2d', 'x'), node('r', 'relu', 'a'), node('q', 'quantize', 'r'), node('n', 'localResponseNorm', 'q'), node('s', 'slice', 'n'), node('m', 'reduceMean', 's'), node('b', 'dense', 'm'));
    expect([...rectifiedNodes(imported)]).toEqual(['a']);
    expect([...nonNegativeNodes(imported)]).toEqual(['r', 'q', 'n', 's', 'm']);
    const pooled = graph(node('a', 'conv2d', 'x'), node('r', 'relu', 'a'), node('m', 'maxPool', 'r'), node('f', 'reshape', 'm'), node('b', 'dense', 'f'));
    expect([...rectifiedNodes(pooled)]).toEqual(['a']);
  });

  test('to leave out what cannot arrive changes no bit', () => {
    for (const net of [toyCnn(), toyCnn({ bias: false }), toyTransformer(), toyImported()]) {
      const short = compositeOf('gamma', place(net));
      const long = { id: 'gamma', rows: short.rows.map((row) => (row.rule === 'γ' ? { ...row, policy: gammaRule({ gamma: 0.25 }) } : row)) };
      expect(distance(relevance(net, toyImage(), 2, short).dataSync(), relevance(net, toyImage(), 2, long).dataSync())).toBe(0);
    }
  });
});

describe('a walk without bias conserves the logit', () => {
  // α2β1 does so only where a unit has contributions of both signs.
  const conserving = COMPOSITES.filter((id) => !/alpha/.test(id));
  const total = (t: tf.Tensor) => tf.tidy(() => tf.sum(t).dataSync()[0]!);
  test.each(conserving)('%s', (id) => {
    const logitOf = (graph: Graph) => tf.tidy(() => forward(graph, toyImage()).dataSync()[2]!);
    const bare = toyCnn({ bias: false });
    expect(total(relevance(bare, toyImage(), 2, id))).toBeCloseTo(logitOf(bare), 3);
    const biased = toyCnn();
    expect(total(relevance(biased, toyImage(), 2, id, { bias: false }))).toBeCloseTo(logitOf(biased), 3);
    // With biases in the denominators some of it stays with them, unless the rule lets none take part (z⁺ has positive ones).
    expect(Math.abs(total(relevance(biased, toyImage(), 2, id)) - logitOf(biased))).toBeGreaterThan(1e-2);
  });
});

test('the parameters reach the rules', () => {
  const field = (id: CompositeId, options: object) => relevance(toyCnn(), toyImage(), 2, id, options).dataSync();
  const changes: readonly (readonly [CompositeId, object])[] = [['epsilon', { epsilon: 0.5 }], ['alpha-beta', { beta: 0.5 }], ['gamma', { gamma: 2 }], ['deep-taylor', { high: 2 }], ['deep-taylor', { low: [-1, 0, 0] }], ['epsilon-gamma-box', { gamma: 1 }], ['epsilon-plus-flat', { epsilon: 1 }], ['z-plus', { bias: false }]];
  for (const [id, options] of changes) expect(distance(field(id, {}), field(id, options)), id).toBeGreaterThan(1e-4);
  expect(distance(field('alpha-beta', { beta: 0 }), field('z-plus', {}))).toBe(0);
  expect(distance(field('attn-lrp', { gamma: 0.1 }), field('gamma', { gamma: 0.1 }))).toBe(0);
  expect(distance(field('gamma', { gamma: 0 }), field('epsilon', {}))).toBeLessThan(1e-3);
});
