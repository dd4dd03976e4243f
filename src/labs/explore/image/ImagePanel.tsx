/** The image that is explained: a scene of the gallery, or a photograph with its visible square. Files are decoded elsewhere. */
import { memo, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { Button, DropZone, FileTrigger, type FileDropItem } from 'react-aria-components';
import { setChanges, setCrop, setImage } from '../../../state/actions.ts';
import { DEFAULT_SCENE } from '../../../state/defaults.ts';
import type { PhotoFile } from '../../../state/photo.ts';
import { changeOf, withChange, withoutChange, type Changes } from '../../../state/sceneChanges.ts';
import { SLOTS, type Picture as PictureState, type State } from '../../../state/store.ts';
import { LARGEST_SEED } from '../../../state/urlRead.ts';
import { imageKey } from '../../../worker/key.ts';
import type { Catalog, SceneResult } from '../../../worker/protocol.ts';
import { useApp, useAppState, useView } from '../../../ui/app.ts';
import { DiceIcon, ImageIcon } from '../../../ui/icons.tsx';
import { NumberEntry } from '../../../ui/NumberEntry.tsx';
import { Picture, type Raster } from '../../../ui/Picture.tsx';
import { setPoint, shareOf, useCrosshair } from '../../../ui/pointer.ts';
import { once, sceneRaster } from '../../../ui/raster.ts';
import { Marks } from '../../../ui/Marks.tsx';
import { className } from '../useGrid.ts';
import { CropFrame } from './CropFrame.tsx';
import { Gallery, StickerGallery, type Stickered } from './Gallery.tsx';
import { SceneEditor } from './SceneEditor.tsx';
import { changesByKey } from './sceneKeys.ts';

/** Scenes of the gallery, all of the test split: on each the models disagree. */
export const GALLERY_SEEDS: readonly number[] = [DEFAULT_SCENE, 36_034, 36_193, 36_350, 36_281, 36_303];
/** Thumbnails in sight; the visitor's own scenes take the first places. */
const THUMBNAILS = 6;
const RECENT = 3;
const SEED = { kind: 'int', title: 'Scene', min: 0, max: LARGEST_SEED, default: 0 } as const;

interface Props {
  readonly outline: string | undefined;
  onFile(file: PhotoFile): void;
  onDice(): void;
}

export const ImagePanel = memo(function ImagePanel({ outline, onFile, onDice }: Props) {
  const { store } = useApp();
  const frame = useRef<HTMLDivElement>(null);
  useCrosshair(frame);
  const image = useView((view) => view.image);
  const region = useView((view) => view.region);
  const picture = useAppState((state) => (state.view.image.kind === 'picture' ? state.pictures[state.view.image.id] : undefined));
  const scene = useAppState((state) => sceneIn(state, SLOTS.scene));
  const large = useAppState((state) => sceneIn(state, SLOTS.largeScene));
  const seed = image.kind === 'scene' ? image.seed : undefined;
  const [recent, setRecent] = useState<readonly number[]>([]);
  if (seed !== undefined && !GALLERY_SEEDS.includes(seed) && !recent.includes(seed)) setRecent([seed, ...recent].slice(0, RECENT));
  const seeds = [...recent, ...GALLERY_SEEDS].slice(0, THUMBNAILS);

  const state = useAppState(stateIn);
  const press = (event: KeyboardEvent) => {
    if (!state || image.kind !== 'scene' || event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = changesByKey(event.key, event.shiftKey, image.changes ?? [], state);
    if (!next) return;
    event.preventDefault();
    setChanges(store, next);
  };
  const show = (next: number) => setImage(store, { kind: 'scene', seed: next });
  return (
    <section aria-labelledby="image-head">
      <h2 className="section-head" id="image-head">
        Image
      </h2>
      <DropZone
        className="image-drop"
        aria-label="Drop a picture here"
        getDropOperation={() => 'copy'}
        onDrop={({ items }) => {
          const item = items.find((dropped): dropped is FileDropItem => dropped.kind === 'file');
          if (item) void item.getFile().then(onFile);
        }}
      >
        {picture ? (
          <Photograph picture={picture} onCrop={(square, final) => setCrop(store, square, { dragging: !final })} />
        ) : (
          // A scene turns in one dimension and is lit in another: no widget of ARIA is both. A group that says its keys is heard best.
          // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
          <div className="image-frame crosshair" ref={frame} role="group" aria-roledescription="scene" aria-label="The scene. Left and right arrows turn the object, up and down move the light." tabIndex={0} onKeyDown={press} onPointerMove={(event) => setPoint(shareOf(event))} onPointerLeave={() => setPoint(undefined)}>
            <Picture raster={scene && sceneRaster(scene)} label={scene ? `A scene: ${className(scene.classTitle)}` : 'The scene is being drawn'} smooth />
            <Picture raster={large && sceneRaster(large)} smooth />
            <Marks region={region} outline={outline} />
          </div>
        )}
      </DropZone>
      {picture ? (
        <p className="quiet image-caption">{picture.name}. The square is what the models see; drag it, or use the arrow keys.</p>
      ) : (
        <p className="quiet image-caption">
          Scene <NumberEntry param={SEED} text={String(seed ?? '')} onCommit={show} />
          {scene && `: ${className(scene.classTitle)}`}
        </p>
      )}
      {!picture && <SceneEditor state={state} />}
      <Gallery seeds={seeds} chosen={seed} onChoose={show} />
      {seed !== undefined && <Stickers seed={seed} classId={scene?.classId} />}
      <div className="image-actions">
        <Button className="button" aria-label="Another scene at random" onPress={onDice}>
          <DiceIcon /> New scene
        </Button>
        <FileTrigger acceptedFileTypes={['image/*']} onSelect={(files) => files?.[0] && onFile(files[0])}>
          <Button className="button">
            <ImageIcon /> Your picture
          </Button>
        </FileTrigger>
      </div>
    </section>
  );
});

/** What a slot shows of the present scene, as far as it is drawn; the small one also while it still shows the scene before. */
function sceneIn({ entries, view }: State, slot: string): SceneResult | undefined {
  const shown = entries[slot]?.shown;
  if (view.image.kind !== 'scene' || shown?.request.kind !== 'scene' || shown.result.kind !== 'scene') return undefined;
  const present = imageKey({ ...shown.request, kind: 'scene' }) === imageKey(view.image);
  return present || slot === SLOTS.scene ? shown.result : undefined;
}

/** What the scene on show says of itself; none while another scene is still drawn in its place. */
function stateIn({ entries, view: { image } }: State): SceneResult['state'] | undefined {
  const shown = entries[SLOTS.scene]?.shown;
  const present = image.kind === 'scene' && shown?.request.kind === 'scene' && shown.request.seed === image.seed;
  return present && shown.result.kind === 'scene' ? shown.result.state : undefined;
}

const NO_CHANGES: Changes = [];

function Stickers({ seed, classId }: { readonly seed: number; readonly classId: string | undefined }) {
  const { store } = useApp();
  const stickers = useAppState(({ catalog }) => catalog.scenes.stickers);
  const changes = useView(({ image }) => (image.kind === 'scene' ? image.changes : undefined)) ?? NO_CHANGES;
  const scenes = useMemo(() => stickered(seed, classId, changes, stickers), [seed, classId, changes, stickers]);
  return <StickerGallery scenes={scenes.map((scene) => ({ ...scene, onChoose: (chosen) => setChanges(store, chosen ? scene.changes : withoutChange(changes, 'sticker')) }))} />;
}

/** The scene with a sticker of its own class, and with one of the class half the list away. */
function stickered(seed: number, classId: string | undefined, changes: Changes, stickers: Catalog['scenes']['stickers']): Omit<Stickered, 'onChoose'>[] {
  const own = stickers.findIndex((sticker) => sticker.classId === classId);
  if (own < 0) return [];
  const present = changeOf(changes, 'sticker');
  const other = (own + stickers.length / 2) % stickers.length;
  return [own, other].map((index) => {
    const sticker = stickers[index]!;
    const words = `a sticker of the colour that stands for ${sticker.title}`;
    return {
      title: index === own ? `With ${words}, which it is` : `With ${words}, which it is not`,
      seed,
      changes: withChange(changes, { type: 'sticker', classId: sticker.classId, corner: present?.corner ?? 'top-left' }),
      chosen: present?.classId === sticker.classId,
    };
  });
}

interface PhotographProps {
  readonly picture: PictureState;
  onCrop(square: PictureState['crop'], final: boolean): void;
}

function Photograph({ picture, onCrop }: PhotographProps) {
  const { width, height } = picture;
  return (
    <div className="photograph">
      <Picture raster={photoRaster(picture)} label={picture.name} smooth />
      <CropFrame width={width} height={height} square={picture.crop} onChange={onCrop} />
    </div>
  );
}

const photoRaster = (picture: PictureState): Raster => rasterOfBytes(picture.rgba, picture.width, picture.height);

/** One object per decoded photograph, whatever its square. */
const known = once((data: Uint8ClampedArray) => ({ data }));
function rasterOfBytes(data: Uint8ClampedArray, width: number, height: number): Raster {
  return Object.assign(known(data), { width, height });
}
