/** What the story shows before anything is touched: one scene thrice, what both models say of each, and two maps of the cheat. Asks; draws nothing. */
import { useEffect, useState } from 'react';
import type { ExplainResult, ImageRef, MethodEntry, PredictResult, SceneResult } from '../../../worker/protocol.ts';
import { defaults } from '../../../engine/params.ts';
import { useApp } from '../../../ui/app.ts';
import { CHEAT, stuckImage, SUBJECTS, type Subject } from './study.ts';

/** A scene of the test split on which the cheat follows a wrong sticker and its twin does not. */
export const STORY = { seed: 36_011, own: 'car', other: 'house', corner: 'top-left' } as const;

export const VERSIONS = ['plain', 'truthful', 'misleading'] as const;
export type Version = (typeof VERSIONS)[number];

/** The scene as it is, or with a sticker. */
export function imageOf(version: Version): Extract<ImageRef, { kind: 'scene' }> {
  switch (version) {
    case 'plain':
      return { kind: 'scene', seed: STORY.seed };
    case 'truthful':
      return stuckImage(STORY.seed, STORY.own, STORY.corner);
    case 'misleading':
      return stuckImage(STORY.seed, STORY.other, STORY.corner);
    default:
      return version satisfies never;
  }
}

export interface Telling {
  readonly picture?: SceneResult;
  readonly input?: SceneResult;
  readonly answers: Readonly<Partial<Record<Subject, PredictResult>>>;
  /** By method id, for the class that the cheat names. */
  readonly maps: Readonly<Record<string, ExplainResult>>;
}

export interface Story {
  readonly versions: Readonly<Record<Version, Telling>>;
  /** Why something could not be told. */
  readonly problem?: string;
}

const SIDE = 64;
const EYE_SIDE = 192;
const UNTOLD: Telling = { answers: {}, maps: {} };

export const topOf = ({ probabilities }: PredictResult): number => probabilities.reduce((best, p, i, all) => (p > all[best]! ? i : best), 0);

export function useStory(methods: readonly MethodEntry[], started: boolean): Story {
  const { client } = useApp();
  const [story, setStory] = useState<Story>({ versions: { plain: UNTOLD, truthful: UNTOLD, misleading: UNTOLD } });
  useEffect(() => {
    if (!started) return;
    const gone = new AbortController();
    const { signal } = gone;
    const tell = (version: Version, change: (told: Telling) => Telling) => !signal.aborted && setStory((before) => ({ ...before, versions: { ...before.versions, [version]: change(before.versions[version]) } }));
    const versions = VERSIONS.map(async (version, at) => {
      const { seed, changes } = imageOf(version);
      const image = imageOf(version);
      const asking = { signal, order: at };
      const shown = [SIDE, EYE_SIDE].map(async (size) => {
        const scene = await client.ask({ kind: 'scene', seed, changes, size }, asking);
        tell(version, (told) => ({ ...told, [size === SIDE ? 'input' : 'picture']: scene }));
      });
      const said = SUBJECTS.map(async (model) => {
        const answer = await client.ask({ kind: 'predict', model, image }, asking);
        tell(version, (told) => ({ ...told, answers: { ...told.answers, [model]: answer } }));
        if (model !== CHEAT) return;
        for (const { id, params } of methods) {
          const map = await client.ask({ kind: 'explain', model, method: id, image, target: topOf(answer), score: { kind: 'logit' }, seed: 0, params: defaults(params) }, asking);
          tell(version, (told) => ({ ...told, maps: { ...told.maps, [id]: map } }));
        }
      });
      await Promise.all([...shown, ...said]);
    });
    Promise.all(versions).catch((error: unknown) => !signal.aborted && setStory((before) => ({ ...before, problem: error instanceof Error ? error.message : String(error) })));
    return () => gone.abort();
  }, [client, methods, started]);
  return story;
}
