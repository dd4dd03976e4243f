/**
 * `bench`: our kernels against the stock ones (in a process of its own, since a registered kernel holds for the whole process), and what a
 * gradient costs in bare forward passes. Prints a table and fails where a bound is missed. Speeds are this machine's; ratios travel.
 */
import { spawn } from 'node:child_process';
import { canonize } from '../../engine/graph/canonize.ts';
import { ARCHITECTURES } from '../../engine/models/architectures/index.ts';
import { disposeGraph } from '../../engine/graph/derived.ts';
import { toGraph } from '../../engine/models/plain.ts';
import { useBackend } from '../../engine/testing/backends.ts';
import { UsageError, type Command } from '../command.ts';
import { convolutionInputGradient, forwardAndGradient, type PairTiming, type Timing } from './measure.ts';

const CLASSES = 12;
const SHAPE = [64, 64, 3] as const;
const SEED = 1;

/** The least speed-up of the convolution's input gradient, and what a gradient may cost in bare forwards, by family. */
const BOUNDS = { speedUp: 5, ratio: { transformer: 3.5, other: 2.5 } } as const;

interface Measured {
  readonly convolution: Timing;
  readonly models: readonly { readonly id: string; readonly title: string; readonly family: string; readonly batch: number; readonly times: PairTiming }[];
}

/** The networks as they run, batch normalisation folded. Speed does not depend on what the weights are: fresh ones serve. */
function measure(rounds: number, batches: readonly number[]): Measured {
  const convolution = convolutionInputGradient(rounds);
  const models = ARCHITECTURES.flatMap(({ id, title, family, build }) => {
    const trained = toGraph(build(SEED, CLASSES));
    const graph = canonize(trained);
    const rows = batches.map((batch) => ({ id, title, family, batch, times: forwardAndGradient(graph, SHAPE, batch, rounds) }));
    for (const used of [graph, trained]) disposeGraph(used);
    return rows;
  });
  return { convolution, models };
}

/** The same measurement by the stock kernels, in a process of its own. */
function stockConvolution(rounds: number): Promise<Timing> {
  const script = process.argv[1];
  if (!script) throw new Error('the bench starts itself again for the stock kernels: run it as `npm run bench`');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, 'bench', '--stock', '--rounds', String(rounds)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      const line = output.split('\n').find((text) => text.startsWith('{'));
      if (code !== 0 || !line) reject(new Error(`the stock kernels' process ended with code ${code}: ${output}`));
      else resolve(JSON.parse(line) as Timing);
    });
  });
}

const ms = (value: number) => value.toFixed(1).padStart(8);
const verdict = (holds: boolean) => (holds ? 'ok' : 'FAIL');

/** Prints the table; → how many bounds are missed. */
function print(stock: Timing, ours: Measured): number {
  const speedUp = stock.median / ours.convolution.median;
  let missed = Number(speedUp < BOUNDS.speedUp);
  console.log('Input gradient of a 3×3 convolution, batch 32, 24×24, 32 → 64 channels (ms of CPU time, median)');
  console.log(`  stock ${ms(stock.median)}   ours ${ms(ours.convolution.median)}   ${speedUp.toFixed(1)} × faster (at least ${BOUNDS.speedUp})   ${verdict(speedUp >= BOUNDS.speedUp)}\n`);
  console.log('Gradient (forward and backward) against a bare forward pass, 64×64 (ms of CPU time per batch, median)');
  console.log(`  ${'network'.padEnd(20)} batch   forward  gradient   ratio   bound`);
  for (const { title, family, batch, times } of ours.models) {
    const bound = family === 'transformer' ? BOUNDS.ratio.transformer : BOUNDS.ratio.other;
    const holds = times.ratio <= bound;
    if (!holds) missed++;
    console.log(`  ${title.padEnd(20)} ${String(batch).padStart(5)}  ${ms(times.forward.median)}  ${ms(times.gradient.median)}   ${times.ratio.toFixed(2).padStart(5)}   ≤ ${bound}   ${verdict(holds)}`);
  }
  return missed;
}

export const benchCommand: Command = {
  summary: 'Time our kernels against the stock ones, and a gradient against a forward pass (WASM, one thread).',
  flags: {
    rounds: { value: 'N', help: 'measurements of each (9)' },
    batch: { value: 'N', help: 'images of one pass; may be given several times (8 and 32)', many: true },
    json: { help: 'the figures as JSON' },
    stock: { help: 'only the convolution, by the stock kernels: what the bench asks of its second process' },
  },
  async run(args) {
    const rounds = args.integer('rounds', 1) ?? 9;
    const batches = args.all('batch').map(Number);
    if (batches.some((batch) => !Number.isInteger(batch) || batch < 1)) throw new UsageError(`--batch ${args.all('batch').join(' ')}: give whole numbers of at least 1`);
    await useBackend('wasm', args.has('stock') ? 'stock' : 'ours');
    if (args.has('stock')) {
      console.log(JSON.stringify(convolutionInputGradient(rounds)));
      return 0;
    }
    const stock = await stockConvolution(rounds);
    const ours = measure(rounds, batches.length > 0 ? batches : [8, 32]);
    if (!args.has('json')) return print(stock, ours) === 0 ? 0 : 1;
    console.log(JSON.stringify({ stock, ...ours }, undefined, 2));
    return 0;
  },
};
