/** What the studies over many images share, as controls: who is asked, how, about which images. Each is in the link and can be undone. Runs nothing. */
import { useMemo } from 'react';
import { int } from '../../engine/params.ts';
import { endDrag, setStudy } from '../../state/actions.ts';
import { committees, presentCommittees } from '../../state/committees.ts';
import { LARGEST_SEED } from '../../state/urlRead.ts';
import { useApp, useAppState, useView } from '../app.ts';
import { PlusIcon } from '../icons.tsx';
import { MenuButton } from '../MenuButton.tsx';
import { modelSections } from '../modelSections.ts';
import { NumberEntry } from '../NumberEntry.tsx';
import { plural } from '../numbers.ts';
import { SearchMenu } from '../SearchMenu.tsx';
import { ImageSet } from './ImageSet.tsx';
import { MethodPicker } from './MethodPicker.tsx';
import type { LeftOut } from './useStudySetup.ts';
import './study.css';

const SEED = int({ title: 'Seed', min: 0, max: LARGEST_SEED, default: 0 });

export function StudyPanel({ leftOut }: { readonly leftOut: readonly LeftOut[] }) {
  const { store } = useApp();
  const seed = useView((view) => view.study.seed);
  return (
    <form className="study-panel" aria-label="The study" onSubmit={(event) => event.preventDefault()}>
      <CommitteePicker leftOut={leftOut} />
      <MethodPicker />
      <fieldset className="study-part">
        <legend className="section-head">Images</legend>
        <ImageSet />
        <p className="study-seed">
          Seed <NumberEntry param={SEED} text={String(seed)} onCommit={(next) => { setStudy(store, { seed: next }); endDrag(store); }} />
        </p>
      </fieldset>
    </form>
  );
}

function CommitteePicker({ leftOut }: { readonly leftOut: readonly LeftOut[] }) {
  const { store } = useApp();
  const models = useAppState((state) => state.catalog.models);
  const chosen = useView((view) => view.study.models);
  const all = useMemo(() => committees(models), [models]);
  const sections = useMemo(() => modelSections(models), [models]);
  const current = presentCommittees(all, chosen)[0];
  const listed = models.filter(({ id }) => chosen.includes(id));
  const choose = (ids: readonly string[]) => setStudy(store, { models: models.filter(({ id }) => ids.includes(id)).map(({ id }) => id) });
  const count = (role: string) => listed.filter((model) => model.role === role).length;
  const tally = [plural(listed.length, 'model'), ...(count('weak') > 0 ? [`${count('weak')} weak`] : []), ...(count('shortcut') > 0 ? [`${count('shortcut')} that ${count('shortcut') === 1 ? 'cheats' : 'cheat'}`] : [])];
  return (
    <fieldset className="study-part">
      <legend className="section-head">Committee</legend>
      <div className="study-row">
        <MenuButton
          label="Committee of the study"
          title="Ask"
          items={all.map(({ id, title, says, models: own }) => ({ id, title, description: `${plural(own.length, 'model')}: ${says}` }))}
          current={current ?? null}
          onAction={(id) => choose(all.find((committee) => committee.id === id)!.models)}
        >
          {all.find(({ id }) => id === current)?.title ?? 'Own choice'}
        </MenuButton>
        <SearchMenu label="Models of the study" find="Find a model" sections={sections} chosen={chosen} onChoose={choose}>
          <PlusIcon /> Models
        </SearchMenu>
      </div>
      <p className="quiet">{tally.join(', ')}</p>
      {leftOut.length > 0 && <LeftOutNote leftOut={leftOut} />}
    </fieldset>
  );
}

/** Models to which the method does not apply, by reason. */
function LeftOutNote({ leftOut }: { readonly leftOut: readonly LeftOut[] }) {
  const reasons = [...new Set(leftOut.map(({ reason }) => reason))];
  return (
    <details className="study-left-out">
      <summary>
        {plural(leftOut.length, 'model')} left out: the method does not apply
      </summary>
      <ul>
        {reasons.map((reason) => (
          <li key={reason}>
            <b>{leftOut.filter((one) => one.reason === reason).map(({ model }) => model.title).join(', ')}</b>: {reason}
          </li>
        ))}
      </ul>
    </details>
  );
}
