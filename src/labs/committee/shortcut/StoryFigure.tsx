/** One scene thrice: as it is, with the sticker of its class, with that of another; what the cheat and its twin say, and two maps of the cheat. Decides nothing. */
import { useMemo } from 'react';
import { Button } from 'react-aria-components';
import { divergingPalette, parseHex, sequentialPalette } from '../../../draw/colour.ts';
import { backdrop, heatmap } from '../../../draw/heatmap.ts';
import { percentileOfMagnitude } from '../../../fields/percentile.ts';
import { pool } from '../../../fields/pool.ts';
import { describeMap } from '../../../fields/summary.ts';
import type { ExplainResult, MethodEntry, SceneResult } from '../../../worker/protocol.ts';
import { probability } from '../../../ui/numbers.ts';
import { Picture } from '../../../ui/Picture.tsx';
import { sceneField, sceneRaster } from '../../../ui/raster.ts';
import type { Theme } from '../../../ui/useTheme.ts';
import { CHEAT, SUBJECTS, type Subject } from './study.ts';
import { imageOf, STORY, topOf, VERSIONS, type Story, type Telling, type Version } from './useStory.ts';

interface Props {
  readonly story: Story;
  readonly methods: readonly MethodEntry[];
  /** In words within a sentence, in label order. */
  readonly classes: readonly { readonly id: string; readonly title: string }[];
  readonly theme: Theme;
  onOpen(version: Version): void;
}

export function StoryFigure({ story, methods, classes, theme, onOpen }: Props) {
  const nameOf = (id: string) => classes.find((one) => one.id === id)?.title ?? id;
  const titles: Record<Version, string> = {
    plain: 'As it is',
    truthful: `With the sticker of a ${nameOf(STORY.own)}`,
    misleading: `With the sticker of a ${nameOf(STORY.other)}`,
  };
  return (
    <div className="story">
      {VERSIONS.map((version) => {
        const told = story.versions[version];
        return (
          <figure key={version} className="story-version" aria-label={titles[version]}>
            <figcaption className="story-title">{titles[version]}</figcaption>
            <div className="story-pictures">
              <Picture raster={told.picture && sceneRaster(told.picture)} label={`Scene ${imageOf(version).seed}: ${titles[version].toLowerCase()}`} />
              {methods.map((method) => (
                <StoryMap key={method.id} method={method} map={told.maps[method.id]} input={told.input} theme={theme} />
              ))}
            </div>
            <dl className="story-answers">
              {SUBJECTS.map((subject) => (
                <div key={subject}>
                  <dt>{subject === CHEAT ? 'Cheat' : 'Honest twin'}</dt>
                  <dd>{answerWords(told, subject, classes)}</dd>
                </div>
              ))}
            </dl>
            <Button className="button button-text" onPress={() => onOpen(version)} aria-label={`Open in Explore: ${titles[version].toLowerCase()}`}>
              Open in Explore
            </Button>
          </figure>
        );
      })}
    </div>
  );
}

function answerWords({ answers }: Telling, subject: Subject, classes: Props['classes']): string {
  const answer = answers[subject];
  if (!answer) return '…';
  const top = topOf(answer);
  return `${classes[top]?.title ?? top} ${probability(answer.probabilities[top]!)}`;
}

/** The ground of the maps in both themes: what nothing looks like. */
const GROUND = { light: '#f4f2ed', dark: '#1f2123' } as const satisfies Record<Theme, string>;
/** Pixels of a map's side. */
const PIXELS = 192;

function StoryMap({ method, map, input, theme }: { readonly method: MethodEntry; readonly map: ExplainResult | undefined; readonly input: SceneResult | undefined; readonly theme: Theme }) {
  const plane = useMemo(() => map && pool(map, 'sum'), [map]);
  const raster = useMemo(() => {
    if (!plane) return undefined;
    const ground = parseHex(GROUND[theme]);
    const palette = method.signed ? divergingPalette('blue-red', ground) : sequentialPalette('inferno');
    const under = input && backdrop(sceneField(input), ground, PIXELS, PIXELS);
    return heatmap(plane, { rawLimit: percentileOfMagnitude(plane.data, 99) || 1, palette, width: PIXELS, height: PIXELS, opacity: 0.8, ...(under ? { backdrop: under } : {}) });
  }, [plane, input, method.signed, theme]);
  return (
    <div className="story-map">
      <Picture raster={raster} label={plane ? `${method.title} of the cheat: ${describeMap(plane, method.signed)}` : `${method.title}, not ready yet`} />
      <span className="quiet">{method.title}</span>
    </div>
  );
}
