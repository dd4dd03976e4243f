/** The page around the lab: bar, notices, keys, files that are dropped, pasted or chosen. Knows no maps. */
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { Committee } from './committee/Committee.tsx';
import { chosenModels } from './committee/roster.ts';
import { modelsCsv, modelsJson, ROSTER_EXPORTS, type RosterExportId } from './committee/exportRoster.ts';
import { Consensus } from './consensus/Consensus.tsx';
import { BringDialog } from './explore/bring/BringDialog.tsx';
import { useModelDrop } from './explore/bring/useModelDrop.ts';
import { Explore } from './explore/Explore.tsx';
import { EXPORTS, exportAs, type ExportId, type Scene } from './explore/exportGrid.ts';
import { LABS } from './index.ts';
import { tableCsv, tableJson, TABLE_EXPORTS, type TableExportId } from './methods/exportTable.ts';
import { Methods, type TableScene } from './methods/Methods.tsx';
import { STUDY_EXPORTS, studyFile, type StudyExportId, type StudyScene } from './transfer/exportStudy.ts';
import { Transfer } from './transfer/Transfer.tsx';
import { commandOf, SHORTCUTS, type Command } from './shortcuts.ts';
import { usePage } from './usePage.ts';
import { dismissNotice, lookAt, notify, pinRegion, redo, select, setDisplay, setImage, setLab, setTheme, undo } from '../state/actions.ts';
import { openFile, type PhotoFile } from '../state/photo.ts';
import type { Boot, State, Store } from '../state/store.ts';
import { writeLink } from '../state/url.ts';
import type { LabId } from '../state/view.ts';
import type { ModelEntry } from '../worker/protocol.ts';
import { download } from '../ui/download.ts';
import { useApp, useAppState, useView } from '../ui/app.ts';
import { Notices } from '../ui/Notices.tsx';
import { ShortcutsDialog } from '../ui/ShortcutsDialog.tsx';
import { TopBar, type TopBarProps } from '../ui/TopBar.tsx';
import { useTheme } from '../ui/useTheme.ts';

export function App() {
  const { store } = useApp();
  const lab = useView((view) => view.lab);
  const choice = useView((view) => view.theme);
  const theme = useTheme(choice);
  const boot = useAppState((state) => state.boot);
  const notices = useAppState((state) => state.notices);
  const history = useAppState(useShallow((state: State) => ({ canUndo: state.history.past.length > 0, canRedo: state.history.future.length > 0 })));
  const [help, setHelp] = useState(false);
  const scene = useRef<Parameters<Parameters<typeof Explore>[0]['onScene']>[0]>(undefined);

  const onFile = useCallback((file: PhotoFile) => void openFile(store, file), [store]);
  const onDice = useCallback(() => setImage(store, { kind: 'scene', seed: randomSeed() }), [store]);
  const table = useRef<TableScene>(undefined);
  const onTable = useCallback((next: TableScene) => void (table.current = next), []);
  const study = useRef<StudyScene>(undefined);
  const onStudy = useCallback((next: StudyScene | undefined) => void (study.current = next), []);
  const onScene = useCallback((next: NonNullable<typeof scene.current>) => void (scene.current = next), []);
  const link = () => linkOf(store.getState());
  const linkTo = useAppState(useShallow((state: State) => LABS.map(({ id }) => linkOf({ ...state, view: { ...state.view, lab: id } }))));
  usePage(lab);

  const onExport = (id: string) => {
    if (lab === 'methods') return table.current && downloadTable(id as TableExportId, table.current);
    if (lab === 'committee') return downloadRoster(id as RosterExportId, store.getState().catalog.models);
    if (lab === 'transfer') return study.current ? downloadStudy(id as StudyExportId, study.current) : notify(store, 'info', 'There is nothing to save yet: wait for the first image of the study.');
    if (!scene.current) return;
    const whole: Scene = { ...scene.current, state: store.getState(), link: link() };
    void exportAs(id as ExportId, whole).catch((error: unknown) => notify(store, 'error', error instanceof Error ? error.message : String(error)));
  };
  const onCopyLink = () =>
    void navigator.clipboard.writeText(link()).then(
      () => notify(store, 'info', store.getState().view.image.kind === 'picture' ? 'Link copied. It carries every setting, but not your picture: pictures never leave this page.' : 'Link copied. It restores this page as it stands.'),
      () => notify(store, 'error', `The browser did not allow copying. The link is ${link()}`),
    );

  const obey = (command: Command) => {
    const { view } = store.getState();
    switch (command) {
      case 'escape':
        if (lab === 'transfer') return lookAt(store, { image: view.transfer.image });
        return lab === 'explore' && view.region ? pinRegion(store, undefined) : select(store, {});
      case 'scene':
        return lab === 'explore' ? onDice() : undefined;
      case 'contour':
      case 'outline':
      case 'overlay':
        return lab === 'explore' ? setDisplay(store, { [command]: !view.display[command] }) : undefined;
      case 'find':
        return lab === 'methods' ? document.querySelector<HTMLElement>('input[type=search]')?.focus() : undefined;
      case 'next':
      case 'previous':
        if (lab === 'transfer') return stepImage(store, command === 'next' ? 1 : -1);
        return lab === 'committee' ? openNeighbour(store, command === 'next' ? 1 : -1) : undefined;
      case 'undo':
        return undo(store);
      case 'redo':
        return redo(store);
      case 'help':
        return setHelp(true);
      default:
        return command satisfies never;
    }
  };
  useGlobalEvents(obey, lab === 'explore' ? onFile : () => {});
  useModelDrop(lab === 'explore' ? onFile : ignore);

  return (
    <div className="page" data-lab={lab}>
      <TopBar
        labs={LABS.map((entry, index) => ({ ...entry, href: linkTo[index]! }))}
        lab={lab}
        onLab={(id) => setLab(store, id as LabId)}
        backend={backendWords(boot)}
        history={{ ...history, undo: () => undo(store), redo: () => redo(store) }}
        theme={choice}
        onTheme={(next) => setTheme(store, next)}
        exports={EXPORTS_OF[lab]}
        onExport={onExport}
        onCopyLink={onCopyLink}
        onHelp={() => setHelp(true)}
      />
      {lab === 'explore' && <Explore theme={theme} onFile={onFile} onDice={onDice} onScene={onScene} />}
      {lab === 'consensus' && <Consensus />}
      {lab === 'committee' && <Committee />}
      {lab === 'transfer' && <Transfer onStudy={onStudy} />}
      {lab === 'methods' && <Methods onTable={onTable} />}
      <Notices notices={notices} onDismiss={(id) => dismissNotice(store, id)} />
      <BringDialog />
      <ShortcutsDialog isOpen={help} onOpenChange={setHelp} shortcuts={SHORTCUTS[lab]} />
    </div>
  );
}

