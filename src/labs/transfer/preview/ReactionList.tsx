/** What every model makes of one feature: its probability of the class, and what it names instead. Decides nothing. */
import type { StudySetup } from '../../../studies/setup.ts';
import { Bar } from '../../../ui/Bar.tsx';
import { probability } from '../../../ui/numbers.ts';
import type { Reaction } from './useReactions.ts';

interface Props {
  readonly models: StudySetup['models'];
  readonly target: number;
  readonly reactions: ReadonlyMap<string, Reaction> | undefined;
  /** Probabilities on the whole image. */
  readonly answers: ReadonlyMap<string, Float32Array>;
  readonly tester?: string | undefined;
}

export function ReactionList({ models, target, reactions, answers, tester }: Props) {
  return (
    <ul className="reactions">
      {models.map(({ id, title, classes }) => {
        const reaction = reactions?.get(id);
        const whole = answers.get(id)?.[target];
        const right = reaction?.top === target;
        return (
          <li key={id} data-model={id} data-right={reaction ? right : undefined} data-late={reaction?.late || undefined} data-tester={id === tester || undefined}>
            <span className="reaction-name">{title}</span>
            <Bar share={reaction?.probability ?? 0} hollow={!right} />
            <span className="number">{reaction ? probability(reaction.probability) : '…'}</span>
            <span className="reaction-word">{reaction ? (right ? 'right' : `says ${(classes[reaction.top] ?? String(reaction.top)).toLowerCase()}`) : ''}</span>
            <span className="quiet number" title="Of the whole image">
              {whole === undefined ? '' : probability(whole)}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
