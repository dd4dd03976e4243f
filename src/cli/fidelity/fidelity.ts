/** `fidelity`: causal fidelity of methods on models over test scenes; rows that can be resumed and merged, then the tables. */
import { METHODS, methodOf } from '../../engine/methods/index.ts';
import { causalFidelity } from '../../engine/metrics/causalFidelity.ts';
import { loadIndex } from '../../engine/models/zoo.ts';
import { backendFlag, startBackend, type CliBackend } from '../backend.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { listed, shardOf } from '../lists.ts';
import { seconds } from '../time.ts';
import { zooFlag, zooReader } from '../zoo.ts';
import { printTables } from './print.ts';
import { mergeRows, protocolWords, readRows, rowWriter, sameProtocol, type ProtocolRow, type Row } from './rows.ts';
import { measureFidelity } from './run.ts';
import { effectsBy, tabulate } from './table.ts';
import { chosenScenes } from './truth.ts';

function protocolOf(args: Arguments): ProtocolRow {
  return { kind: 'protocol', metric: causalFidelity.id, score: 'logit', seed: args.integer('seed') ?? 1, draws: args.integer('draws', 2) ?? 8, noise: causalFidelity.params.noise.default };
}

/** Runs what the rows lack. → the rows, old and new. */
async function measure(args: Arguments, protocol: ProtocolRow): Promise<Row[]> {
  const [out, backend, read] = [args.text('out'), args.text('backend') ?? 'wasm', zooReader(args.text('zoo'))];
  const rows = out === undefined ? [] : readRows(out);
  const known = mergeRows([{ name: out ?? 'nothing', rows }]);
  if (known.protocol && !sameProtocol(known.protocol, protocol)) throw new UsageError(`${out} was made with ${protocolWords(known.protocol)}, not ${protocolWords(protocol)}: name another file`);
  const methods = args.text('methods') === undefined || args.text('methods') === 'all' ? METHODS : listed(args.text('methods'))!.map(methodOf);
  const models = listed(args.text('models')) ?? (await loadIndex(read)).map(({ id }) => id);
  const scenes = chosenScenes(protocol.seed, args.integer('scenes', 1) ?? 48).filter(shardOf(args.text('shard')));
  const append = rowWriter(out);
  const write = (row: Row) => {
    rows.push(row);
    append(row);
  };
  if (!known.protocol) write(protocol);
  await startBackend(backend);
  const budget = 60 * (args.integer('minutes', 1) ?? Infinity);
  const report = (done: number, total: number) => console.error(`scene ${done} of ${total}, ${(seconds() / 60).toFixed(1)} core-minutes`);
  const ended = await measureFidelity({
    backend: backend as CliBackend, models, methods, scenes, protocol, read, known, write, report,
    preview: args.integer('preview', 1) ?? Infinity,
    limit: args.integer('limit', 1) ?? Infinity,
    stop: () => seconds() > budget,
  });
  if (!ended) console.error(`stopped after ${(seconds() / 60).toFixed(1)} core-minutes: the same command goes on from there${out === undefined ? ', given --out' : ''}`);
  return rows;
}

export const fidelityCommand: Command = {
  summary: 'Causal fidelity: do maps order the units of test scenes as their true effects do?',
  flags: {
    models: { value: 'A,B', help: 'models of the zoo (all)' },
    methods: { value: 'A,B|all', help: 'methods of the catalogue (all)' },
    scenes: { value: 'N', help: 'test scenes, one of each class in turn (48); wrongly classified ones are left out and counted' },
    seed: { value: 'N', help: 'of the choice of scenes, the redraws and the methods (1)' },
    draws: { value: 'N', help: 'other grounds and backgrounds that an effect is the mean of (8)' },
    preview: { value: 'N', help: 'a run of more passes (forward + 2 × backward) uses its preview’s parameters, and is marked' },
    limit: { value: 'N', help: 'a run of more passes is left out, and named' },
    shard: { value: 'I/N', help: 'every N-th scene from the I-th on' },
    out: { value: 'FILE', help: 'rows as lines of JSON; a run with the same file goes on where it stopped' },
    minutes: { value: 'M', help: 'stop after so many core-minutes, with a table of what there is' },
    table: { value: 'FILE', help: 'only the tables of rows that are there; several files are merged', many: true },
    backend: backendFlag,
    zoo: zooFlag,
  },
  async run(args) {
    const files = args.all('table').map((name) => ({ name, rows: readRows(name) }));
    const { protocol, scenes, maps } = mergeRows(files.length > 0 ? files : [{ name: args.text('out') ?? 'this run', rows: await measure(args, protocolOf(args)) }]);
    if (!protocol) throw new UsageError(`no rows in ${args.all('table').join(', ')}: make some with --out`);
    printTables(protocol, tabulate(scenes, maps, protocol.seed), effectsBy(scenes));
    return 0;
  },
};
