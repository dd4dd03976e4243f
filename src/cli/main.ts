/** The command line: a table of commands, one file each in `commands/`. Knows nothing of what they do. */
import { readArguments, usage, UsageError, type Command } from './command.ts';
import { benchCommand } from './bench/bench.ts';
import { catalogCommand } from './commands/catalog.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { explainCommand } from './commands/explain.ts';
import { inspectCommand } from './commands/inspect.ts';
import { fidelityCommand } from './fidelity/fidelity.ts';
import { consensusCommand, transferCommand } from './studies/command.ts';
import { mapsCommand } from './studies/maps.ts';
import { mergeCommand } from './studies/merge.ts';
import { renderCommand } from './commands/render.ts';
import { trainCommand } from './commands/train.ts';
import { trialCommand } from './trial/index.ts';
import { verifyCommand } from './commands/verify.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  bench: benchCommand,
  catalog: catalogCommand,
  consensus: consensusCommand,
  evaluate: evaluateCommand,
  explain: explainCommand,
  fidelity: fidelityCommand,
  inspect: inspectCommand,
  maps: mapsCommand,
  merge: mergeCommand,
  render: renderCommand,
  train: trainCommand,
  transfer: transferCommand,
  trial: trialCommand,
  verify: verifyCommand,
};

const overview = () =>
  ['chorale <command> [--help]', '', ...Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)].join('\n');

async function main([name, ...argv]: readonly string[]): Promise<number> {
  if (!name || name === 'help' || name === '--help') {
    console.log(overview());
    return name ? 0 : 2;
  }
  const command = COMMANDS[name];
  if (!command) throw new UsageError(`there is no command '${name}'\n\n${overview()}`);
  if (argv.includes('--help')) {
    console.log(usage(name, command));
    return 0;
  }
  return command.run(readArguments(name, command, argv));
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error instanceof UsageError ? `chorale: ${error.message}` : error instanceof Error ? `chorale: ${error.message}\n${process.env.CHORALE_DEBUG ? error.stack : ''}`.trim() : error);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
