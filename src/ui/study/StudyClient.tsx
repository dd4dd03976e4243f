/** Around a page that asks about the visitor's own pictures: hands the engine a picture's pixels again with every request for it, since it keeps only the last few. */
import { useMemo, type ReactNode } from 'react';
import type { Client } from '../../worker/client.ts';
import type { ImageRef } from '../../worker/protocol.ts';
import { AppContext, useApp } from '../app.ts';

export function StudyClient({ children }: { readonly children: ReactNode }) {
  const { store, client } = useApp();
  const app = useMemo(() => {
    const ask: Client['ask'] = (request, options) => {
      const { image } = request as { readonly image?: ImageRef };
      if (image?.kind === 'picture') {
        const picture = store.getState().pictures[image.id];
        if (picture) client.put(picture.id, picture.pixels);
      }
      return client.ask(request, options);
    };
    return { store, client: { ...client, ask } };
  }, [store, client]);
  return <AppContext value={app}>{children}</AppContext>;
}
