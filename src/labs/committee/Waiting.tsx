/** What stands where something is still to come, or will not come: why, and a button that tries again. */
import { Button } from 'react-aria-components';
import type { Entry } from '../../worker/client.ts';
import { keyOf } from '../../worker/key.ts';
import { useApp, useAppState } from '../../ui/app.ts';

export function Waiting({ entry, what }: { readonly entry: Entry | undefined; readonly what: string }) {
  const { client } = useApp();
  const boot = useAppState((state) => state.boot);
  if (entry?.status === 'failed')
    return (
      <p className="trouble" role="alert">
        {entry.message}{' '}
        <Button className="button button-text" onPress={() => client.retry(keyOf(entry.request))}>
          Retry
        </Button>
      </p>
    );
  return (
    <p className="quiet" role="status">
      {boot.status === 'starting' ? 'The engine starts …' : `Loading ${what} …`}
    </p>
  );
}
