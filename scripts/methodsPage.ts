/** docs/methods.md as text, from the methods' own cards, so that the page cannot say other than the app. Writes nothing. */
import type { Graph } from '../src/engine/graph/graph.ts';
import type { Method } from '../src/engine/methods/method.ts';
import { reference } from '../src/engine/methods/cite.ts';
import { methodOf } from '../src/engine/methods/index.ts';
import { ARCHITECTURES } from '../src/engine/models/architectures/index.ts';
import { toGraph } from '../src/engine/models/plain.ts';
import { defaults, type Param } from '../src/engine/params.ts';

const CLASSES = 12;
const SCORE_WORDS = { logit: 'the logit', probability: 'the probability', 'log-probability': 'the log-probability', margin: 'the margin' } as const;

function rangeOf(param: Param): string {
  switch (param.kind) {
    case 'int':
    case 'float':
      return `${param.min} … ${param.max}`;
    case 'choice':
      return param.options.map((option) => `\`${option}\``).join(', ');
    case 'flag':
      return 'on or off';
    default:
      return param satisfies never;
  }
}

const row = ([name, param]: [string, Param]) => `| \`${name}\` | ${param.title} | ${rangeOf(param)} | \`${String(param.default)}\` | ${param.help ?? ''} |`;

function explainsWords(method: Method, graph: Graph): string {
  const claims = method.claims(defaults(method.params), graph);
  if (claims.includes('class-free')) return 'the same for every class';
  return claims.includes('score-free') ? 'explains the class, the same for every score' : `explains ${SCORE_WORDS[method.score]}, as published`;
}

function section(method: Method, graph: Graph): string {
  const params = Object.entries(method.params);
  const { forward, backward, exact } = method.passes(defaults(method.params), { shape: [64, 64, 3], classes: CLASSES, graph });
  const table = params.length === 0 ? ['It has no parameters.'] : ['| name | title | values | default | what it does |', '| --- | --- | --- | --- | --- |', ...params.map(row)];
  return [
    `## ${method.title}`,
    '',
    `\`${method.id}\` · ${method.family} · ${method.signed ? 'signed' : 'unsigned'} · ${explainsWords(method, graph)}`,
    '',
    method.card.says,
    '',
    '$$',
    method.card.formula,
    '$$',
    '',
    `**When it misleads.** ${method.card.misleads}`,
    '',
    ...table,
    '',
    `Passes with the defaults, for the plain CNN (64×64, 12 classes): ${exact ? '' : 'at most '}${forward} forward, ${backward} backward.`,
    '',
    `Source: ${reference(method.cite)}`,
  ].join('\n');
}

const HEAD = `# The methods

Generated from the methods' own cards in \`src/engine/methods\` by \`npm run docs\`; a test fails where the two differ. Do not edit.

Notation: $f$ is the explained score of the target class (its logit, probability, log-probability or margin), $x$ the image in $[0, 1]$,
$b$ the baseline, $\\odot$ the entrywise product. Every map is raw and signed when it leaves the engine; absolute values, pooling over
colours, clipping and colours are matters of drawing.`;

/** The page for the methods of these ids, in their order. Needs a backend: passes may hang on the network, and the plain CNN is asked. */
export function methodsPage(ids: readonly string[]): string {
  const graph = toGraph(ARCHITECTURES[0].build(0, CLASSES));
  return `${[HEAD, ...ids.map((id) => section(methodOf(id), graph))].join('\n\n')}\n`;
}
