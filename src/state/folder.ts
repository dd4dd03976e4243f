/**
 * A folder of the visitor's pictures, with masks where there are some, as images of a study. Nothing leaves this machine; what is bad is named, and the rest goes on.
 * Not the decoding (photo.ts), and not which of them a study takes.
 */
import { cropToField, largestSquare } from '../fields/picture.ts';
import type { PictureImage } from '../studies/setup.ts';
import { readPhoto, type Decode, type PhotoFile } from './photo.ts';
import { cropPicture } from './picture.ts';
import { SCENE_SIZE, type Picture, type Store } from './store.ts';
import { STUDY_IMAGES } from './urlStudy.ts';

/** A File of a directory has its path. */
export interface FolderFile extends PhotoFile {
  readonly webkitRelativePath?: string;
}

export interface Folder {
  readonly pictures: readonly PictureImage[];
  /** What could not be used, file by file: the thing, the value, the remedy. */
  readonly problems: readonly string[];
  /** While files are being read. */
  readonly reading?: { readonly done: number; readonly total: number };
}

const pathOf = (file: FolderFile): string => file.webkitRelativePath || file.name;
const stemOf = (path: string): string => path.split('/').at(-1)!.replace(/\.[^.]*$/, '');
const isMask = (path: string): boolean => /\.mask$/i.test(stemOf(path)) || /(^|\/)masks\/[^/]+$/i.test(path);
/** What belongs together has the same name but for its ending: `cat.jpg`, `cat.mask.png`, `masks/cat.png`. */
const nameOf = (path: string): string => stemOf(path).replace(/\.mask$/i, '').toLowerCase();
/** Files that lie in folders without anybody's doing. */
const isHidden = (path: string): boolean => /(^|\/)(\.|thumbs\.db$|desktop\.ini$)/i.test(path);

export interface Paired {
  readonly picture: FolderFile;
  readonly mask?: FolderFile;
}

/** Pictures by name, each with its mask; masks without a picture are problems, and so are pictures beyond the most that a study takes. */
export function pairFiles(files: readonly FolderFile[]): { readonly pairs: readonly Paired[]; readonly problems: readonly string[] } {
  const seen = files.filter((file) => !isHidden(pathOf(file))).sort((a, b) => pathOf(a).localeCompare(pathOf(b), 'en', { numeric: true }));
  const masks = new Map(seen.filter((file) => isMask(pathOf(file))).map((file) => [nameOf(pathOf(file)), file]));
  const pictures = seen.filter((file) => !isMask(pathOf(file)));
  const names = new Set(pictures.map((file) => nameOf(pathOf(file))));
  const lonely = [...masks].filter(([name]) => !names.has(name)).map(([name, file]) => `${pathOf(file)} is a mask without a picture: name the picture ${name}.jpg, or take the mask out.`);
  const beyond = pictures.length > STUDY_IMAGES.max ? [`${pictures.length} pictures are more than a study takes; the first ${STUDY_IMAGES.max} by name are used.`] : [];
  const pairs = pictures.slice(0, STUDY_IMAGES.max).map((picture): Paired => {
    const mask = masks.get(nameOf(pathOf(picture)));
    return { picture, ...(mask ? { mask } : {}) };
  });
  return { pairs, problems: [...lonely, ...beyond] };
}

/** The centred largest square as bytes, [SCENE_SIZE, SCENE_SIZE, 3]. */
function squareBytes(photo: Parameters<typeof cropPicture>[0]): Uint8Array {
  const { data } = cropToField({ data: photo.rgba, width: photo.width, height: photo.height }, largestSquare(photo), SCENE_SIZE);
  return Uint8Array.from(data, (value) => Math.round(255 * value));
}

const opaque = (rgb: Uint8Array): Uint8ClampedArray => Uint8ClampedArray.from({ length: (rgb.length / 3) * 4 }, (_, i) => (i % 4 === 3 ? 255 : rgb[3 * (i >> 2) + (i % 4)]!));

/** The picture as the models see it, no larger: two hundred of full size would not fit. */
function small(name: string, rgb: Uint8Array): Picture {
  const side = { width: SCENE_SIZE, height: SCENE_SIZE };
  return cropPicture({ name, rgba: opaque(rgb), ...side }, largestSquare(side));
}

/** Bright is the object. Throws where the mask says nothing of the picture. */
async function readMask(file: FolderFile, { width, height }: { readonly width: number; readonly height: number }, decode: Decode | undefined): Promise<Uint8Array> {
  const path = pathOf(file);
  const photo = await readPhoto(file, decode);
  if (Math.abs(photo.width / photo.height - width / height) > 0.02 * (width / height)) throw new Error(`${path} has ${photo.width} × ${photo.height} pixels, its picture ${width} × ${height}: a mask needs its picture's shape. The picture is used without it.`);
  const rgb = squareBytes(photo);
  const mask = Uint8Array.from({ length: rgb.length / 3 }, (_, i) => Number(Math.max(rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!) > 127));
  const share = mask.reduce((sum, bit) => sum + bit, 0) / mask.length;
  if (share === 0 || share === 1) throw new Error(`${path} is ${share === 0 ? 'dark' : 'bright'} everywhere in the middle square: paint the object white on black. The picture is used without it.`);
  return mask;
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function readPair({ picture: file, mask }: Paired, decode: Decode | undefined): Promise<{ readonly image: PictureImage; readonly picture: Picture; readonly problem?: string }> {
  const photo = await readPhoto(file, decode);
  const rgb = squareBytes(photo);
  const picture = small(photo.name, rgb);
  const image: PictureImage = { kind: 'picture', id: picture.id, name: photo.name, rgb };
  if (!mask) return { image, picture };
  try {
    return { image: { ...image, mask: await readMask(mask, photo, decode) }, picture };
  } catch (error) {
    return { image, picture, problem: wordsOf(error) };
  }
}

/** Reads all files, in the place of an earlier folder; tells how far it is through the store. */
export async function openFolder(store: Store, files: readonly FolderFile[], decode?: Decode): Promise<void> {
  const { pairs, problems: first } = pairFiles(files);
  const found: PictureImage[] = [];
  const problems = [...first, ...(pairs.length === 0 ? ['No picture was among these files. Choose a folder with PNG, JPEG, WebP, GIF, AVIF or BMP files.'] : [])];
  const tell = (done: number) => store.setState({ folder: { pictures: [...found], problems: [...problems], ...(done < pairs.length ? { reading: { done, total: pairs.length } } : {}) } });
  tell(0);
  for (const [at, pair] of pairs.entries()) {
    try {
      const { image, picture, problem } = await readPair(pair, decode);
      if (problem) problems.push(problem);
      if (found.some(({ id }) => id === image.id)) problems.push(`${pathOf(pair.picture)} shows the same as another picture of the folder; it counts once.`);
      else found.push(image);
      store.setState(({ pictures }) => ({ pictures: { ...pictures, [picture.id]: picture } }));
    } catch (error) {
      problems.push(wordsOf(error));
    }
    // The study begins when all are there: one that grows file by file would begin anew with each.
    store.setState({ folder: { pictures: [], problems: [...problems], reading: { done: at + 1, total: pairs.length } } });
  }
  tell(pairs.length);
}
