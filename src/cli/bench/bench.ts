/**
 * `bench`: our kernels against the stock ones, a gradient against a bare forward pass and against `tf.grad`, every method on every model.
 * Prints tables and fails where a bound is missed. Speeds are this machine's; ratios travel.
 */
import { canonize } from '../../engine/graph/canonize.ts';
import { disposeGraph } from '../../engine/graph/derived.ts';
import { METHODS, methodOf } from '../../engine/methods/index.ts';
import { ARCHITECTURES } from '../../engine/models/architectures/index.ts';
import { toGraph } from '../../engine/models/plain.ts';
import { loadIndex } from '../../engine/models/zoo.ts';
import { useBackend } from '../../engine/testing/backends.ts';
import { startBackend, type CliBackend } from '../backend.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { zooFlag, zooReader } from '../zoo.ts';
import { kernelRates, type KernelRate } from './kernels.ts';
import { forwardAndGradient, type PairTiming } from './measure.ts';
import { measureMethods, type MethodRow } from './methods.ts';
import { printGradients, printKernels, printMethods } from './print.ts';
import { askStock, CLASSES, measureStock, SEED, SHAPE, type StockReport } from './stock.ts';

export interface GradientRow {
  readonly id: string;
  readonly title: string;
  readonly family: string;
  readonly batch: number;
  readonly times: PairTiming;
}

export interface BenchReport {
  readonly backend: CliBackend;
  /** Absent where the backend is not WASM, whose kernels alone are ours. */
  readonly stock?: StockReport;
  readonly kernels?: readonly KernelRate[];
  readonly gradients?: readonly GradientRow[];
  readonly methods?: readonly MethodRow[];
}

const PARTS = ['kernels', 'gradients', 'methods'] as const;
type Part = (typeof PARTS)[number];

/** The networks as they run, batch normalisation folded. Speed does not depend on what the weights are: fresh ones serve. */
const measureGradients = (rounds: number, batches: readonly number[]): GradientRow[] =>
  ARCHITECTURES.flatMap(({ id, title, family, build }) => {
    const trained = toGraph(build(SEED, CLASSES));
    const graph = canonize(trained);
    const rows = batches.map((batch) => ({ id, title, family, batch, times: forwardAndGradient(graph, SHAPE, batch, rounds) }));
    for (const used of [graph, trained]) disposeGraph(used);
    return rows;
  });

const listed = (text: string | undefined): readonly string[] | undefined => text?.split(',').map((name) => name.trim());

function partsOf(args: Arguments): ReadonlySet<Part> {
  const wanted = listed(args.text('only')) ?? (args.has('methods') || args.has('models') ? ['methods'] : PARTS);
  const unknown = wanted.find((part) => !(PARTS as readonly string[]).includes(part));
  if (unknown !== undefined) throw new UsageError(`--only ${unknown}: choose from ${PARTS.join(', ')}`);
  return new Set(wanted as readonly Part[]);
}

function batchesOf(args: Arguments): readonly number[] {
  const batches = args.all('batch').map(Number);
  if (batches.some((batch) => !Number.isInteger(batch) || batch < 1)) throw new UsageError(`--batch ${args.all('batch').join(' ')}: give whole numbers of at least 1`);
  return batches.length > 0 ? batches : [1, 8, 32];
}

async function measure(args: Arguments, backend: CliBackend): Promise<BenchReport> {
  const [parts, batches, rounds, read] = [partsOf(args), batchesOf(args), args.integer('rounds', 1) ?? 7, zooReader(args.text('zoo'))];
  const isOurs = backend === 'wasm';
  const stock = isOurs ? await askStock(['--rounds', String(Math.min(rounds, 5)), ...batches.flatMap((batch) => ['--batch', String(batch)]), ...(parts.has('kernels') ? [] : ['--only', 'gradients'])]) : undefined;
  const methods = (listed(args.text('methods')) ?? METHODS.map(({ id }) => id)).map(methodOf);
  const models = listed(args.text('models')) ?? (await loadIndex(read)).map(({ id }) => id);
  return {
    backend,
    stock,
    kernels: parts.has('kernels') && isOurs ? kernelRates(rounds) : undefined,
    gradients: parts.has('gradients') ? measureGradients(rounds, batches) : undefined,
    methods: parts.has('methods') ? await measureMethods({ backend, models, methods, read, limitMs: args.integer('limit', 1) ?? 1500 }) : undefined,
  };
}

/** Prints the tables; → how many bounds are missed. */
function print({ stock, kernels, gradients, methods }: BenchReport): number {
  let missed = 0;
  if (kernels && stock) missed += printKernels(kernels, stock.kernels);
  if (gradients) missed += printGradients(gradients, stock?.gradients);
  if (methods) printMethods(methods, stock?.gradients);
  return missed;
}

export const benchCommand: Command = {
  summary: 'Time kernels and gradients against the stock ones, and every method on every model (CPU time, one thread).',
  flags: {
    only: { value: 'A,B', help: `of ${PARTS.join(', ')} (all; with --models or --methods the last)` },
    models: { value: 'A,B', help: 'only these models' },
    methods: { value: 'A,B', help: 'only these methods' },
    backend: { value: 'wasm|cpu', help: 'where the numbers are computed (wasm); the stock kernels are WASM’s' },
    limit: { value: 'MS', help: 'a run predicted to take longer is made with preview or tiny parameters (1500)' },
    rounds: { value: 'N', help: 'measurements of each kernel and gradient (7)' },
    batch: { value: 'N', help: 'images of one gradient; may be given several times (1, 8 and 32)', many: true },
    json: { help: 'the figures as JSON' },
    stock: { help: 'only the stock kernels and tf.grad: what the bench asks of its second process' },
    zoo: zooFlag,
  },
  async run(args) {
    if (args.has('stock')) {
      await useBackend('wasm', 'stock');
      console.log(JSON.stringify(measureStock(args.integer('rounds', 1) ?? 5, batchesOf(args), { kernels: partsOf(args).has('kernels') })));
      return 0;
    }
    const backend = args.text('backend') ?? 'wasm';
    await startBackend(backend);
    const report = await measure(args, backend as CliBackend);
    if (!args.has('json')) return print(report) === 0 ? 0 : 1;
    console.log(JSON.stringify(report, undefined, 2));
    return 0;
  },
};
