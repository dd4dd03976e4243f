/** The image of a view in a link: a scene by its seed and what was changed in it. A photograph never is: only its id, for this visit. */
import { coerce } from '../engine/params.ts';
import type { Catalog, SceneChange } from '../worker/protocol.ts';
import { withChange, type Changes } from './sceneChanges.ts';
import { LARGEST_SEED, readOne, type Read } from './urlRead.ts';
import { CORNERS, type ImageChoice } from './view.ts';

type Scene = Extract<ImageChoice, { kind: 'scene' }>;

/** The baseline image as `baseline=scene:SEED` or `baseline=picture:ID`; changes are not written. */
export const writeBaseline = (image: ImageChoice): string => (image.kind === 'scene' ? `scene:${image.seed}` : `picture:${image.id}`);

export function readBaseline({ link, say }: Read, known: readonly string[]): ImageChoice | undefined {
  const text = link.get('baseline');
  if (text === null) return undefined;
  const [kind, value = ''] = text.split(':');
  if (kind === 'picture' && known.includes(value)) return { kind, id: value };
  if (kind === 'scene' && /^\d{1,10}$/.test(value) && Number(value) <= LARGEST_SEED) return { kind, seed: Number(value) };
  say('baseline', text, kind === 'picture' ? 'is a photograph, which travels in no link' : 'is no image (scene:SEED)', 'the first scene without its object');
  return undefined;
}

/** `scene=SEED`, `change=turn:55,remove-part:handle,ground:3,sticker:mug/top-left`, `picture=ID`. */
export function writeImage(image: ImageChoice, base: ImageChoice): [string, string][] {
  if (image.kind === 'picture') return [['picture', image.id]];
  const isBase = base.kind === 'scene' && base.seed === image.seed;
  const changes = (image.changes ?? []).map(writeChange).join(',');
  return [...(isBase ? [] : [['scene', String(image.seed)] as [string, string]]), ...(changes ? [['change', changes] as [string, string]] : [])];
}

export function readImage(read: Read, { scenes }: Pick<Catalog, 'scenes'>, base: ImageChoice, known: readonly string[]): ImageChoice {
  const picture = read.link.get('picture');
  if (picture !== null && known.includes(picture)) return { kind: 'picture', id: picture };
  const seed = readOne(read, { kind: 'int', title: 'scene', min: 0, max: LARGEST_SEED, default: 0 }, (base as Scene).seed);
  if (picture !== null) read.say('picture', picture, 'is a photograph, which stays with the visitor who opened it and travels in no link', `scene ${seed}`);
  const changes = readChanges(read, scenes);
  return { kind: 'scene', seed, ...(changes.length > 0 ? { changes } : {}) };
}

function writeChange(change: SceneChange): string {
  switch (change.type) {
    case 'remove-part':
    case 'restore-part':
      return `${change.type}:${change.part}`;
    case 'ground-kind':
    case 'background-kind':
      return `${change.type}:${change.name}`;
    case 'recolour':
    case 'background':
    case 'ground':
    case 'light':
      return `${change.type}:${change.seed}`;
    case 'remove-object':
    case 'remove-distractors':
    case 'remove-shadow':
    case 'remove-sticker':
      return change.type;
    case 'sticker':
      return `${change.type}:${change.classId}/${change.corner}`;
    default:
      return `${change.type}:${Number(change.value.toPrecision(4))}`;
  }
}

type Scenes = Catalog['scenes'];

/** In the order of their own, whatever that of the link: what cannot be read is said and left out. */
function readChanges(read: Read, scenes: Scenes): Changes {
  const parts = read.link.get('change')?.split(',').filter(Boolean) ?? [];
  return parts.reduce<Changes>((changes, part) => {
    const change = readChange(read, part, scenes);
    if (!change) read.say('change', part, `is no change of a scene (${Object.keys(scenes.settings).join(', ')} with :NUMBER; ${REDRAWN.join(', ')} with :SEED; remove-part, restore-part, ground-kind, background-kind with :NAME; ${REMOVED.join(', ')}; sticker:CLASS/CORNER)`, 'the scene without it');
    return change ? withChange(changes, change) : changes;
  }, []);
}

const REMOVED = ['remove-object', 'remove-distractors', 'remove-shadow', 'remove-sticker'] as const;
const PARTS = ['remove-part', 'restore-part'] as const;
const REDRAWN = ['recolour', 'background', 'ground', 'light'] as const;

function readChange(read: Read, text: string, { settings, grounds, backgrounds, stickers }: Scenes): SceneChange | undefined {
  const [type = '', value = ''] = text.split(/:(.*)/s);
  const seed = value.trim() === '' ? NaN : Number(value);
  const removed = REMOVED.find((name) => name === type);
  const redrawn = REDRAWN.find((name) => name === type);
  const part = PARTS.find((name) => name === type);
  const ground = type === 'ground-kind' && grounds.find((name) => name === value);
  const background = type === 'background-kind' && backgrounds.find((name) => name === value);
  if (part) return /^[a-z-]+$/.test(value) ? { type: part, part: value } : undefined;
  if (removed) return { type: removed };
  if (ground) return { type: 'ground-kind', name: ground };
  if (background) return { type: 'background-kind', name: background };
  if (type === 'sticker') {
    const [classId, where] = value.split('/');
    const [known, corner] = [stickers.find((sticker) => sticker.classId === classId), CORNERS.find((name) => name === where)];
    return known && corner ? { type, classId: known.classId, corner } : undefined;
  }
  if (redrawn) return Number.isInteger(seed) && seed >= 0 && seed <= LARGEST_SEED ? { type: redrawn, seed } : undefined;
  return Object.hasOwn(settings, type) ? readSetting(read, text, type as keyof Scenes['settings'], value, settings) : undefined;
}

function readSetting({ say }: Read, text: string, type: keyof Scenes['settings'], value: string, settings: Scenes['settings']): SceneChange | undefined {
  const param = settings[type];
  const number = coerce(param, value);
  if (typeof number !== 'number') return undefined;
  if (number !== Number(value)) say('change', text, `is outside ${param.min} to ${param.max}${param.kind === 'int' ? ' or no whole number' : ''}`, `${type}:${number}`);
  return { type, value: number };
}
