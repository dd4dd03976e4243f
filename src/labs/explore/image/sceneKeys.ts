/** Arrow keys on the picture: left and right turn the object, up and down raise and lower the light. Pure; the page listens. */
import { withChange, type Changes } from '../../../state/sceneChanges.ts';
import type { SceneState } from '../../../worker/protocol.ts';

/** Degrees of one key press; with Shift four times as many. */
const STEP = 5;
const LIGHT = { least: 10, most: 80 } as const;

/** The changes after a key, or undefined where the key asks for nothing. Angles come to whole steps; a turn goes round. */
export function changesByKey(key: string, shift: boolean, changes: Changes, { settings }: Pick<SceneState, 'settings'>): Changes | undefined {
  const present = (type: 'turn' | 'light-height') => changes.find((change): change is { type: typeof type; value: number } => change.type === type)?.value ?? settings[type];
  const step = STEP * (shift ? 4 : 1);
  const stepped = (value: number, way: number) => STEP * Math.round(value / STEP) + way * step;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight':
      return withChange(changes, { type: 'turn', value: (stepped(present('turn'), key === 'ArrowRight' ? 1 : -1) + 360) % 360 });
    case 'ArrowUp':
    case 'ArrowDown':
      return withChange(changes, { type: 'light-height', value: Math.min(LIGHT.most, Math.max(LIGHT.least, stepped(present('light-height'), key === 'ArrowUp' ? 1 : -1))) });
    default:
      return undefined;
  }
}
