/** The one door to the procedural scenes: classes, seeds and splits, scenes as data, pictures, interventions. */
export { CLASSES } from './objects/index.ts';
export { classOf, makeScene } from './draw.ts';
export { intervene, partNames, type Intervention } from './intervene.ts';
export { checksum, renderRows, renderScene, type Picture, type RenderOptions } from './render.ts';
export type { Scene } from './scene.ts';
export { CORNERS, stick, stickerColour, type Sticker } from './sticker.ts';
export { sceneSeed, splitOf, SPLITS, type Split } from './splits.ts';
export { ID, legend } from './things.ts';
export { DRAWS, effectOf, scenesWithout, unitsOf, type Unit } from './units.ts';
