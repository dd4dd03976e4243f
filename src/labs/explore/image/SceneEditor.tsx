/** Changes the scene on show: turn, place, light, colours, surroundings, parts, sticker. Writes the list of changes (state/sceneChanges.ts); draws no scene. */
import { memo, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { endDrag, setChanges } from '../../../state/actions.ts';
import { changeOf, thingOf, withChange, withoutChange, type Changes } from '../../../state/sceneChanges.ts';
import type { Catalog, SceneChange, SceneState } from '../../../worker/protocol.ts';
import { useApp, useAppState, useView } from '../../../ui/app.ts';
import { percent, plural } from '../../../ui/numbers.ts';
import { Select } from '../../../ui/Select.tsx';
import { Slider } from '../../../ui/Slider.tsx';
import { Toggle } from '../../../ui/Toggle.tsx';

type Setting = keyof SceneState['settings'];
type Redrawn = 'recolour' | 'ground' | 'background' | 'light';

interface Editing {
  readonly state: SceneState;
  readonly scenes: Catalog['scenes'];
  readonly changes: Changes;
  /** `final` is false while a slider is dragged. */
  change(changes: Changes, final?: boolean): void;
}

const NO_CHANGES: Changes = [];

/** `state`: what the scene on show says of itself; none before it is drawn. */
export const SceneEditor = memo(function SceneEditor({ state }: { readonly state: SceneState | undefined }) {
  const { store } = useApp();
  const scenes = useAppState(({ catalog }) => catalog.scenes);
  const changes = useView(({ image }) => (image.kind === 'scene' ? image.changes : undefined)) ?? NO_CHANGES;
  const [open, setOpen] = useState(false);
  const change = (next: Changes, final = true) => {
    setChanges(store, next, { dragging: !final });
    if (final) endDrag(store);
  };
  return (
    <details className="editor" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Change the scene{changes.length > 0 && <span className="quiet"> · {plural(changes.length, 'change')}</span>}
      </summary>
      {open && !state && <p className="quiet">The scene is being drawn …</p>}
      {open && state && <Controls state={state} scenes={scenes} changes={changes} change={change} />}
    </details>
  );
});

function Controls(editing: Editing) {
  const { changes, change } = editing;
  const shadow = changes.some(({ type }) => type === 'remove-shadow');
  return (
    <div className="editor-groups">
      <Group title="Object">
        {(['turn', 'size', 'aside', 'above', 'hue'] as const).map((id) => (
          <Setting key={id} id={id} {...editing} />
        ))}
        <Redraw title="All its colours" type="recolour" {...editing} />
      </Group>
      <Group title="Parts">
        {editing.state.parts.map((part) => (
          <Part key={part.name} {...part} {...editing} />
        ))}
        <Toggle title="Shadows" value={!shadow} onChange={(there) => change(there ? withoutChange(changes, 'remove-shadow') : withChange(changes, { type: 'remove-shadow' }))} />
      </Group>
      <Group title="Light">
        {(['light-side', 'light-height', 'light-strength', 'light-warmth'] as const).map((id) => (
          <Setting key={id} id={id} {...editing} />
        ))}
        <Redraw title="The whole light" type="light" {...editing} />
      </Group>
      <Group title="Around it">
        <Kind title="Ground" type="ground-kind" kinds={editing.scenes.grounds} present={editing.state.ground} {...editing} />
        <Redraw title="Ground" type="ground" {...editing} />
        <Kind title="Background" type="background-kind" kinds={editing.scenes.backgrounds} present={editing.state.background} {...editing} />
        <Redraw title="Background" type="background" {...editing} />
        <Setting id="things" {...editing} />
        <StickerChoice {...editing} />
      </Group>
      <Button className="button" isDisabled={changes.length === 0} onPress={() => change([])}>
        Back to the scene as drawn
      </Button>
    </div>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <fieldset className="editor-group controls">
      <legend className="section-head">{title}</legend>
      {children}
    </fieldset>
  );
}

/** A number of the scene: the slider's value is the state; the scene's own value is no change. */
function Setting({ id, state, scenes, changes, change }: Editing & { readonly id: Setting }) {
  const declared = scenes.settings[id];
  const own = state.own[id];
  const value = changeOf(changes, id)?.value ?? state.settings[id];
  return (
    <Slider
      param={{ ...declared, default: own }}
      value={value}
      text={(shown) => settingText(id, declared.step ?? 1, shown)}
      onChange={(next, final) => change(next === own ? withoutChange(changes, id) : withChange(changes, { type: id, value: inRange(declared, next) }), final)}
    />
  );
}

const DEGREES: readonly Setting[] = ['turn', 'light-side', 'light-height', 'hue'];

/** A scene's own values lie between the slider's steps: shown no finer than a step needs. */
function settingText(id: Setting, step: number, value: number): string {
  if (DEGREES.includes(id)) return `${String(Math.round(value)).replace('-', '−')}°`;
  if (id === 'size' || id === 'light-warmth') return percent(value, 0);
  return value.toFixed(step < 0.1 ? 2 : step < 1 ? 1 : 0).replace('-', '−');
}

const inRange = ({ kind, min, max }: Catalog['scenes']['settings'][Setting], value: number): number => {
  const clamped = Math.min(max, Math.max(min, value));
  return kind === 'int' ? Math.round(clamped) : clamped;
};

/** Another drawing of the same seed's stream: the next, and back to the scene's own. */
function Redraw({ title, type, changes, change }: Editing & { readonly title: string; readonly type: Redrawn }) {
  const present = changeOf(changes, type)?.seed ?? 0;
  const show = (seed: number) => change(seed === 0 ? withoutChange(changes, type) : withChange(changes, { type, seed }));
  return (
    <div className="redraw" role="group" aria-label={`${title}, drawn anew`}>
      <span className="redraw-title">
        {title}: {present === 0 ? 'as drawn' : `drawing ${present}`}
      </span>
      <Button className="button" aria-label={`${title}: the drawing before`} isDisabled={present === 0} onPress={() => show(present - 1)}>
        Back
      </Button>
      <Button className="button" aria-label={`${title}: draw anew`} onPress={() => show(present + 1)}>
        Draw anew
      </Button>
    </div>
  );
}

interface KindProps extends Editing {
  readonly title: string;
  readonly type: 'ground-kind' | 'background-kind';
  readonly kinds: readonly string[];
  readonly present: string;
}

function Kind({ title, type, kinds, present, changes, change }: KindProps) {
  const options = kinds.map((id) => ({ id, title: id }));
  const chosen = changeOf(changes, type)?.name ?? present;
  return <Select title={`${title}, pattern`} options={options} value={chosen} onChange={(name) => change(withChange(changes, { type, name } as SceneChange))} />;
}

function Part({ name, title, absent, state, changes, change }: Editing & SceneState['parts'][number]) {
  const asked = changes.find((other) => thingOf(other) === `part:${name}`);
  const there = asked ? asked.type === 'restore-part' : (state.parts.find((part) => part.name === name)?.there ?? !absent);
  const toggle = (next: boolean) => {
    if (next === !absent) return change(withoutChange(changes, `part:${name}`));
    return change(withChange(changes, { type: next ? 'restore-part' : 'remove-part', part: name }));
  };
  return <Toggle title={title} value={there} onChange={toggle} />;
}

const CORNERS = [
  { id: 'top-left', title: 'top left' },
  { id: 'top-right', title: 'top right' },
  { id: 'bottom-left', title: 'bottom left' },
  { id: 'bottom-right', title: 'bottom right' },
] as const;

function StickerChoice({ scenes, changes, change }: Editing) {
  const sticker = changeOf(changes, 'sticker');
  const stick = (classId: string, corner: (typeof CORNERS)[number]['id']) => change(withChange(changes, { type: 'sticker', classId, corner }));
  const options = [{ id: '', title: 'none' }, ...scenes.stickers.map(({ classId, title }) => ({ id: classId, title: `the colour that stands for ${title}` }))];
  const colour = scenes.stickers.find(({ classId }) => classId === sticker?.classId)?.colour;
  return (
    <>
      <Select title="Sticker" options={options} value={sticker?.classId ?? ''} onChange={(classId) => (classId === '' ? change(withoutChange(changes, 'sticker')) : stick(classId, sticker?.corner ?? 'top-left'))} />
      {sticker && <Select title="Its corner" options={CORNERS} value={sticker.corner} onChange={(corner) => stick(sticker.classId, corner)} />}
      {sticker && colour && (
        <p className="quiet sticker-words">
          <svg viewBox="0 0 12 12" aria-hidden="true">
            <circle cx="6" cy="6" r="5.5" fill={`rgb(${colour.join(' ')})`} />
          </svg>
          A sticker of the colour that stands for {scenes.stickers.find(({ classId }) => classId === sticker.classId)?.title}.
        </p>
      )}
    </>
  );
}
