/** The image of a view in a link: a scene by its seed and what was changed in it. A photograph never is: only its id, for this visit. */
import type { SceneChange } from '../worker/protocol.ts';
import { LARGEST_SEED, readOne, type Read } from './urlRead.ts';
import type { ImageChoice } from './view.ts';

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

/** `scene=SEED`, `change=remove-part:handle,recolour:3,remove-object,background:5,light:9`, `picture=ID`. */
export function writeImage(image: ImageChoice, base: ImageChoice): [string, string][] {
  if (image.kind === 'picture') return [['picture', image.id]];
  const isBase = base.kind === 'scene' && base.seed === image.seed;
  const changes = (image.changes ?? []).map(writeChange).join(',');
  return [...(isBase ? [] : [['scene', String(image.seed)] as [string, string]]), ...(changes ? [['change', changes] as [string, string]] : [])];
}

export function readImage(read: Read, base: ImageChoice, known: readonly string[]): ImageChoice {
  const picture = read.link.get('picture');
  if (picture !== null && known.includes(picture)) return { kind: 'picture', id: picture };
  const seed = readOne(read, { kind: 'int', title: 'scene', min: 0, max: LARGEST_SEED, default: 0 }, (base as Scene).seed);
  if (picture !== null) read.say('picture', picture, 'is a photograph, which stays with the visitor who opened it and travels in no link', `scene ${seed}`);
  const changes = readChanges(read);
  return { kind: 'scene', seed, ...(changes.length > 0 ? { changes } : {}) };
}

function writeChange(change: SceneChange): string {
  switch (change.type) {
    case 'remove-part':
      return `${change.type}:${change.part}`;
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
      return change satisfies never;
  }
}

function readChanges({ link, say }: Read): SceneChange[] {
  const parts = link.get('change')?.split(',').filter(Boolean) ?? [];
  return parts.flatMap((part) => {
    const change = readChange(part);
    if (!change) say('change', part, 'is no change of a scene (remove-part:NAME, remove-object, remove-distractors, remove-shadow, remove-sticker, sticker:CLASS/CORNER, or recolour, background, ground, light with :SEED)', 'the scene without it');
    return change ?? [];
  });
}

const REMOVED = ['remove-object', 'remove-distractors', 'remove-shadow', 'remove-sticker'] as const;
const CORNERS = ['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const;
const REDRAWN = ['recolour', 'background', 'ground', 'light'] as const;

function readChange(text: string): SceneChange | undefined {
  const [type, value = ''] = text.split(/:(.*)/s);
  const seed = value.trim() === '' ? NaN : Number(value);
  const removed = REMOVED.find((name) => name === type);
  const redrawn = REDRAWN.find((name) => name === type);
  if (type === 'remove-part' && value) return { type, part: value };
  if (removed) return { type: removed };
  if (type === 'sticker') {
    const [classId = '', where] = value.split('/');
    const corner = CORNERS.find((name) => name === where);
    return classId && corner ? { type, classId, corner } : undefined;
  }
  if (redrawn && Number.isInteger(seed) && seed >= 0 && seed <= LARGEST_SEED) return { type: redrawn, seed };
  return undefined;
}
