/** The composites on offer, as tables of layers and rules, and what each gives to a network. The rules themselves stand in their own files. */
import type { Graph, Node, Policy } from '../graph/graph.ts';
import { alphaBetaRule, zPlusRule } from './alphaBeta.ts';
import { boxRule, type Bound } from './box.ts';
import { COMMON, gateRows, is, onlyShifts, pass, rowFor, withoutRule, type Composite, type Match, type Row } from './composite.ts';
import { epsilonRule } from './epsilon.ts';
import { flatRule } from './flat.ts';
import { gammaRule } from './gamma.ts';
import { CONVOLUTIONS, firstLayers, LINEAR, nonNegativeNodes, rectifiedNodes } from './structure.ts';

/** Of which layers a row speaks. 'first' ones read the image with no other linear layer before them. */
type Layers = 'first' | 'firstConvolution' | 'convolution' | 'dense' | 'linear';
type RuleName = 'ε' | 'αβ' | 'z⁺' | 'γ' | 'zᴮ' | 'flat';

/** Ordered, the first match wins; layers without weights get the rows of COMMON. */
const TABLES = {
  'epsilon': [['linear', 'ε']],
  'alpha-beta': [['linear', 'αβ']],
  'gamma': [['linear', 'γ']],
  'z-plus': [['linear', 'z⁺']],
  'deep-taylor': [['first', 'zᴮ'], ['linear', 'z⁺']],
  'epsilon-plus': [['convolution', 'z⁺'], ['dense', 'ε']],
  'epsilon-plus-flat': [['first', 'flat'], ['convolution', 'z⁺'], ['dense', 'ε']],
  'epsilon-alpha2-beta1': [['convolution', 'αβ'], ['dense', 'ε']],
  'epsilon-alpha2-beta1-flat': [['first', 'flat'], ['convolution', 'αβ'], ['dense', 'ε']],
  'epsilon-gamma-box': [['firstConvolution', 'zᴮ'], ['convolution', 'γ'], ['dense', 'ε']],
  'attn-lrp': [['linear', 'γ']],
  'attn-lrp-epsilon': [['linear', 'ε']],
} as const satisfies Readonly<Record<string, readonly (readonly [Layers, RuleName])[]>>;

export type CompositeId = keyof typeof TABLES;
export const COMPOSITES = Object.keys(TABLES) as readonly CompositeId[];

/** What each is called on the page, after the method that follows it. */
export const COMPOSITE_TITLES = {
  'epsilon': 'LRP-ε',
  'alpha-beta': 'LRP-αβ',
  'gamma': 'LRP-γ',
  'z-plus': 'LRP-z⁺',
  'deep-taylor': 'Deep Taylor',
  'epsilon-plus': 'LRP-ε-z⁺',
  'epsilon-plus-flat': 'LRP-ε-z⁺, flat',
  'epsilon-alpha2-beta1': 'LRP-ε-α2β1',
  'epsilon-alpha2-beta1-flat': 'LRP-ε-α2β1, flat',
  'epsilon-gamma-box': 'LRP-ε-γ-box',
  'attn-lrp': 'AttnLRP, γ',
  'attn-lrp-epsilon': 'AttnLRP, ε',
} as const satisfies Record<CompositeId, string>;

/** The numbers of the rules; each composite reads those that its rules have. */
export interface RuleOptions {
  /** Of the ε-rule: how much weaker contradictory evidence is to weigh. 1e-6 where absent: it only avoids a division by 0. */
  readonly epsilon?: number;
  /** Of the γ-rule: 0.25 where absent. */
  readonly gamma?: number;
  /** Of the αβ-rule, α = 1 + β: 1 where absent. */
  readonly beta?: number;
  /** Off: biases take no part and absorb nothing; a learned position passes all relevance on. On where absent. */
  readonly bias?: boolean;
  /** Of the zᴮ-rule, in pixel space: 0 and 1 where absent. */
  readonly low?: Bound;
  readonly high?: Bound;
}

/** What a table is made for: which layers are the first hangs on the graph, the image of the bounds on the input's shape, [H, W, C] or [F]. */
export interface Place {
  readonly graph: Graph;
  readonly shape: readonly number[];
}

/** The composite `id` for one network. Makes no tensor. */
export function compositeOf(id: CompositeId, { graph, shape }: Place, options: RuleOptions = {}): Composite {
  const { epsilon, gamma = 0.25, beta = 1, bias = true, low, high } = options;
  const [first, known, rectified] = [firstLayers(graph), nonNegativeNodes(graph), rectifiedNodes(graph)];
  const isFirst: Match = (node: Node) => first.has(node.id);
  const isConvolution = is(...CONVOLUTIONS);
  const matches = {
    first: isFirst,
    firstConvolution: (node) => isFirst(node) && isConvolution(node),
    convolution: isConvolution,
    dense: is('dense'),
    linear: is(...LINEAR),
  } satisfies Record<Layers, Match>;
  const shared = { bias, nonNegative: (node: string) => known.has(node) };
  const policies = {
    'ε': epsilonRule({ epsilon, bias }),
    'αβ': alphaBetaRule({ ...shared, beta }),
    'z⁺': zPlusRule(shared),
    'γ': gammaRule({ ...shared, gamma, rectified: (node) => rectified.has(node) }),
    'zᴮ': boxRule({ graph, shape, low, high }),
    'flat': flatRule,
  } satisfies Record<RuleName, Policy>;
  const own = TABLES[id].map(([layers, rule]): Row => ({ match: matches[layers], rule, policy: policies[rule] }));
  const positions: readonly Row[] = bias ? [] : [{ match: onlyShifts, rule: 'pass', policy: pass }];
  return { id, rows: [...own, ...positions, ...gateRows(graph), ...COMMON] };
}

/** Why the composite `id` cannot explain `graph`, in words for the visitor; `undefined` where it can. */
export const lacksRules = (id: CompositeId, graph: Graph): string | undefined => withoutRule(compositeOf(id, { graph, shape: [] }), graph);

/** What stands in the table of rules where a node has none. */
export const NO_RULE = 'none';

/** Which rule each layer of `graph` gets under the composite `id`, as data: [node, op, rule] in the order of the network. */
export function ruleTable(id: CompositeId, graph: Graph): readonly (readonly [node: string, op: string, rule: string])[] {
  const composite = compositeOf(id, { graph, shape: [] });
  return graph.nodes.map((node) => [node.id, node.op, rowFor(composite, node)?.rule ?? NO_RULE] as const);
}
