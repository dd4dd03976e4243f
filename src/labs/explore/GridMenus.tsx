/** Which models and which methods stand in the grid. */
import { setView, toggleMethod, toggleModel } from '../../state/actions.ts';
import { useApp, useAppState, useView } from '../../ui/app.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { MenuButton } from '../../ui/MenuButton.tsx';

export function MethodsMenu() {
  const { store } = useApp();
  const catalog = useAppState((state) => state.catalog);
  const chosen = useView((view) => view.methods);
  return (
    <MenuButton
      label="Methods"
      title="Methods"
      items={catalog.methods.map(({ id, title, family }) => ({ id, title, description: family }))}
      chosen={chosen}
      onChoose={(methods) => changed(chosen, methods, (id) => toggleMethod(store, id), () => setView(store, { ...store.getState().view, methods }, 'push'))}
    >
      <PlusIcon /> Methods
    </MenuButton>
  );
}

export function ModelsMenu() {
  const { store } = useApp();
  const catalog = useAppState((state) => state.catalog);
  const chosen = useView((view) => view.models);
  return (
    <MenuButton
      label="Models"
      title="Models"
      items={catalog.models.map(({ id, title, family }) => ({ id, title, description: family }))}
      chosen={chosen}
      onChoose={(models) => changed(chosen, models, (id) => toggleModel(store, id), () => setView(store, { ...store.getState().view, models }, 'push'))}
    >
      <PlusIcon /> Models
    </MenuButton>
  );
}

/** One tick is a toggle, which keeps the catalogue's order; more at once is a new list. */
function changed(before: readonly string[], after: readonly string[], toggle: (id: string) => void, replace: () => void): void {
  const differing = [...before.filter((id) => !after.includes(id)), ...after.filter((id) => !before.includes(id))];
  if (differing.length === 1) toggle(differing[0]!);
  else if (differing.length > 1) replace();
}
