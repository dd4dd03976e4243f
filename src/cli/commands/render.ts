/** `render SPLIT`: scenes into the cache, so that trainings start at once. Several may run side by side on ranges of their own. */
import { SPLITS, type Split } from '../../engine/scenes/index.ts';
import { UsageError, type Command } from '../command.ts';
import { renderSplit } from '../sceneCache.ts';

export const renderCommand: Command = {
  summary: 'Render the scenes of a split (train, validation, test) into the cache.',
  positionals: 'SPLIT',
  flags: {
    from: { value: 'N', help: 'first scene (0); files of 500 scenes are written whole' },
    to: { value: 'N', help: 'scene to stop before (the end of the split)' },
  },
  run(args) {
    const split = args.positionals[0] as Split;
    if (!(split in SPLITS)) throw new UsageError(`render ${split ?? ''}: choose one of ${Object.keys(SPLITS).join(', ')}`);
    const started = Date.now();
    renderSplit(split, args.integer('from') ?? 0, args.integer('to') ?? SPLITS[split].count, (done, total) =>
      console.log(`${split}: ${done} of ${total} scenes, ${((Date.now() - started) / 1000).toFixed(0)} s`),
    );
    return Promise.resolve(0);
  },
};
