/** Which image a baseline of 'another image' is, and how to choose it: the one on show now, kept while another is explained. */
import { Button } from 'react-aria-components';
import { setBaselineImage } from '../../../state/actions.ts';
import { useApp, useView } from '../../../ui/app.ts';
import type { View } from '../../../state/view.ts';

/** What stands for "nothing" on the path, in words. */
export function baselineWords({ baselineImage, image }: Pick<View, 'baselineImage' | 'image'>): string {
  if (baselineImage?.kind === 'picture') return 'your picture';
  if (baselineImage) return `scene ${baselineImage.seed}`;
  return image.kind === 'scene' ? 'this scene without its object' : 'an empty scene';
}

export function BaselineImage() {
  const { store } = useApp();
  const image = useView((view) => view.image);
  const baselineImage = useView((view) => view.baselineImage);
  return (
    <div className="baseline-image" role="group" aria-label="Baseline image">
      <p>The baseline is {baselineWords({ baselineImage, image })}.</p>
      <div className="baseline-choices">
        <Button className="button button-text" onPress={() => setBaselineImage(store, image.kind === 'scene' ? { kind: 'scene', seed: image.seed } : image)}>
          Keep the image on show as the baseline
        </Button>
        {baselineImage && (
          <Button className="button button-text" onPress={() => setBaselineImage(store, undefined)}>
            The scene without its object
          </Button>
        )}
      </div>
    </div>
  );
}
