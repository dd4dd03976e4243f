/** The visitor's own models in the catalogue: told when the page starts, added, changed, removed. Their files are the shelf's (worker/ownModels.ts). */
import type { OwnShelf } from '../worker/ownModels.ts';
import type { OwnEntry, OwnModel } from '../worker/protocol.ts';
import { classSpace } from './classes.ts';
import type { Store } from './store.ts';
import type { View } from './view.ts';

/** As a row of the grid has it. */
export const entryOf = (own: OwnModel): OwnEntry => ({
  id: own.id,
  title: own.title,
  architecture: own.format,
  family: 'imported',
  familyTitle: 'Yours',
  mixes: 'other',
  role: 'member',
  inputSize: own.inputSize,
  classes: own.classes,
  parameters: own.parameters,
  multiplyAdds: own.multiplyAdds,
  bytes: own.bytes,
  sha256: own.files,
  own,
});

/** Takes the list as it is; classes that views point at keep their names. */
export function setOwn(store: Store, models: readonly OwnModel[]): void {
  store.setState(({ catalog, view, history }) => {
    const next = { ...catalog, own: models.map(entryOf) };
    const [before, after] = [classSpace(catalog).titles, classSpace(next).titles];
    const place = (index: number) => (after[index] === before[index] ? index : after.indexOf(before[index] ?? ''));
    const moved = (of: View): View => {
      const target = typeof of.target === 'number' ? place(of.target) : of.target;
      const rival = typeof of.rival === 'number' ? place(of.rival) : of.rival;
      if (target === of.target && rival === of.rival) return of;
      return { ...of, target: target === -1 ? 'majority' : target, rival: rival === -1 ? 'runner-up' : rival };
    };
    return { catalog: next, view: moved(view), history: { past: history.past.map(moved), future: history.future.map(moved) } };
  });
}

const ownOf = (store: Store): readonly OwnModel[] => (store.getState().catalog.own ?? []).map(({ own }) => own);

/** Adds it, or takes it for the model that it replaces, in its place and in its row. */
export async function keepModel(store: Store, shelf: OwnShelf, model: OwnModel, replaces?: string): Promise<void> {
  await shelf.put(model);
  if (replaces !== undefined && replaces !== model.id) await shelf.remove(replaces);
  void globalThis.navigator?.storage?.persist?.().catch(() => false); // else a browser may forget it when the disk is full
  const others = ownOf(store);
  const at = others.findIndex(({ id }) => id === (replaces ?? model.id));
  const rest = others.filter(({ id }) => id !== model.id && id !== replaces);
  setOwn(store, at < 0 ? [...rest, model] : rest.toSpliced(at, 0, model));
  if (replaces !== undefined && replaces !== model.id) changeRows(store, (ids) => ids.map((id) => (id === replaces ? model.id : id)).filter((id, i, all) => all.indexOf(id) === i));
}

/** Takes it out of the list and of the grid; its files stay on the shelf until the caller forgets them. */
export async function takeOut(store: Store, shelf: OwnShelf, id: string): Promise<OwnModel | undefined> {
  const model = ownOf(store).find((other) => other.id === id);
  await shelf.remove(id, 'keep files');
  changeRows(store, (ids) => ids.filter((other) => other !== id));
  setOwn(store, ownOf(store).filter((other) => other.id !== id));
  return model;
}

function changeRows(store: Store, change: (ids: readonly string[]) => readonly string[]): void {
  store.setState(({ view, history }) => {
    const changed = (of: View): View => {
      const models = change(of.models);
      const selected = of.selected.model !== undefined && change([of.selected.model])[0] !== of.selected.model ? {} : of.selected;
      return models.join() === of.models.join() && selected === of.selected ? of : { ...of, models, selected };
    };
    return { view: changed(view), history: { past: history.past.map(changed), future: history.future.map(changed) }, address: 'replace' };
  });
}
