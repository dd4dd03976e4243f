/** `maps`: only the explanations that studies over many images need, into the cache; what each model's map takes. Judges nothing. */
import { factsOf, planStudy, type ImageFacts } from '../../studies/explanations.ts';
import type { StudySetup } from '../../studies/setup.ts';
import { planOfPlaces } from '../../studies/study.ts';
import type { Command } from '../command.ts';
import { startAsked } from './engine.ts';
import { runStudy, statusOf } from './run.ts';
import { STUDY_FLAGS, studyAsked } from './setup.ts';

/** Lines: what was explained, how many images are kept, and of each model its maps and what one took. */
export function linesOf({ models, method, score, seed }: StudySetup, facts: readonly ImageFacts[]): string[] {
  const count = (standing: ImageFacts['standing']) => facts.filter((image) => image.standing === standing).length;
  const waiting = count('waiting') > 0 ? `, ${count('waiting')} not judged yet` : '';
  const head = `${method.title} of the ${score}, seed ${seed}: ${count('kept')} of ${facts.length} scenes kept, ${count('left out')} left out${waiting}`;
  const of = ({ id }: { readonly id: string }) => {
    const times = facts.flatMap(({ maps }) => maps.get(id)?.ms ?? []);
    const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
    return `  ${id.padEnd(18)} ${String(times.length).padStart(5)} maps${times.length > 0 ? `, ${mean.toFixed(0).padStart(6)} ms each` : ''}`;
  };
  return [head, ...models.map(of)];
}

export const mapsCommand: Command = {
  summary: 'The maps that studies over many scenes need, computed ahead and kept.',
  flags: STUDY_FLAGS,
  async run(args) {
    const engine = await startAsked({ zoo: args.text('zoo'), backend: args.text('backend') });
    const { setup, places } = studyAsked(args, engine.catalog);
    const run = await runStudy(planOfPlaces(planStudy(setup), places), engine, args);
    console.log(linesOf(setup, places.map((at) => factsOf(setup, at, run.found))).join('\n'));
    return statusOf(run);
  },
};
