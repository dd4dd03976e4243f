/** How a picture becomes the model's input: a preset, and every number of it. Each change is looked at at once. */
import { PRESETS, isPreset, type PresetName } from '../../../engine/importers/preprocessing.ts';
import { setReading, type Draft } from '../../../state/bringing.ts';
import type { InspectResult, Preprocessing } from '../../../worker/protocol.ts';
import { useApp } from '../../../ui/app.ts';
import { NumberEntry } from '../../../ui/NumberEntry.tsx';
import { Select } from '../../../ui/Select.tsx';

const COLOURS = ['red', 'green', 'blue'] as const;
const ORDERS = [
  { id: 'rgb', title: 'red, green, blue' },
  { id: 'bgr', title: 'blue, green, red' },
  { id: 'grey', title: 'grey' },
] as const;
const RESIZES = [
  { id: 'crop', title: 'the middle of the square' },
  { id: 'squash', title: 'the whole square' },
] as const;

/** Whatever the crop: a visitor's square may be any. */
const sameNumbers = (a: Preprocessing, b: Preprocessing) => JSON.stringify([a.order, a.mean, a.std]) === JSON.stringify([b.order, b.mean, b.std]);
const presetOf = (preprocessing: Preprocessing): PresetName | 'other' =>
  (Object.keys(PRESETS) as PresetName[]).find((name) => sameNumbers(PRESETS[name].preprocessing, preprocessing)) ?? 'other';

const trim = (value: number) => String(Number(value.toPrecision(4)));

export function ReadingControls({ draft, inspection }: { readonly draft: Draft; readonly inspection: InspectResult }) {
  const app = useApp();
  const preprocessing = draft.reading.preprocessing ?? inspection.preprocessing;
  const size = draft.reading.inputSize ?? inspection.inputSize;
  const set = (next: Partial<Preprocessing>) => setReading(app, { preprocessing: { ...preprocessing, ...next } });
  const preset = presetOf(preprocessing);
  const options = [...Object.entries(PRESETS).map(([id, { title }]) => ({ id, title })), ...(preset === 'other' ? [{ id: 'other', title: 'other numbers' }] : [])];
  return (
    <section aria-labelledby="bring-reads">
      <h3 className="section-head" id="bring-reads">
        How it reads pictures
      </h3>
      <Select title="Preset" options={options} value={preset} onChange={(name) => isPreset(name) && set(PRESETS[name].preprocessing)} help={inspection.why ? `Guessed: ${inspection.why}.` : preset === 'other' ? undefined : `For ${PRESETS[preset].use}.`} />
      {inspection.channels === 3 && <Select title="Channels" options={ORDERS.filter(({ id }) => id !== 'grey')} value={preprocessing.order} onChange={(order) => set({ order })} />}
      <Select title="Sees" options={RESIZES} value={preprocessing.resize} onChange={(resize) => set({ resize, share: resize === 'squash' ? 1 : preprocessing.share })} />
      <dl className="bring-numbers">
        {preprocessing.resize === 'crop' && (
          <Entry title="Share of the side that it sees" value={preprocessing.share} min={0.3} max={1} onCommit={(share) => set({ share })} />
        )}
        {inspection.anySize && <Entry title="Pixels a side" value={size} min={16} max={512} whole onCommit={(inputSize) => setReading(app, { inputSize })} />}
        {(['mean', 'std'] as const).map((which) => (
          <div key={which}>
            <dt>{which === 'mean' ? 'Mean that is taken off' : 'Deviation that divides'}</dt>
            <dd>
              {COLOURS.slice(0, inspection.channels === 1 ? 1 : 3).map((colour, c) => (
                <NumberEntry
                  key={colour}
                  param={{ kind: 'float', title: `${which === 'mean' ? 'Mean' : 'Deviation'} of ${inspection.channels === 1 ? 'grey' : colour}`, min: which === 'mean' ? -1000 : 1e-4, max: 1000, default: 0 }}
                  text={trim(preprocessing[which][c]!)}
                  onCommit={(value) => set({ [which]: preprocessing[which].with(c, value) as unknown as Preprocessing['mean'] })}
                />
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <p className="quiet">Of pixels from 0 to 1.</p>
    </section>
  );
}

interface EntryProps {
  readonly title: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
  onCommit(value: number): void;
}

function Entry({ title, value, min, max, whole = false, onCommit }: EntryProps) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <NumberEntry param={{ kind: whole ? 'int' : 'float', title, min, max, default: max }} text={trim(value)} onCommit={onCommit} />
      </dd>
    </div>
  );
}
