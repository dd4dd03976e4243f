/** The one door to the procedural scenes: classes, seeds and splits, scenes as data, pictures, interventions. */
export { scenesCatalog } from './catalog.ts';
export { CLASSES } from './objects/index.ts';
export { classOf, makeScene } from './draw.ts';
export { intervene, partNames, partTitles, type Intervention } from './intervene.ts';
export { checksum, renderRows, renderScene, type Picture, type RenderOptions } from './render.ts';
export { BACKGROUNDS, GROUNDS, type Scene } from './scene.ts';
export { SETTING_IDS, SETTINGS, settingsOf, type SettingId } from './settings.ts';
export { CORNERS, stick, stickerColour, type Sticker } from './sticker.ts';
export { sceneSeed, splitOf, SPLITS, type Split } from './splits.ts';
export { ID, legend } from './things.ts';
export { DRAWS, effectOf, scenesWithout, unitsOf, type Unit } from './units.ts';
