/** What scenes can be changed to, as plain data for menus, sliders and links. Not the changing (intervene.ts, settings.ts). */
import type { NumberParam } from '../params.ts';
import { CLASSES } from './objects/index.ts';
import { BACKGROUNDS, GROUNDS } from './scene.ts';
import { SETTING_IDS, SETTINGS, type SettingId } from './settings.ts';
import { SPLITS } from './splits.ts';
import { stickerColour } from './sticker.ts';

export const scenesCatalog = {
  settings: Object.fromEntries(SETTING_IDS.map((id) => [id, SETTINGS[id].param])) as Record<SettingId, NumberParam>,
  grounds: GROUNDS,
  backgrounds: BACKGROUNDS,
  /** The seeds of the test split. */
  test: SPLITS.test,
  stickers: CLASSES.map(({ id, title }) => ({ classId: id, title, colour: stickerColour(id) })),
};
