/** What a command of the CLI is, and how its flags are read. Holds no command. */
import { parseArgs } from 'node:util';

export interface Flag {
  /** What stands after it in the usage line; a flag without one is a switch. */
  readonly value?: string;
  readonly help: string;
  /** May be given several times. */
  readonly many?: boolean;
}

export interface Arguments {
  readonly positionals: readonly string[];
  /** The last value given for `flag`. */
  text(flag: string): string | undefined;
  /** All values given for `flag`. */
  all(flag: string): readonly string[];
  has(flag: string): boolean;
  /** A whole number of at least `least`; throws, naming the flag. */
  integer(flag: string, least?: number): number | undefined;
}

export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** What stands after the command's name in the usage line, without flags. */
  readonly positionals?: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** → the exit status. */
  run(args: Arguments): Promise<number>;
}

/** A mistake in how the command was called: its message is printed without a stack. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export function usage(name: string, { summary, positionals = '', flags }: Command): string {
  const lines = Object.entries(flags).map(([flag, { value, help }]) => `  ${`--${flag}${value ? ` ${value}` : ''}`.padEnd(26)} ${help}`);
  return [`chorale ${name} ${positionals}${lines.length > 0 ? ' [flags]' : ''}`.trim(), `  ${summary}`, ...lines].join('\n');
}

export function readArguments(name: string, command: Command, argv: readonly string[]): Arguments {
  const options = Object.fromEntries(Object.entries(command.flags).map(([flag, { value }]) => [flag, { type: value ? ('string' as const) : ('boolean' as const), multiple: true as const }]));
  const { values, positionals } = parse(name, command, argv, options);
  const all = (flag: string) => (values[flag] ?? []).map(String);
  const text = (flag: string) => all(flag).at(-1);
  for (const flag of Object.keys(values)) if (!command.flags[flag]?.many && all(flag).length > 1) throw new UsageError(`--${flag} is given ${all(flag).length} times: give it once`);
  return {
    positionals,
    all,
    text,
    has: (flag) => all(flag).length > 0,
    integer(flag, least = 0) {
      const given = text(flag);
      if (given === undefined) return undefined;
      const value = Number(given);
      if (!Number.isInteger(value) || value < least) throw new UsageError(`--${flag} ${given}: give a whole number of at least ${least}`);
      return value;
    },
  };
}

type ParseOptions = Record<string, { type: 'string' | 'boolean'; multiple: true }>;

function parse(name: string, command: Command, argv: readonly string[], options: ParseOptions): { values: Record<string, (string | boolean)[]>; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: command.positionals !== undefined, strict: true });
    return { values: values as Record<string, (string | boolean)[]>, positionals };
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage(name, command)}`);
  }
}
