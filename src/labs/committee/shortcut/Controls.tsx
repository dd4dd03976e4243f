/** What the visitor can set of the study. Each is in the link and can be undone. */
import { useMemo } from 'react';
import { int } from '../../../engine/params.ts';
import { endDrag, setShortcut } from '../../../state/actions.ts';
import { LARGEST_SEED } from '../../../state/urlRead.ts';
import { SHORTCUT_SCENES } from '../../../state/urlShortcut.ts';
import { DEFAULT_SHORTCUT } from '../../../state/defaults.ts';
import { CORNERS, type ShortcutChoice } from '../../../state/view.ts';
import { useApp, useAppState, useView } from '../../../ui/app.ts';
import { byFamily, familyTitle } from '../../../ui/families.ts';
import { PlusIcon } from '../../../ui/icons.tsx';
import { firstSentence } from '../../../ui/methodWords.ts';
import { NumberEntry } from '../../../ui/NumberEntry.tsx';
import { SearchMenu } from '../../../ui/SearchMenu.tsx';
import { Segmented } from '../../../ui/Segmented.tsx';
import { Select } from '../../../ui/Select.tsx';
import { Slider } from '../../../ui/Slider.tsx';

const SCENES = int({ title: 'Scenes', ...SHORTCUT_SCENES, scale: 'log', default: DEFAULT_SHORTCUT.scenes });
const SEED = int({ title: 'Seed', min: 0, max: LARGEST_SEED, default: DEFAULT_SHORTCUT.seed });

const STICKERS: readonly { readonly id: ShortcutChoice['stickers']; readonly title: string }[] = [
  { id: 'half', title: 'Half and half' },
  { id: 'truthful', title: 'Right' },
  { id: 'misleading', title: 'Misleading' },
];
const WHERE: readonly { readonly id: ShortcutChoice['corner']; readonly title: string }[] = [
  { id: 'any', title: 'Drawn for each' },
  ...CORNERS.map((id) => ({ id, title: id.charAt(0).toUpperCase() + id.slice(1).replace('-', ' ') })),
];

export function Controls() {
  const { store } = useApp();
  const choice = useView((view) => view.shortcut);
  const catalog = useAppState((state) => state.catalog);
  const sections = useMemo(
    () =>
      byFamily(catalog.methods, ({ family }) => family).map(({ family, items }) => ({
        title: familyTitle(family),
        items: items.map(({ id, title, card }) => ({ id, title, description: firstSentence(card.says), words: `${familyTitle(family)} ${card.says}` })),
      })),
    [catalog],
  );
  return (
    <form className="lab-filter shortcut-controls" aria-label="The study" onSubmit={(event) => event.preventDefault()}>
      <Slider
        param={SCENES}
        value={choice.scenes}
        onChange={(scenes, final) => {
          setShortcut(store, { scenes }, { dragging: !final });
          if (final) endDrag(store);
        }}
      />
      <Segmented title="Stickers" options={STICKERS} value={choice.stickers} onChange={(stickers) => setShortcut(store, { stickers })} />
      <Select title="Corner" options={WHERE} value={choice.corner} onChange={(corner) => setShortcut(store, { corner })} />
      <p className="shortcut-seed">
        Seed <NumberEntry param={SEED} text={String(choice.seed)} onCommit={(seed) => setShortcut(store, { seed })} />
      </p>
      <SearchMenu label="Methods of the study" find="Find a method" sections={sections} chosen={choice.methods} onChoose={(methods) => setShortcut(store, { methods })}>
        <PlusIcon /> Methods
      </SearchMenu>
    </form>
  );
}
