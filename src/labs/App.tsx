/** The page around the lab: bar, notices, keys, files that are dropped, pasted or chosen. Knows no maps. */
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { Explore } from './explore/Explore.tsx';
import { EXPORTS, exportAs, type ExportId, type Scene } from './explore/exportGrid.ts';
import { LABS } from './index.ts';
import { tableCsv, tableJson, TABLE_EXPORTS, type TableExportId } from './methods/exportTable.ts';
import { Methods, type TableScene } from './methods/Methods.tsx';
import { commandOf, SHORTCUTS, type Command } from './shortcuts.ts';
import { usePage } from './usePage.ts';
import { dismissNotice, notify, pinRegion, redo, select, setDisplay, setImage, setLab, setTheme, undo } from '../state/actions.ts';
import { openFile, type PhotoFile } from '../state/photo.ts';
import type { Boot, State } from '../state/store.ts';
import { writeLink } from '../state/url.ts';
import type { LabId } from '../state/view.ts';
import { download } from '../ui/download.ts';
import { useApp, useAppState, useView } from '../ui/app.ts';
import { Notices } from '../ui/Notices.tsx';
import { ShortcutsDialog } from '../ui/ShortcutsDialog.tsx';
import { TopBar } from '../ui/TopBar.tsx';
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
  const onScene = useCallback((next: NonNullable<typeof scene.current>) => void (scene.current = next), []);
  const link = () => linkOf(store.getState());
  const linkTo = useAppState(useShallow((state: State) => LABS.map(({ id }) => linkOf({ ...state, view: { ...state.view, lab: id } }))));
  usePage(lab);

  const onExport = (id: string) => {
    if (lab === 'methods') return table.current && downloadTable(id as TableExportId, table.current);
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
        return lab === 'explore' && view.region ? pinRegion(store, undefined) : select(store, {});
      case 'scene':
        return lab === 'explore' ? onDice() : undefined;
      case 'contour':
      case 'outline':
      case 'overlay':
        return lab === 'explore' ? setDisplay(store, { [command]: !view.display[command] }) : undefined;
      case 'find':
        return lab === 'methods' ? document.querySelector<HTMLElement>('input[type=search]')?.focus() : undefined;
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
        exports={lab === 'explore' ? EXPORTS : TABLE_EXPORTS}
        onExport={onExport}
        onCopyLink={onCopyLink}
        onHelp={() => setHelp(true)}
      />
      {lab === 'explore' ? <Explore theme={theme} onFile={onFile} onDice={onDice} onScene={onScene} /> : <Methods onTable={onTable} />}
      <Notices notices={notices} onDismiss={(id) => dismissNotice(store, id)} />
      <ShortcutsDialog isOpen={help} onOpenChange={setHelp} shortcuts={SHORTCUTS[lab]} />
    </div>
  );
}

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
