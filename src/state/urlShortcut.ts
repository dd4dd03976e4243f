/** The study of the planted shortcut in a link, as `sticker.…`. What is as at first is left out. */
import type { Param } from '../engine/params.ts';
import { DEFAULT_SHORTCUT } from './defaults.ts';
import { LARGEST_SEED, readOne, type Read } from './urlRead.ts';
import { CORNERS, type ShortcutChoice } from './view.ts';

/** How many scenes there can be. */
export const SHORTCUT_SCENES = { min: 2, max: 100 } as const;

const FIELDS = {
  scenes: { kind: 'int', title: 'sticker.scenes', ...SHORTCUT_SCENES, default: DEFAULT_SHORTCUT.scenes },
  seed: { kind: 'int', title: 'sticker.seed', min: 0, max: LARGEST_SEED, default: DEFAULT_SHORTCUT.seed },
  corner: { kind: 'choice', title: 'sticker.corner', options: ['any', ...CORNERS], default: DEFAULT_SHORTCUT.corner },
  stickers: { kind: 'choice', title: 'sticker.colour', options: ['half', 'truthful', 'misleading'], default: DEFAULT_SHORTCUT.stickers },
} as const satisfies Record<keyof typeof DEFAULT_SHORTCUT, Param>;

export function readShortcut(read: Read, methods: (fallback: readonly string[]) => readonly string[], base: ShortcutChoice): ShortcutChoice {
  return {
    scenes: readOne(read, FIELDS.scenes, base.scenes),
    seed: readOne(read, FIELDS.seed, base.seed),
    corner: readOne(read, FIELDS.corner, base.corner),
    stickers: readOne(read, FIELDS.stickers, base.stickers),
    methods: methods(base.methods),
  };
}

export function writeShortcut(choice: ShortcutChoice, base: ShortcutChoice): [string, string][] {
  const names = Object.keys(FIELDS) as (keyof typeof FIELDS)[];
  const parts = names.filter((name) => choice[name] !== base[name]).map((name): [string, string] => [FIELDS[name].title, String(choice[name])]);
  return choice.methods.join() === base.methods.join() ? parts : [...parts, ['sticker.methods', choice.methods.join()]];
}
