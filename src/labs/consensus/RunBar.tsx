/** How far the study is, and what can be done about it. */
import { Button } from 'react-aria-components';
import { Announcer } from '../../ui/Announcer.tsx';
import { duration, plural } from '../../ui/numbers.ts';
import type { Run } from './useRun.ts';

export function RunBar({ run: { state, pause, resume, cancel, again, retry } }: { readonly run: Run }) {
  const { status, done, total, failed, msLeft } = state;
  const far = `${done} of ${plural(total, 'answer')}`;
  const words = { running: `${far}${msLeft === undefined ? '' : ` · about ${duration(Math.max(1000, msLeft))} left`}`, paused: `paused at ${far}`, cancelled: `stopped at ${far}; what was found stays`, done: plural(done, 'answer') }[status];
  return (
    <div className="study-run" data-status={status}>
      <progress aria-label="Answers of the study" max={total} value={done} />
      <span>{words}</span>
      {status === 'running' && <Text title="Pause" onPress={pause} />}
      {status === 'paused' && <Text title="Continue" onPress={resume} />}
      {(status === 'running' || status === 'paused') && <Text title="Stop" onPress={cancel} />}
      {status === 'cancelled' && <Text title="Continue" onPress={again} />}
      {failed.length > 0 && status !== 'cancelled' && <Text title="Try again" onPress={retry} />}
      {failed.length > 0 && (
        <details className="study-left-out">
          <summary>{plural(failed.length, 'failure')}</summary>
          <ul>
            {[...new Map(failed.map((failure) => [failure.message, failure]))].map(([message, { item }]) => (
              <li key={message}>
                {item.name}: {message}
              </li>
            ))}
          </ul>
        </details>
      )}
      <Announcer sentence={status === 'running' ? '' : words} />
    </div>
  );
}

const Text = ({ title, onPress }: { readonly title: string; onPress(): void }) => (
  <Button className="button button-text" onPress={onPress}>
    {title}
  </Button>
);
