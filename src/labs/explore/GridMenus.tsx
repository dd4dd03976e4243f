/** Which models and which methods stand in the grid. */
import { useMemo } from 'react';
import { Button } from 'react-aria-components';
import { useShallow } from 'zustand/react/shallow';
import { setModels, setView, toggleMethod, toggleModel } from '../../state/actions.ts';
import { openModels } from '../../state/bringing.ts';
import { allModels } from '../../state/classes.ts';
import { refusals } from '../../state/capabilities.ts';
import { committees, presentCommittees } from '../../state/committees.ts';
import { presets } from '../../state/presets.ts';
import { SLOTS, type State } from '../../state/store.ts';
import { useApp, useAppState, useView } from '../../ui/app.ts';
import { byFamily, familyTitle } from '../../ui/families.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { MenuButton } from '../../ui/MenuButton.tsx';
import { firstSentence } from '../../ui/methodWords.ts';
import { modelSections } from '../../ui/modelSections.ts';
import { plural } from '../../ui/numbers.ts';
import { SearchMenu } from '../../ui/SearchMenu.tsx';

/** What the models on show have said of methods: of all entries these alone, so that no other one's news is heard. */
const answers = ({ view, entries }: State): State['entries'] =>
  Object.fromEntries(view.models.flatMap((id) => {
    const [slot, entry] = [SLOTS.capabilities(id), entries[SLOTS.capabilities(id)]];
    return entry ? [[slot, entry] as const] : [];
  }));

function useShownModels() {
  const models = useAppState((state) => allModels(state.catalog));
  const ids = useView((view) => view.models);
  return useMemo(() => models.filter(({ id }) => ids.includes(id)), [models, ids]);
}

export function MethodsMenu() {
  const { store } = useApp();
  const catalog = useAppState((state) => state.catalog);
  const chosen = useView((view) => view.methods);
  const models = useShownModels();
  const entries = useAppState(useShallow(answers));
  const sections = useMemo(
    () =>
      byFamily(catalog.methods, ({ family }) => family).map(({ family, items }) => ({
        title: familyTitle(family),
        items: items.map(({ id, title, card }) => {
          const without = refusals({ entries }, models, id).map(({ model }) => model.title);
          const caution = without.length === 0 ? undefined : `Does not run on ${without.length === models.length && without.length > 1 ? 'any model shown' : without.join(', ')}.`;
          return { id, title, description: firstSentence(card.says), words: `${familyTitle(family)} ${card.says}`, ...(caution ? { caution } : {}) };
        }),
      })),
    [catalog, models, entries],
  );
  return (
    <SearchMenu
      label="Methods"
      find="Find a method"
      sections={sections}
      chosen={chosen}
      onChoose={(methods) => changed(chosen, methods, (id) => toggleMethod(store, id), () => setView(store, { ...store.getState().view, methods }, 'push'))}
    >
      <PlusIcon /> Methods
    </SearchMenu>
  );
}

/** Sets of columns, one click each. */
export function SetsMenu() {
  const { store } = useApp();
  const catalog = useAppState((state) => state.catalog);
  const models = useShownModels();
  const entries = useAppState(useShallow(answers));
  const sets = useMemo(() => presets(catalog, { entries }, models), [catalog, models, entries]);
  return (
    <MenuButton
      label="Sets of methods"
      title="Show instead"
      items={sets.map(({ id, title, description, methods }) => ({ id, title, description: `${methods.length} columns: ${description}` }))}
      onAction={(id) => setView(store, { ...store.getState().view, methods: sets.find((set) => set.id === id)!.methods }, 'push')}
    >
      Sets
    </MenuButton>
  );
}

export function ModelsMenu() {
  const { store } = useApp();
  const models = useAppState((state) => allModels(state.catalog));
  const chosen = useView((view) => view.models);
  const sections = useMemo(() => modelSections(models), [models]);
  return (
    <SearchMenu
      label="Models"
      find="Find a model"
      sections={sections}
      chosen={chosen}
      onChoose={(next) => changed(chosen, next, (id) => toggleModel(store, id), () => setModels(store, next))}
    >
      <PlusIcon /> Models
    </SearchMenu>
  );
}

/** Opens the dialog in which the visitor's own models are brought and kept. */
export function OwnModelsButton() {
  const { store } = useApp();
  return (
    <Button className="button" onPress={() => openModels(store)}>
      <PlusIcon /> Add a model
    </Button>
  );
}

/** Committees, one click each; the one on show has a tick. */
export function CommitteeMenu() {
  const { store } = useApp();
  const models = useAppState((state) => state.catalog.models);
  const rows = useView((view) => view.models);
  const all = useMemo(() => committees(models), [models]);
  return (
    <MenuButton
      label="Committees"
      title="Show instead"
      items={all.map(({ id, title, says, models: own }) => ({ id, title, description: `${plural(own.length, 'model')}: ${says}` }))}
      current={presentCommittees(all, rows)[0] ?? null}
      onAction={(id) => setModels(store, all.find((committee) => committee.id === id)!.models)}
    >
      Committee
    </MenuButton>
  );
}

/** One tick is a toggle, which keeps the catalogue's order; more at once is a new list. */
function changed(before: readonly string[], after: readonly string[], toggle: (id: string) => void, replace: () => void): void {
  const differing = [...before.filter((id) => !after.includes(id)), ...after.filter((id) => !before.includes(id))];
  if (differing.length === 1) toggle(differing[0]!);
  else if (differing.length > 1) replace();
}
