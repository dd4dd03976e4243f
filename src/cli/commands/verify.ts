/** `verify DIR`: every case of an oracle folder, or every imported model with its references, a line each. The judging is the engine's (testing/verifyOracle, testing/verifyImports). */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OracleReader } from '../../engine/testing/oracle.ts';
import { importFolders, verifyImports } from '../../engine/testing/verifyImports.ts';
import { verifyOracle, type Verdict } from '../../engine/testing/verifyOracle.ts';
import { readNpy } from '../../fields/npy.ts';
import { backendFlag, startBackend, terminalHost, type CliBackend } from '../backend.ts';
import { UsageError, type Command } from '../command.ts';

export interface VerifyArguments {
  readonly dir: string;
  /** The oracle's file names; all where absent. */
  readonly methods?: readonly string[];
  readonly backend: CliBackend;
  readonly batch?: number;
  readonly print?: (line: string) => void;
  readonly read?: OracleReader;
}

/** Files under `dir`. A name that is no folder lists as empty. */
export const folderReader = (dir: string): OracleReader => ({
  json: async (path) => JSON.parse(await readFile(join(dir, path), 'utf8')) as unknown,
  async bytes(path) {
    const buffer = await readFile(join(dir, path));
    return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength) as ArrayBuffer;
  },
  list: async (folder) => ((await stat(join(dir, folder))).isDirectory() ? readdir(join(dir, folder)) : []),
});

export async function verify({ dir, methods, backend, batch = 64, print = console.log, read = folderReader(dir) }: VerifyArguments): Promise<Verdict> {
  await startBackend(backend);
  if ((await importFolders(read)).length > 0) return verifyImports(read, { methods, print, npy: readNpy });
  return verifyOracle(read, { methods, print, host: terminalHost(batch) });
}

export const verifyCommand: Command = {
  summary: 'Compare the methods, or imported models, with reference values: a line per case, then totals.',
  positionals: 'DIR',
  flags: {
    methods: { value: 'A,B', help: "only these, by the oracle's file names (integrated_gradients,la)" },
    backend: backendFlag,
    batch: { value: 'N', help: 'rows of one burst (64)' },
  },
  async run(args) {
    const [dir, ...more] = args.positionals;
    if (!dir || more.length > 0) throw new UsageError('verify takes one folder: chorale verify ../shared/oracle');
    await stat(dir).catch(() => {
      throw new UsageError(`there is no folder '${dir}'`);
    });
    const methods = args.text('methods')?.split(',').map((name) => name.trim());
    const { failed } = await verify({ dir, methods, backend: (args.text('backend') ?? 'wasm') as CliBackend, batch: args.integer('batch', 1) });
    return failed === 0 ? 0 : 1;
  },
};
