/** How components reach the store and the client. Holds nothing itself. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { State, Store } from '../state/store.ts';
import type { View } from '../state/view.ts';
import type { Client } from '../worker/client.ts';
import type { OwnShelf } from '../worker/ownModels.ts';

export interface App {
  readonly store: Store;
  readonly client: Client;
  /** The visitor's own models. */
  readonly shelf: OwnShelf;
}

export const AppContext = createContext<App | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('no app around this component: render it inside <AppContext value={app}>');
  return app;
}

/** A part of the state; the component is drawn again when it changes (compared with Object.is). */
export const useAppState = <T>(select: (state: State) => T): T => useStore(useApp().store, select);
export const useView = <T>(select: (view: View) => T): T => useAppState((state) => select(state.view));
