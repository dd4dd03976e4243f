/** The Methods page: what the table says in a sentence, the filter, and the table. What runs where is asked of the engine by the plan (state/request.ts). */
import { useEffect, useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { setTable } from '../../state/actions.ts';
import { capabilitiesOf } from '../../state/capabilities.ts';
import { tableModels } from '../../state/request.ts';
import { SLOTS, type State } from '../../state/store.ts';
import type { TableChoice } from '../../state/view.ts';
import { useApp, useAppState, useView } from '../../ui/app.ts';
import { byFamily, familyTitle } from '../../ui/families.ts';
import { LabHead } from '../../ui/LabHead.tsx';
import { plural } from '../../ui/numbers.ts';
import { Select } from '../../ui/Select.tsx';
import { MethodsTable } from './MethodsTable.tsx';
import { MetricCards } from './MetricCards.tsx';
import { chosenRows, rowOf, story, type Known, type TableRow } from './table.ts';
import './methods.css';

const SORTS: readonly { readonly id: TableChoice['sort']; readonly title: string }[] = [
  { id: 'family', title: 'Family' },
  { id: 'cost', title: 'Cost, cheapest first' },
  { id: 'name', title: 'Name' },
];

export interface TableScene {
  readonly rows: readonly TableRow[];
  readonly models: readonly Known[];
}

interface Props {
  /** Called with the whole table, whenever it changes: what an export is made from. */
  onTable(table: TableScene): void;
}

export function Methods({ onTable }: Props) {
  const { store } = useApp();
  const catalog = useAppState((state) => state.catalog);
  const choice = useView((view) => view.table);
  const models = useKnown();
  const rows = useMemo(() => catalog.methods.map((method) => rowOf(method, models)), [catalog, models]);
  const seen = useMemo(() => chosenRows(rows, choice), [rows, choice]);
  const families = useMemo(() => byFamily(catalog.methods, ({ family }) => family), [catalog]);
  useEffect(() => onTable({ rows, models }), [onTable, rows, models]);

  const answered = models.filter(({ methods, problem }) => methods ?? problem).length;
  const tally = seen.length === rows.length ? plural(rows.length, 'method') : `${seen.length} of ${plural(rows.length, 'method')}`;
  return (
    <main className="lab" id="main" tabIndex={-1} aria-labelledby="methods-head">
      <LabHead
        id="methods-head"
        title="Methods"
        story={story(rows, models)}
        noun="Methods"
        tally={tally}
        progress={answered < models.length && <progress aria-label="Models that have answered" max={models.length} value={answered} />}
      >
        <label className="find">
          <span>Find</span>
          <input type="search" value={choice.find} placeholder="a name, an author, “ReLU” …" onChange={(event) => setTable(store, { find: event.target.value })} />
        </label>
        <Select
          title="Family"
          options={[{ id: 'all', title: 'All families' }, ...families.map(({ family, items }) => ({ id: family, title: `${familyTitle(family)} (${items.length})` }))]}
          value={choice.family}
          onChange={(family) => setTable(store, { family })}
        />
        <Select title="Sorted by" options={SORTS} value={choice.sort} onChange={(sort) => setTable(store, { sort })} />
      </LabHead>
      {seen.length > 0 ? (
        <MethodsTable rows={seen} models={models} grouped={choice.sort === 'family'} />
      ) : (
        <p className="prose lab-none">
          No method has “{choice.find}”{choice.family === 'all' ? '' : ` among ${familyTitle(choice.family).toLowerCase()}`}. Try a shorter word, or all families.
        </p>
      )}
      <MetricCards />
    </main>
  );
}

/** Every model of the table with what is known of it, compared model by model so that the table changes only when an answer comes. */
function useKnown(): readonly Known[] {
  const models = useAppState(useShallow(tableModels));
  const methods = useAppState(useShallow((state: State) => tableModels(state).map(({ id }) => capabilitiesOf(state, id))));
  const problems = useAppState(useShallow((state: State) => tableModels(state).map(({ id }) => problemOf(state, id))));
  return useMemo(() => models.map((model, index) => ({ model, methods: methods[index], problem: problems[index] })), [models, methods, problems]);
}

function problemOf({ entries, boot }: State, model: string): string | undefined {
  const entry = entries[SLOTS.capabilities(model)];
  return entry?.status === 'failed' ? entry.message : boot.status === 'failed' ? boot.message : undefined;
}
