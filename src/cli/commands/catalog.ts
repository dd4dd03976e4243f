/** `catalog`: the models, methods, metrics and ops that there are, as JSON or as a list. */
import { catalog } from '../../engine/catalog.ts';
import { METHODS } from '../../engine/methods/index.ts';
import { loadIndex, type Read } from '../../engine/models/zoo.ts';
import { defaults } from '../../engine/params.ts';
import { UsageError, type Command } from '../command.ts';
import { zooFlag, zooReader } from '../zoo.ts';

/** The catalogue over the models that `read` finds; a zoo without an index has none. */
export async function readCatalog(read: Read) {
  const models = await loadIndex(read).catch((error: unknown) => {
    if (error instanceof UsageError) return [];
    throw error;
  });
  return catalog(models);
}

export const catalogCommand: Command = {
  summary: 'The models, methods, metrics and ops that there are.',
  flags: { json: { help: 'as JSON, with all parameters' }, tiny: { help: "the methods' smallest sensible parameters as JSON: what tests run them with" }, zoo: zooFlag },
  async run(args) {
    if (args.has('tiny')) {
      console.log(JSON.stringify(Object.fromEntries(METHODS.map(({ id, params, tiny }) => [id, { ...defaults(params), ...tiny }])), null, 2));
      return 0;
    }
    const found = await readCatalog(zooReader(args.text('zoo')));
    if (args.has('json')) {
      console.log(JSON.stringify(found, null, 2));
      return 0;
    }
    const rows = (entries: readonly { id: string; title?: string }[]) => entries.map(({ id, title = '' }) => `  ${id.padEnd(22)} ${title}`);
    console.log(['models', ...rows(found.models), 'methods', ...rows(found.methods), 'metrics', ...rows(found.metrics), 'ops', `  ${found.ops.map(({ id }) => id).join(', ')}`].join('\n'));
    return 0;
  },
};
