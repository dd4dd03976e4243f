/** The scenes of the study, each with its sticker, what both models said of it, and the way to Explore. */
import { Button } from 'react-aria-components';
import type { ImageRef } from '../../../worker/protocol.ts';
import { signed } from '../../../ui/numbers.ts';
import { readTruth } from './findings.ts';
import { CHEAT, stuckImage, TWIN, type Observation } from './study.ts';

interface Props {
  readonly observations: readonly Observation[];
  /** In words within a sentence, in label order. */
  readonly classes: readonly { readonly id: string; readonly title: string }[];
  onOpen(image: Extract<ImageRef, { kind: 'scene' }>): void;
}

export function SceneList({ observations, classes, onOpen }: Props) {
  const scenes = observations.filter(({ subject }) => subject === CHEAT);
  if (scenes.length === 0) return null;
  const title = (id: string) => classes.find((one) => one.id === id)?.title ?? id;
  const says = (one: Observation | undefined) => (one ? (classes[one.answer]?.title ?? String(one.answer)) : '…');
  return (
    <details className="shortcut-scenes">
      <summary>The scenes of the study, each one click from Explore</summary>
      <ul>
        {scenes.map((one) => {
          const twin = observations.find(({ subject, scene }) => subject === TWIN && scene.seed === one.scene.seed);
          const truth = one.effects && readTruth(one.effects);
          return (
            <li key={one.scene.seed}>
              <Button className="button button-text" onPress={() => onOpen(stuckImage(one.scene.seed, one.sticker, one.scene.corner))}>
                Scene {one.scene.seed}
              </Button>
              <span>
                {title(one.classId)} with the sticker of {one.sticker === one.classId ? 'its own class' : `another class (${title(one.sticker)})`}: the cheat says {says(one)}, its twin {says(twin)}
                {truth ? `; the sticker moves the cheat’s logit by ${signed(truth.effect)}` : ''}.
              </span>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
