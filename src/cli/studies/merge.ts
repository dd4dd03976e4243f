/** `merge`: the files of a study's shards as one, and what they say together. Computes no answer of a model. */
import { readFileSync, writeFileSync } from 'node:fs';
import { mergeFiles, readStudyFile, StudyFileError, studyText, type Protocol, type StudyFile } from '../../studies/file.ts';
import type { StudyRecord } from '../../studies/study.ts';
import type { ScoreKind } from '../../engine/methods/score.ts';
import type { Catalog } from '../../worker/protocol.ts';
import { UsageError, type Command } from '../command.ts';
import { readCatalog } from '../commands/catalog.ts';
import { listed, namedValues } from '../lists.ts';
import { zooFlag, zooReader } from '../zoo.ts';
import { RUNNABLE, splitSettings, type Runnable, type Told } from './studies.ts';

function read(name: string) {
  try {
    return { name, file: readStudyFile(readFileSync(name, 'utf8'), name) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new UsageError(`there is no file ${name}`);
    throw error;
  }
}

/** What a file says of its models and method, with what the catalogue knows of them. Throws where the catalogue has others. */
function toldBy({ models, method, params, score, seed }: Protocol, catalog: Catalog): Told {
  const entries = models.map(({ id, sha256 }) => {
    const entry = catalog.models.find((model) => model.id === id);
    if (entry?.sha256 !== sha256) throw new StudyFileError(`the zoo has ${entry ? 'other weights of' : 'no model'} '${id}': name the zoo that the study was made with (--zoo)`);
    return entry;
  });
  const found = catalog.methods.find(({ id }) => id === method);
  if (!found) throw new StudyFileError(`there is no method '${method}': was the study made with a newer version?`);
  return { models: entries, method: found, params, score: score as ScoreKind, seed };
}

function tell<Settings extends object, Kept extends StudyRecord>(study: Runnable<Settings, Kept>, { protocol, records }: StudyFile, catalog: Catalog, given: Readonly<Record<string, string>>): string {
  return study.tell(records as readonly Kept[], toldBy(protocol, catalog), study.settingsIn(protocol), splitSettings({ recordParams: {}, findingParams: study.findingParams }, given).finding);
}

export const mergeCommand: Command = {
  summary: 'The files of a study’s shards as one, and what they say together.',
  positionals: 'A.json B.json …',
  flags: {
    out: { value: 'FILE.json', help: 'the records of all' },
    set: { value: 'NAME=VALUE,…', help: 'settings of the findings, such as likeness=spearman' },
    zoo: zooFlag,
  },
  async run(args) {
    if (args.positionals.length === 0) throw new UsageError('name the files: chorale merge a.json b.json --out all.json');
    const out = args.text('out');
    if (out !== undefined && !out.endsWith('.json')) throw new UsageError(`--out ${out}: the name must end in .json`);
    const merged = mergeFiles(args.positionals.map(read));
    if (out !== undefined) {
      writeFileSync(out, studyText(merged));
      console.error(`${out}: ${merged.records.length} of ${merged.protocol.drawn} images`);
    }
    const catalog = await readCatalog(zooReader(args.text('zoo')));
    const given = namedValues('set', listed(args.text('set')) ?? []);
    console.log(merged.study === 'consensus' ? tell(RUNNABLE.consensus, merged, catalog, given) : tell(RUNNABLE.transfer, merged, catalog, given));
    return 0;
  },
};
