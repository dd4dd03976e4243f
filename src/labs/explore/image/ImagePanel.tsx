/** The image that is explained: a scene of the gallery, or a photograph with its visible square. Files are decoded elsewhere. */
import { memo, useRef, useState } from 'react';
import { Button, DropZone, FileTrigger, type FileDropItem } from 'react-aria-components';
import { setCrop, setImage } from '../../../state/actions.ts';
import { DEFAULT_SCENE } from '../../../state/defaults.ts';
import type { PhotoFile } from '../../../state/photo.ts';
import { SLOTS, type Picture as PictureState, type State } from '../../../state/store.ts';
import { LARGEST_SEED } from '../../../state/urlRead.ts';
import { imageKey } from '../../../worker/key.ts';
import type { SceneResult } from '../../../worker/protocol.ts';
import { useApp, useAppState, useView } from '../../../ui/app.ts';
import { DiceIcon, ImageIcon } from '../../../ui/icons.tsx';
import { NumberEntry } from '../../../ui/NumberEntry.tsx';
import { Picture, type Raster } from '../../../ui/Picture.tsx';
import { setPoint, shareOf, useCrosshair } from '../../../ui/pointer.ts';
import { once, sceneRaster } from '../../../ui/raster.ts';
import { Marks } from '../grid/Marks.tsx';
import { className } from '../useGrid.ts';
import { CropFrame } from './CropFrame.tsx';
import { Gallery } from './Gallery.tsx';

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
          <div className="image-frame crosshair" ref={frame} onPointerMove={(event) => setPoint(shareOf(event))} onPointerLeave={() => setPoint(undefined)}>
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
      <Gallery seeds={seeds} chosen={seed} onChoose={show} />
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
