/** Around a page that asks about the visitor's own pictures: hands the engine a picture's pixels again with every request for it, since it keeps only the last few. */
import { useMemo, type ReactNode } from 'react';
import type { Store } from '../../state/store.ts';
import type { Client } from '../../worker/client.ts';
import type { ImageRef } from '../../worker/protocol.ts';
import { AppContext, useApp } from '../app.ts';

/** One for each client, so that what was found is found again when one comes back to the page. */
const wrapped = new WeakMap<Client, Client>();

function withPixels(client: Client, store: Store): Client {
  const before = wrapped.get(client);
  if (before) return before;
  const ask: Client['ask'] = (request, options) => {
    const { image } = request as { readonly image?: ImageRef };
    if (image?.kind === 'picture') {
      const picture = store.getState().pictures[image.id];
      if (picture) client.put(picture.id, picture.pixels);
    }
    return client.ask(request, options);
  };
  const made = { ...client, ask };
  wrapped.set(client, made);
  return made;
}

export function StudyClient({ children }: { readonly children: ReactNode }) {
  const { store, client, shelf } = useApp();
  const app = useMemo(() => ({ store, client: withPixels(client, store), shelf }), [store, client, shelf]);
  return <AppContext value={app}>{children}</AppContext>;
}
