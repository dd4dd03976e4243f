/** Cancel and resume of the whole grid: the client holds its work until it is resumed or anything in the view changes. */
import { useEffect, useState } from 'react';
import type { View } from '../../state/view.ts';
import { useApp, useView } from '../../ui/app.ts';

/** What a change of asks for other maps. */
const ASKS = ['image', 'models', 'methods', 'params', 'target', 'score', 'rival', 'seed'] as const satisfies readonly (keyof View)[];

export function usePause(): readonly [paused: boolean, pause: (paused: boolean) => void] {
  const { store, client } = useApp();
  const view = useView((present) => present);
  const [heldFor, setHeldFor] = useState<View>();
  const paused = heldFor !== undefined && ASKS.every((key) => heldFor[key] === view[key]);
  useEffect(() => client.pause(paused), [client, paused]);
  return [paused, (next) => setHeldFor(next ? store.getState().view : undefined)];
}
