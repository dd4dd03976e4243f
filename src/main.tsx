/** Composition root: store, engine, address bar, page. Nothing is decided here. */
import './ui/styles/fonts.css';
import './ui/styles/tokens.css';
import './ui/styles/base.css';
import './ui/styles/controls.css';
import './ui/styles/frame.css';
import './ui/styles/lab.css';
import './ui/styles/marks.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import catalog from 'virtual:catalog';
import { notify } from './state/actions.ts';
import { entryOf, setOwn } from './state/own.ts';
import { createAppStore, type Store } from './state/store.ts';
import { collectEntries, receiveLoading, startSync } from './state/sync.ts';
import { readLink } from './state/url.ts';
import { App } from './labs/App.tsx';
import { AppContext } from './ui/app.ts';
import { startEngine } from './worker/boot.ts';
import { openOwnShelf, OWN } from './worker/ownModels.ts';
import type { FromWorker, OwnModel } from './worker/protocol.ts';

const shelf = openOwnShelf(globalThis.indexedDB);
/** Why nothing is known of the visitor's own models is said where one brings them. */
const own = () => shelf.list().catch((): readonly OwnModel[] => []);
// Only a link that names one waits for them: the page is drawn before a database answers.
const named = location.search.includes('own%3A') || location.search.includes(OWN);
const brought = named ? { ...catalog, own: (await own()).map(entryOf) } : catalog;
const { view, notices } = readLink(location.search.slice(1), brought);
const store = createAppStore(brought, view);
if (!named) void own().then((models) => models.length > 0 && setOwn(store, models));
void shelf.tidy().catch(() => undefined);
for (const message of notices) notify(store, 'warning', message);

const frame = (work: () => void) => void requestAnimationFrame(work);
const client = startEngine({
  zoo: new URL('zoo/', document.baseURI).href,
  backend: view.backend,
  onEntry: collectEntries(store, frame),
  onLoading: (model, bytes) => receiveLoading(store, model, bytes),
  onReady: (message) => ready(store, message),
  onBroken: (message) => store.setState(({ boot }) => ({ boot: { ...boot, status: 'failed', message } })),
});

startSync({
  store,
  client,
  frame,
  address: {
    read: () => location.search.slice(1),
    write: (query, how) => history[how === 'push' ? 'pushState' : 'replaceState'](null, '', query ? `?${query}` : location.pathname),
    listen(back) {
      window.addEventListener('popstate', back);
      return () => window.removeEventListener('popstate', back);
    },
  },
});

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <AppContext value={{ store, client, shelf }}>
      <App />
    </AppContext>
  </StrictMode>,
);

/** The page was built with the catalogue of its zoo; a worker that finds another one is right. */
function ready(store: Store, { backend, tried, catalog: found }: Extract<FromWorker, { type: 'ready' }>): void {
  const changed = JSON.stringify(found.models) !== JSON.stringify(store.getState().catalog.models);
  const { own: models } = store.getState().catalog;
  store.setState({ boot: { status: 'ready', backend, tried }, ...(changed ? { catalog: { ...found, ...(models ? { own: models } : {}) } } : {}) });
}
