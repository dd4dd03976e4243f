/** The bar along the top: name, labs, backend, history, theme, export, link. Its actions come from outside. */
import type { MouseEvent } from 'react';
import { Button } from 'react-aria-components';
import { HalfIcon, MoonIcon, RedoIcon, SunIcon, UndoIcon } from './icons.tsx';
import { MenuButton, type Item } from './MenuButton.tsx';
import type { ThemeChoice } from './useTheme.ts';

export interface TopBarProps {
  readonly labs: readonly { readonly id: string; readonly title: string; /** Its address, for a new tab. */ readonly href: string }[];
  readonly lab: string;
  onLab(id: string): void;
  readonly backend: { readonly text: string; readonly detail: string; readonly state: 'starting' | 'ready' | 'broken' };
  readonly history: { readonly canUndo: boolean; readonly canRedo: boolean; undo(): void; redo(): void };
  readonly theme: ThemeChoice;
  onTheme(theme: ThemeChoice): void;
  readonly exports: readonly Item[];
  onExport(id: string): void;
  onCopyLink(): void;
  onHelp(): void;
}

/** A plain click stays in the page; with a key or another button the browser does what it always does. */
function follow(event: MouseEvent, go: () => void): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go();
}

const THEMES = { system: { icon: HalfIcon, next: 'light' }, light: { icon: SunIcon, next: 'dark' }, dark: { icon: MoonIcon, next: 'system' } } as const;

export function TopBar({ labs, lab, onLab, backend, history, theme, onTheme, exports, onExport, onCopyLink, onHelp }: TopBarProps) {
  const { icon: ThemeIcon, next } = THEMES[theme];
  return (
    <header className="top-bar">
      <h1 className="wordmark">
        Chor<span>ale</span>
      </h1>
      <nav aria-label="Labs">
        {labs.map(({ id, title, href }) => (
          <a key={id} href={href} aria-current={id === lab ? 'page' : undefined} onClick={(event) => follow(event, () => onLab(id))}>
            {title}
          </a>
        ))}
      </nav>
      <p className="backend" data-state={backend.state} title={backend.detail}>
        {backend.text}
      </p>
      <div className="top-actions">
        <Button className="button button-bare" aria-label="Undo" isDisabled={!history.canUndo} onPress={history.undo}>
          <UndoIcon />
        </Button>
        <Button className="button button-bare" aria-label="Redo" isDisabled={!history.canRedo} onPress={history.redo}>
          <RedoIcon />
        </Button>
        <Button className="button button-bare" aria-label={`Theme: ${theme}. Switch to ${next}`} onPress={() => onTheme(next)}>
          <ThemeIcon />
        </Button>
        <Button className="button button-bare" aria-label="Keys" onPress={onHelp}>
          ?
        </Button>
        {exports.length > 0 && (
          <MenuButton label="Export" title="Export" items={exports} onAction={onExport}>
            Export
          </MenuButton>
        )}
        <Button className="button" onPress={onCopyLink}>
          Copy link
        </Button>
      </div>
    </header>
  );
}
