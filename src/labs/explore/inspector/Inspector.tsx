/** The right column: what is selected explains itself; how maps are drawn; how the committee votes. */
import { Button, Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { SLOTS } from '../../../state/store.ts';
import { useAppState, useView } from '../../../ui/app.ts';
import { outputNames, useGridContext } from '../useGrid.ts';
import { CellFacts } from './CellFacts.tsx';
import { ConsensusControls } from './ConsensusControls.tsx';
import { DisplayControls } from './DisplayControls.tsx';
import { Guide } from './Guide.tsx';
import { MethodCard, MethodSource } from './MethodCard.tsx';
import { ModelCard } from './ModelCard.tsx';
import { NoiseFloor } from './NoiseFloor.tsx';
import { PartEffects } from './PartEffects.tsx';
import { RegionSums } from './RegionSums.tsx';

export const TABS = [
  { id: 'selection', title: 'Selected' },
  { id: 'display', title: 'Display' },
  { id: 'consensus', title: 'Consensus' },
] as const;
export type TabId = (typeof TABS)[number]['id'];

interface Props {
  /** On small screens the inspector is a sheet: whether it is up. */
  readonly open: boolean;
  onOpen(open: boolean): void;
  readonly tab: TabId;
  onTab(tab: TabId): void;
  /** Outlines a unit of the scene in every map, as a path; or no longer. */
  onOutline(path: string | undefined): void;
}

export function Inspector({ open, onOpen, tab, onTab, onOutline }: Props) {
  return (
    <Tabs className="inspector" selectedKey={tab} onSelectionChange={(key) => onTab(key as TabId)}>
      <Button className="button sheet-handle" aria-expanded={open} onPress={() => onOpen(!open)}>
        {open ? 'Close' : 'Inspector'}
      </Button>
      <TabList className="tabs" aria-label="Inspector">
        {TABS.map(({ id, title }) => (
          <Tab key={id} id={id} className="tab">
            {title}
          </Tab>
        ))}
      </TabList>
      <TabPanel id="selection" className="tab-panel">
        <Selection onOutline={onOutline} />
      </TabPanel>
      <TabPanel id="display" className="tab-panel">
        <DisplayControls />
      </TabPanel>
      <TabPanel id="consensus" className="tab-panel">
        <ConsensusControls />
      </TabPanel>
    </Tabs>
  );
}

function Selection({ onOutline }: Pick<Props, 'onOutline'>) {
  const grid = useGridContext();
  const selected = useView((view) => view.selected);
  const region = useView((view) => view.region);
  const row = grid.rows.find(({ model }) => model.id === selected.model);
  const method = grid.methods.find(({ id }) => id === selected.method);
  const slot = row && method ? SLOTS.cell(row.model.id, method.id) : undefined;
  const entry = useAppState((state) => (slot ? state.entries[slot] : undefined));
  return (
    <>
      {method && <MethodCard method={method} />}
      {slot && row && method && <CellFacts title={`${row.model.title}, ${method.title}`} entry={entry} drawn={grid.maps.get(slot)} classes={outputNames(row.model, grid.classes)} />}
      {slot && grid.maps.has(slot) && <NoiseFloor drawn={grid.maps.get(slot)!} />}
      {(row || method) && <PartEffects grid={grid} model={row?.model.id} method={method} onOutline={onOutline} />}
      {region && <RegionSums region={region} grid={grid} />}
      {row && !method && <ModelCard row={row} grid={grid} />}
      {method && <MethodSource method={method} />}
      {!row && !method && <Guide />}
    </>
  );
}
