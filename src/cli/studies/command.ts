/** `consensus` and `transfer`: a study over test scenes, run to a file of records and told. What is asked and found: src/studies; how it is run: run.ts. */
import { writeFileSync } from 'node:fs';
import { protocolOf, studyText } from '../../studies/file.ts';
import { planOfPlaces, recordsOf, type StudyRecord } from '../../studies/study.ts';
import { UsageError, type Command } from '../command.ts';
import { listed, namedValues } from '../lists.ts';
import { startAsked } from './engine.ts';
import { runStudy, statusOf } from './run.ts';
import { STUDY_FLAGS, studyAsked } from './setup.ts';
import { RUNNABLE, splitSettings, type Runnable } from './studies.ts';

export function studyCommand<Settings extends object, Kept extends StudyRecord>(study: Runnable<Settings, Kept>): Command {
  const names = Object.keys({ ...study.recordParams, ...study.findingParams });
  return {
    summary: study.summary,
    flags: {
      ...STUDY_FLAGS,
      set: { value: 'NAME=VALUE,…', help: `settings of the study: ${names.join(', ')}` },
      out: { value: 'FILE.json', help: 'its records, for merge and for the page' },
    },
    async run(args) {
      const out = args.text('out');
      if (out !== undefined && !out.endsWith('.json')) throw new UsageError(`--out ${out}: the name must end in .json`);
      const values = splitSettings(study, namedValues('set', listed(args.text('set')) ?? []));
      const settings = study.settings(values.record);
      const engine = await startAsked({ zoo: args.text('zoo'), backend: args.text('backend') });
      const { setup, places } = studyAsked(args, engine.catalog);
      const open = study.open(setup, settings);
      const run = await runStudy(planOfPlaces(open.plan, places), engine, args);
      const records = recordsOf(open, places, run.found, new Set(run.failed.map(({ item }) => item.key)));
      if (out !== undefined) {
        writeFileSync(out, studyText({ format: 1, study: study.id, protocol: protocolOf(setup, settings), records }));
        console.error(`${out}: ${records.length} of ${setup.images.length} images`);
      }
      console.log(study.tell(records, setup, settings, values.finding));
      return statusOf(run);
    },
  };
}

export const consensusCommand = studyCommand(RUNNABLE.consensus);
export const transferCommand = studyCommand(RUNNABLE.transfer);
