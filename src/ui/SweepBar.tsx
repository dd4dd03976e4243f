/** How far a sweep is, what can be done about it, and what failed. Runs nothing: useSweep.ts. */
import { Button } from 'react-aria-components';
import { keptOutcomes } from '../state/outcomes.ts';
import { Announcer } from './Announcer.tsx';
import { KeptResults } from './KeptResults.tsx';
import { failureLines, firstWords, progressWords, type Standing } from './sweepWords.ts';
import type { SweepControls } from './useSweep.ts';

interface Props {
  readonly state: Standing;
  readonly controls: SweepControls;
  /** What is under way, where a page has several sweeps in turn. */
  readonly what?: string;
  /** Of the bar, for those who do not see it. */
  readonly label?: string;
  /** How many images are asked about, as long as nothing is known of any: it says when there will be. */
  readonly awaited?: number;
}

export function SweepBar({ state, controls: { pause, resume, cancel, again, retry }, what, label = 'Answers of the study', awaited = 0 }: Props) {
  const { status, done, total, failed } = state;
  const words = `${what === undefined ? '' : `${what}: `}${progressWords(state)}`;
  const problem = keptOutcomes().problem();
  const first = firstWords(state, awaited);
  return (
    <div className="sweep-bar" data-status={status}>
      <progress aria-label={label} max={total} value={done} />
      <span>{words}</span>
      {status === 'running' && <TextButton title="Pause" onPress={pause} />}
      {status === 'paused' && <TextButton title="Continue" onPress={resume} />}
      {(status === 'running' || status === 'paused') && <TextButton title="Stop" onPress={cancel} />}
      {status === 'cancelled' && <TextButton title="Continue" onPress={again} />}
      {failed.length > 0 && status !== 'cancelled' && <TextButton title="Try again" onPress={retry} />}
      <KeptResults />
      {first && <p className="sweep-first quiet">{first}</p>}
      <Announcer sentence={status === 'running' ? '' : words} />
      {(failed.length > 0 || problem !== undefined) && (
        <ul className="sweep-failures quiet">
          {[...failureLines(failed), ...(problem === undefined ? [] : [problem])].map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

const TextButton = ({ title, onPress }: { readonly title: string; onPress(): void }) => (
  <Button className="button button-text" onPress={onPress}>
    {title}
  </Button>
);
