/** How far the study is, what can be done about it, and what failed. Decides nothing. */
import { Button } from 'react-aria-components';
import { Announcer } from '../../ui/Announcer.tsx';
import { duration, plural } from '../../ui/numbers.ts';
import type { Progress } from './study/desk.ts';
import type { Running } from './study/useTransferStudy.ts';

interface Props {
  readonly progress: Progress;
  /** What is under way: 'the matrix', 'the curves'. */
  readonly what: string;
  readonly run: Omit<Running, 'found'>;
}

export function RunBar({ progress, what, run: { pause, resume, cancel, again, retry } }: Props) {
  const { status, done, total, failed } = progress;
  const words = progressWords(progress, what);
  return (
    <div className="study-run" data-status={status}>
      <progress aria-label="Answers of the study" max={total} value={done} />
      <span>{words}</span>
      {status === 'running' && <Text title="Pause" onPress={pause} />}
      {status === 'paused' && <Text title="Continue" onPress={resume} />}
      {(status === 'running' || status === 'paused') && <Text title="Stop" onPress={cancel} />}
      {status === 'cancelled' && <Text title="Continue" onPress={again} />}
      {failed.length > 0 && status !== 'cancelled' && <Text title="Retry" onPress={retry} />}
      <Announcer sentence={status === 'running' ? '' : words} />
      {failed.length > 0 && (
        <ul className="study-run-failures quiet">
          {[...new Set(failed.map(({ item, message }) => `${item.name}: ${message}`))].slice(0, 5).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function progressWords({ status, done, total, msLeft, failed }: Progress, what: string): string {
  const far = `${what}: ${done} of ${plural(total, 'answer')}`;
  const lost = failed.length > 0 ? ` · ${plural(failed.length, 'failure')}` : '';
  switch (status) {
    case 'running':
      return `${far}${msLeft === undefined ? '' : ` · about ${duration(Math.max(1000, msLeft))} left`}${lost}`;
    case 'paused':
      return `paused at ${far}${lost}`;
    case 'cancelled':
      return `stopped at ${far}; what was found stays${lost}`;
    case 'done':
      return `${what}: ${plural(done, 'answer')}${lost}`;
    default:
      return status satisfies never;
  }
}

const Text = ({ title, onPress }: { readonly title: string; onPress(): void }) => (
  <Button className="button button-text" onPress={onPress}>
    {title}
  </Button>
);
