/** The Committee page: who its members are in a sentence, how good each is in a picture, and the card of one. Loads no weights before a card is open. */
import { useMemo } from 'react';
import { setRoster } from '../../state/actions.ts';
import { MODEL_ROLES, type ModelSort } from '../../state/view.ts';
import { useApp, useAppState, useView } from '../../ui/app.ts';
import { LabHead } from '../../ui/LabHead.tsx';
import { plural } from '../../ui/numbers.ts';
import { roleTitle } from '../../ui/roles.ts';
import { Select } from '../../ui/Select.tsx';
import { ModelCard } from './card/ModelCard.tsx';
import { chosenModels, story } from './roster.ts';
import { RosterTable } from './RosterTable.tsx';
import { ShortcutSection } from './shortcut/ShortcutSection.tsx';
import './committee.css';

const SORTS: readonly { readonly id: ModelSort; readonly title: string }[] = [
  { id: 'accuracy', title: 'Accuracy' },
  { id: 'family', title: 'Family' },
  { id: 'name', title: 'Name' },
  { id: 'parameters', title: 'Parameters' },
  { id: 'multiply-adds', title: 'Multiply-adds' },
  { id: 'calibration', title: 'Calibration error' },
  { id: 'download', title: 'Download' },
];

export function Committee() {
  const { store } = useApp();
  const models = useAppState((state) => state.catalog.models);
  const choice = useView((view) => view.roster);
  const seen = useMemo(() => chosenModels(models, choice), [models, choice]);
  const families = useMemo(() => [...new Map(models.map(({ family, familyTitle }) => [family, familyTitle]))], [models]);
  const roles = MODEL_ROLES.filter((role) => role === 'all' || models.some((model) => model.role === role));
  const open = useView((view) => models.find(({ id }) => id === view.selected.model));
  return (
    <main className="lab" id="main" tabIndex={-1} aria-labelledby="committee-head">
      <LabHead
        id="committee-head"
        title="Committee"
        story={story(models)}
        noun="Models"
        tally={seen.length === models.length ? plural(models.length, 'model') : `${seen.length} of ${plural(models.length, 'model')}`}
      >
        <Select title="Family" options={[{ id: 'all', title: 'All families' }, ...families.map(([id, title]) => ({ id, title }))]} value={choice.family} onChange={(family) => setRoster(store, { family })} />
        <Select title="Role" options={roles.map((id) => ({ id, title: id === 'all' ? 'All roles' : roleTitle(id) }))} value={choice.role} onChange={(role) => setRoster(store, { role })} />
        <Select title="Sorted by" options={SORTS} value={choice.sort} onChange={(sort) => setRoster(store, { sort, reverse: false })} />
      </LabHead>
      {seen.length > 0 ? <RosterTable rows={seen} all={models} choice={choice} /> : <p className="prose lab-none">No model is of this family and in this role. Choose all families, or all roles.</p>}
      {open && <ModelCard model={open} />}
      {/* Sections about the committee as a whole stand below the card. */}
      <ShortcutSection />
    </main>
  );
}
