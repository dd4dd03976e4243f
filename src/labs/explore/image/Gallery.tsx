/** Scenes to choose from. Draws what it is given and asks for thumbnails through the client. */
import { useEffect, useState } from 'react';
import { ToggleButton } from 'react-aria-components';
import type { Changes } from '../../../state/sceneChanges.ts';
import type { SceneResult } from '../../../worker/protocol.ts';
import { useApp, useAppState } from '../../../ui/app.ts';
import { Picture } from '../../../ui/Picture.tsx';
import { sceneRaster } from '../../../ui/raster.ts';

interface Props {
  readonly seeds: readonly number[];
  readonly chosen: number | undefined;
  onChoose(seed: number): void;
}

export function Gallery({ seeds, chosen, onChoose }: Props) {
  return (
    <div className="gallery" role="group" aria-label="Scenes">
      {seeds.map((seed) => (
        <ToggleButton key={seed} className="gallery-scene" aria-label={`Scene ${seed}`} isSelected={seed === chosen} onChange={() => onChoose(seed)}>
          <Thumbnail seed={seed} />
        </ToggleButton>
      ))}
    </div>
  );
}

/** The present scene with a sticker, one click away. */
export interface Stickered {
  /** What it shows, in words. */
  readonly title: string;
  readonly seed: number;
  readonly changes: Changes;
  readonly chosen: boolean;
  onChoose(chosen: boolean): void;
}

export function StickerGallery({ scenes }: { readonly scenes: readonly Stickered[] }) {
  return (
    <div className="gallery gallery-stickers" role="group" aria-label="The scene with a sticker">
      {scenes.map(({ title, seed, changes, chosen, onChoose }) => (
        <ToggleButton key={title} className="gallery-scene" aria-label={title} isSelected={chosen} onChange={onChoose}>
          <Thumbnail seed={seed} changes={changes} />
        </ToggleButton>
      ))}
      <p className="quiet">The same with a sticker: of its own class’s colour, or of another’s</p>
    </div>
  );
}

const THUMBNAIL = 64;
const NO_CHANGES: Changes = [];

/** Stands still while a slider is dragged. */
function Thumbnail({ seed, changes = NO_CHANGES }: { readonly seed: number; readonly changes?: Changes }) {
  const { client } = useApp();
  const [scene, setScene] = useState<SceneResult>();
  const dragged = useAppState((state) => state.dragging !== undefined);
  useEffect(() => {
    if (dragged) return;
    let wanted = true;
    client.ask({ kind: 'scene', seed, size: THUMBNAIL, ...(changes.length > 0 ? { changes } : {}) }, { background: true, order: 1000 }).then(
      (result) => wanted && setScene(result),
      () => undefined, // the large picture reports what is wrong with the engine
    );
    return () => {
      wanted = false;
    };
  }, [client, seed, changes, dragged]);
  return <Picture raster={scene && sceneRaster(scene)} smooth />;
}
