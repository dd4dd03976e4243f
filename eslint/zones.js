/**
 * Who may import whom: the table of docs/architecture.md as data, and the lint rule that enforces it.
 * It judges import statements only; cycles are import-x/no-cycle's business, platforms are the realms' (tsconfig/).
 */
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = join(dirname(fileURLToPath(import.meta.url)), '../src');

const REACT = ['react', 'react-dom', 'react-aria-components', 'katex', '@fontsource-variable', 'zustand'];
const NUMERIC = ['engine/tf.ts', 'engine/math', 'engine/params.ts'];
const BUILDERS = ['engine/models', 'engine/importers', 'engine/training', 'engine/prior'];
const UNITS = ['engine/methods', 'engine/metrics', 'engine/committee', 'engine/interactions'];
/** Contracts that units of other folders speak of: types only. */
const UNIT_TYPES = UNITS.map((folder) => `type:${folder}`);
const units = (folder) => ({ may: [folder, 'engine/graph', 'engine/rules', 'engine/job', ...NUMERIC, ...UNIT_TYPES] });
const builder = (...more) => ({ may: [...BUILDERS, 'engine/graph', 'engine/job', ...NUMERIC, ...more] });

/** Plain arithmetic without a tensor: seeded draws, intervals. */
const ARITHMETIC = ['engine/math/rng.ts', 'engine/math/statistics.ts'];

/** Text that a visitor gives beside a model: labels, preprocessing. Plain code without a tensor. */
const FORMS = ['engine/importers/labels.ts', 'engine/importers/preprocessing.ts'];

/** The UI thread's half of src/worker: it knows the protocol, never the engine. */
const CLIENT = ['worker/boot', 'worker/client', 'worker/jobs', 'worker/key', 'worker/ownModels', 'worker/pool', 'worker/results'];
const client = { may: [...CLIENT, 'worker/protocol.ts', 'type:engine', 'type:worker/catalog.ts', 'engine/math/sha256.ts'] };

/**
 * Folder or file (the longest match counts) → what it may import besides itself.
 * `may`: paths below src, `type:` for types alone. `packages`: names or scopes; `node:` for Node's own.
 */
export const ZONES = {
  'main.tsx': { may: ['state', 'ui', 'labs', 'worker/boot', 'worker/client', 'worker/ownModels', 'worker/protocol.ts'], packages: [...REACT, 'virtual:catalog'] },
  fields: { may: [] },
  // What studies ask, keep and find: the same code for the page and for the command line.
  studies: { may: ['fields', 'worker/key', 'type:worker/protocol.ts', 'engine/params.ts', ...ARITHMETIC, 'type:engine'] },
  'studies/consensus/testing.ts': { may: ['studies', 'worker', 'engine'] },
  engine: { may: [] },
  'engine/index.ts': { may: ['engine'] },
  ...Object.fromEntries(['explain', 'describe', 'catalog'].map((file) => [`engine/${file}.ts`, { may: ['engine'] }])),
  'engine/tf.ts': { may: [], packages: ['@tensorflow/tfjs-core'] },
  'engine/params.ts': { may: [] },
  'engine/math': { may: ['engine/tf.ts', 'engine/params.ts'] },
  'engine/scenes': { may: ['engine/math', 'engine/params.ts'] },
  'engine/graph': { may: ['engine/tf.ts', 'engine/math'] },
  'engine/kernels': { may: ['engine/tf.ts', 'engine/math'] },
  'engine/job': { may: ['engine/tf.ts'] },
  'engine/rules': { may: ['engine/graph', ...NUMERIC] },
  'engine/models': builder(),
  'engine/importers': { ...builder(), packages: ['fflate', 'pbf'] },
  'engine/training': builder('engine/scenes', 'engine/kernels'),
  'engine/prior': builder(...UNIT_TYPES),
  'engine/methods': units('engine/methods'),
  // Judges maps with the same pure functions as the page.
  'engine/metrics': { may: [...units('engine/metrics').may, 'fields'] },
  // Shows models what the page shows the visitor.
  'engine/committee': { may: [...units('engine/committee').may, 'fields'] },
  'engine/interactions': units('engine/interactions'),
  'engine/testing': { may: ['engine', 'fields'], packages: ['@tensorflow', 'node:', 'pbf', 'vitest'] },
  worker: { may: ['engine', 'fields', 'worker'], packages: ['@tensorflow'] },
  'worker/protocol.ts': { may: ['type:engine', 'type:worker/catalog.ts'] },
  'worker/catalog.ts': { may: ['type:engine'] },
  'worker/testing.ts': { may: ['worker', 'engine'], packages: ['node:', 'vitest'] },
  ...Object.fromEntries(CLIENT.map((name) => [name, client])),
  state: { may: ['type:worker/protocol.ts', ...CLIENT, 'fields', 'studies', 'engine/params.ts', 'engine/math/sha256.ts', ...FORMS, 'type:engine'], packages: ['zustand'] },
  draw: { may: ['fields'], packages: ['d3-array', 'd3-contour', 'd3-format', 'd3-scale', 'd3-shape'] },
  ui: { may: ['state', 'draw', 'fields', 'studies', 'type:worker/protocol.ts', 'type:worker/client', 'type:worker/ownModels', 'engine/params.ts', 'type:engine'], packages: [...REACT, 'd3-format'] },
  labs: { may: ['ui', 'state', 'draw', 'fields', 'studies', 'type:worker/protocol.ts', 'type:worker/client', 'type:worker/ownModels', 'worker/key', 'engine/params.ts', ...FORMS, ...ARITHMETIC, 'type:engine'], packages: [...REACT, 'd3-format'] },
  cli: { may: ['engine', 'fields', 'draw/colour', 'worker/key', 'cli/trial', 'cli/bench', 'cli/fidelity', 'cli/studies'], packages: ['@tensorflow', 'node:', 'sharp'] },
  // Runs methods with the worker's bursts.
  'cli/bench': { may: ['cli', 'engine', 'fields', 'worker/batch'], packages: ['@tensorflow', 'node:'] },
  'cli/fidelity': { may: ['cli', 'engine', 'fields', 'worker/batch'], packages: ['node:'] },
  // Runs the studies' sweeps with the worker's engine, so that they answer as the page does.
  'cli/studies': { may: ['cli', 'engine', 'fields', 'studies', 'state/committees', 'worker'], packages: ['node:'] },
  // Tries the pool and a worker out under Node: memory, cancelling, replay.
  'cli/trial': { may: ['cli', 'engine', 'fields', 'worker'], packages: ['@tensorflow', 'node:'] },
};