const ignore = () => {};

const EXPORTS_OF = { explore: EXPORTS, consensus: [], transfer: STUDY_EXPORTS, committee: ROSTER_EXPORTS, methods: TABLE_EXPORTS } as const satisfies Record<LabId, TopBarProps['exports']>;

/** The one draw without a seed: its outcome is the seed. Those of the splits lie below, so that a scene at random was never trained on. */
const randomSeed = () => 100_000 + Math.floor(Math.random() * 900_000);

const linkOf = ({ view, catalog }: State): string => {
  const query = writeLink(view, catalog);
  return `${location.origin}${location.pathname}${query ? `?${query}` : ''}`;
};

function downloadTable(id: TableExportId, { rows, models }: TableScene): void {
  const [text, type] = id === 'csv' ? [tableCsv(rows, models), 'text/csv'] : [tableJson(rows, models), 'application/json'];
  download(`chorale-methods.${id}`, new Blob([text], { type }));
}

function downloadStudy(id: StudyExportId, scene: StudyScene): void {
  const { name, text, type } = studyFile(id, scene);
  download(name, new Blob([text], { type }));
}

function downloadRoster(id: RosterExportId, models: readonly ModelEntry[]): void {
  const [text, type] = id === 'csv' ? [modelsCsv(models), 'text/csv'] : [modelsJson(models), 'application/json'];
  download(`chorale-committee.${id}`, new Blob([text], { type }));
}

/** The image after (1) or before (−1) the one in the preview of the Transfer page; from the last, the first. */
function stepImage(store: Store, step: 1 | -1): void {
  const { transfer, study } = store.getState().view;
  lookAt(store, { ...transfer, image: ((transfer.image ?? 0) + step + study.images) % study.images });
}

/** Opens the card of the row after (1) or before (−1) the open one; from none, the first or the last. */
function openNeighbour(store: Store, step: 1 | -1): void {
  const { view, catalog } = store.getState();
  const rows = chosenModels(catalog.models, view.roster);
  const at = rows.findIndex(({ id }) => id === view.selected.model);
  const next = at < 0 ? rows.at(step > 0 ? 0 : -1) : rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  if (next) select(store, { model: next.id });
}

const BACKENDS = { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'WASM', cpu: 'CPU' } as const;

/** The pill in the bar: which backend, and that it proved itself. */
function backendWords({ status, backend, message, tried }: Boot): Parameters<typeof TopBar>[0]['backend'] {
  const detail = tried.map(({ backend: name, problem, ms }) => `${BACKENDS[name]}: ${problem ?? (ms === undefined ? 'self-test passed' : `self-test passed, ${Math.round(ms)} ms a gradient`)}`).join('\n');
  switch (status) {
    case 'starting':
      return { text: 'starting …', detail: 'The engine starts and proves itself on a known net.', state: 'starting' };
    case 'ready':
      return { text: `${backend ? BACKENDS[backend] : ''} · self-test passed`, detail, state: 'ready' };
    case 'failed':
      return { text: 'engine failed', detail: message ?? '', state: 'broken' };
    default:
      return status satisfies never;
  }
}

/** Keys anywhere on the page, and pictures that are pasted. */
function useGlobalEvents(obey: (command: Command) => void, onFile: (file: PhotoFile) => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || document.querySelector('[role="dialog"], [role="menu"]')) return;
    const target = event.target instanceof HTMLElement ? event.target : undefined;
    const typing = target?.matches('input:not([type="range"], [type="radio"], [type="checkbox"]), textarea, select') ?? false;
    const command = commandOf(event, typing);
    if (!command || (typing && command === 'escape')) return;
    event.preventDefault();
    obey(command);
  });
  const onPaste = useEffectEvent((event: ClipboardEvent) => {
    const file = [...(event.clipboardData?.files ?? [])][0];
    if (file) onFile(file);
  });
  useEffect(() => {
    const key = (event: KeyboardEvent) => onKey(event);
    const paste = (event: ClipboardEvent) => onPaste(event);
    document.addEventListener('keydown', key);
    document.addEventListener('paste', paste);
    return () => {
      document.removeEventListener('keydown', key);
      document.removeEventListener('paste', paste);
    };
  }, []);
}
