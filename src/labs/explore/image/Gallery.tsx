/** Scenes to choose from. Draws what it is given and asks for thumbnails through the client. */
import { useEffect, useState } from 'react';
import { ToggleButton } from 'react-aria-components';
import type { SceneResult } from '../../../worker/protocol.ts';
import { useApp } from '../../../ui/app.ts';
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

const THUMBNAIL = 64;

function Thumbnail({ seed }: { readonly seed: number }) {
  const { client } = useApp();
  const [scene, setScene] = useState<SceneResult>();
  useEffect(() => {
    let wanted = true;
    client.ask({ kind: 'scene', seed, size: THUMBNAIL }, { background: true, order: 1000 }).then(
      (result) => wanted && setScene(result),
      () => undefined, // the large picture reports what is wrong with the engine
    );
    return () => {
      wanted = false;
    };
  }, [client, seed]);
  return <Picture raster={scene && sceneRaster(scene)} smooth />;
}