/** `path` is `zone`, lies below it, or is the file `zone` with its extension (worker/client is worker/client.ts). */
const within = (path, zone) => path === zone || path.startsWith(`${zone}/`) || path.replace(/\.tsx?$/, '') === zone;

const zoneOf = (path) =>
  Object.keys(ZONES)
    .filter((zone) => within(path, zone))
    .sort((a, b) => b.length - a.length)[0];

const isTypeOnly = (node) =>
  node.importKind === 'type' || node.exportKind === 'type' || (node.specifiers?.length > 0 && node.specifiers.every((specifier) => specifier.importKind === 'type' || specifier.exportKind === 'type'));

/** The lab that a path lies in, or undefined. */
const labOf = (path) => /^labs\/([^/]+)\//.exec(path)?.[1];

/** Why `from` may not import `source`, or undefined where it may. Paths are relative to src, with forward slashes. */
export function objection(from, source, typeOnly) {
  const name = zoneOf(from);
  const zone = name && ZONES[name];
  if (!zone) return `'${from}' lies in no zone: add it to eslint/zones.js and to docs/architecture.md`;
  if (!source.startsWith('.')) {
    const allowed = zone.packages?.some((prefix) => source === prefix || source.startsWith(prefix.endsWith(':') ? prefix : `${prefix}/`));
    return allowed ? undefined : `'${name}' may not import the package '${source}'`;
  }
  const target = join(dirname(from), source.replace(/\?.*$/, '')).split(sep).join('/');
  if (labOf(from) && labOf(target) && labOf(from) !== labOf(target)) return `lab '${labOf(from)}' may not import lab '${labOf(target)}': move what both need to ui or state`;
  const own = zoneOf(target) === name;
  const listed = zone.may.some((entry) => (entry.startsWith('type:') ? typeOnly && within(target, entry.slice(5)) : within(target, entry)));
  const barred = within(target, 'engine/testing') && !['cli', 'cli/bench', 'cli/trial', 'engine/testing'].includes(name);
  return (own || listed) && !barred ? undefined : `'${name}' may not import ${typeOnly ? 'even types of' : ''} '${target}'`.replace('  ', ' ');
}

/** ESLint rule `chorale/zones`. */
export const zones = {
  meta: { type: 'problem', schema: [], messages: { zone: '{{reason}} (docs/architecture.md, "Who may import whom")' } },
  create(context) {
    const from = relative(SRC, context.filename).split(sep).join('/');
    const check = (node) => {
      if (typeof node.source?.value !== 'string') return;
      const reason = objection(from, node.source.value, isTypeOnly(node));
      if (reason) context.report({ node: node.source, messageId: 'zone', data: { reason } });
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check, ImportExpression: check };
  },
};
