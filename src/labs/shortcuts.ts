/** The keys of each page, as data for the list and for the listener. What they do is the page's. */
import type { LabId } from '../state/view.ts';
import type { Shortcut } from '../ui/ShortcutsDialog.tsx';

/** On every page. */
const GENERAL: readonly Shortcut[] = [
  { keys: ['Ctrl Z'], does: 'Undo' },
  { keys: ['Ctrl Y'], does: 'Redo' },
  { keys: ['?'], does: 'This list' },
];

const EXPLORE: readonly Shortcut[] = [
  { keys: ['←', '↑', '→', '↓'], does: 'Move among the maps' },
  { keys: ['Enter'], does: 'Select the map under the focus' },
  { keys: ['Esc'], does: 'Unpin the region, then clear the selection' },
  { keys: ['←', '→'], does: 'On the picture: turn the object (with Shift, further)' },
  { keys: ['↑', '↓'], does: 'On the picture: raise and lower the light' },
  { keys: ['N'], does: 'Another scene at random' },
  { keys: ['C'], does: 'Consensus contour over every map' },
  { keys: ['O'], does: 'Outline of the true object' },
  { keys: ['I'], does: 'Maps over the image, or plain' },
  { keys: ['Ctrl V'], does: 'Paste a picture' },
];

const METHODS: readonly Shortcut[] = [
  { keys: ['/'], does: 'Find a method' },
  { keys: ['Esc'], does: 'Close the open card' },
];

const COMMITTEE: readonly Shortcut[] = [
  { keys: ['J', 'K'], does: 'Open the card of the next model, of the one before' },
  { keys: ['←', '↑', '→', '↓'], does: 'In the diagram: move among the nodes' },
  { keys: ['Esc'], does: 'Close the open card' },
];

const CONSENSUS: readonly Shortcut[] = [
  { keys: ['Enter'], does: 'Open the image under the focus: every member’s map' },
  { keys: ['J', 'K'], does: 'With an image open: the next, the one before' },
  { keys: ['←', '↑', '→', '↓'], does: 'In a figure: move among its marks' },
  { keys: ['Esc'], does: 'Close the open image' },
];

const TRANSFER: readonly Shortcut[] = [
  { keys: ['Enter'], does: 'On a cell of the matrix: show that pair in the preview' },
  { keys: ['←', '↑', '→', '↓'], does: 'In a figure: move among its marks' },
  { keys: ['J', 'K'], does: 'The next image in the preview, the one before' },
  { keys: ['Esc'], does: 'Point at no pair' },
];

export const SHORTCUTS = { explore: [...EXPLORE, ...GENERAL], consensus: [...CONSENSUS, ...GENERAL], transfer: [...TRANSFER, ...GENERAL], committee: [...COMMITTEE, ...GENERAL], methods: [...METHODS, ...GENERAL] } as const satisfies Record<LabId, readonly Shortcut[]>;

export type Command = 'escape' | 'scene' | 'contour' | 'outline' | 'overlay' | 'find' | 'next' | 'previous' | 'undo' | 'redo' | 'help';

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const LETTERS: Readonly<Record<string, Command>> = { n: 'scene', c: 'contour', o: 'outline', i: 'overlay', '/': 'find', j: 'next', k: 'previous', '?': 'help' };

/** What a key asks for; nothing while text is being typed (`typing`), except Escape. */
export function commandOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed, typing: boolean): Command | undefined {
  if (key === 'Escape') return 'escape';
  if (typing || altKey) return undefined;
  const lower = key.toLowerCase();
  if (ctrlKey || metaKey) return lower === 'z' ? (shiftKey ? 'redo' : 'undo') : lower === 'y' ? 'redo' : undefined;
  return LETTERS[lower];
}
