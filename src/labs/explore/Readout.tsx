/** One line under the grid: the numbers of the cell under the pointer or the focus. Not read out: the cell's own name says the same. */
import { useAppState } from '../../ui/app.ts';
import { duration, percent, plural } from '../../ui/numbers.ts';
import { useHoveredSlot } from '../../ui/pointer.ts';
import { useGridContext } from './useGrid.ts';
import { growingWords, statusWords } from './words.ts';

export function Readout({ focused }: { readonly focused: string | undefined }) {
  const grid = useGridContext();
  const slot = useHoveredSlot() ?? focused;
  const entry = useAppState((state) => (slot ? state.entries[slot] : undefined));
  const drawn = slot ? grid.maps.get(slot) : undefined;
  const [model, method] = slot?.split('/') ?? [];
  const title = [grid.rows.find((row) => row.model.id === model)?.model.title, grid.methods.find(({ id }) => id === method)?.title].filter(Boolean).join(' · ');
  if (!slot || !entry || !title.includes('·')) return <p className="readout" aria-hidden="true" />;
  const { result, preview } = drawn ?? {};
  const facts = result && entry.status === 'done'
    ? [preview ? 'preview' : undefined, duration(result.ms), plural(result.passes.forward + result.passes.backward, 'pass', 'passes'), result.gap === undefined ? undefined : `gap ${percent(Math.abs(result.gap))}`]
    : [statusWords(entry.status, entry.progress), drawn?.growing ? growingWords(entry.status) : undefined];
  return (
    <p className="readout" aria-hidden="true">
      <b>{title}</b> {facts.filter(Boolean).join(' · ')}
    </p>
  );
}
