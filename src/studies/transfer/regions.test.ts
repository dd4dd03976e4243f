/** Regions found one after the other, as under a slider, are those that the study asks about. */
import { expect, test } from 'vitest';
import { stream } from '../../engine/math/rng.ts';
import { CATALOG } from '../../worker/testing.ts';
import type { ImageFacts, MapOutcome } from '../explanations.ts';
import { SIDE, type StudySetup } from '../setup.ts';
import { regionFinder, regionsOf } from './regions.ts';
import { defaultSettings, type TransferSettings } from './settings.ts';

const PLACES = SIDE * SIDE;
const setup: StudySetup = { models: CATALOG.models, method: CATALOG.methods[0]!, params: {}, score: 'logit', images: [{ kind: 'scene', seed: 36_001 }], seed: 7 };
const drawn = (i: number): MapOutcome => {
  const draws = stream(i, 'maps');
  return { kind: 'map', data: Float32Array.from({ length: PLACES }, () => draws.normal()), height: SIDE, width: SIDE, channels: 1, ms: 1 };
};
const facts: ImageFacts = {
  image: setup.images[0]!, at: 0, rgb: new Uint8Array(3 * PLACES).map((_, i) => (i * 37) % 251), mask: new Uint8Array(PLACES).fill(1, 900, 1500),
  answers: new Map(), standing: 'kept', target: 1, maps: new Map(CATALOG.models.map(({ id }, i) => [id, drawn(i)])),
};
const base: TransferSettings = { ...defaultSettings(), leaveOut: false, shares: [] };

test('at every setting the same regions as the study’s, row by row', () => {
  const find = regionFinder(facts, setup, base, () => true);
  for (const change of [{ share: 0.07 }, { share: 0.5 }, { region: 'threshold', level: 0.6 }, { region: 'windows', windows: 5 }] as const) {
    const settings = { ...base, ...change };
    expect(find(settings)).toEqual(regionsOf(facts, setup, settings)[0]);
  }
});

test('with the tester left out of the study, a held slider still shows what all voters have in common', () => {
  const [study] = regionsOf(facts, setup, { ...base, leaveOut: true });
  const mean = ({ rows }: NonNullable<typeof study>) => rows.find(({ row }) => row.id === 'harmonised mean')!;
  expect(mean(study!).own?.size).toBe(CATALOG.models.length);
  const shown = regionFinder(facts, setup, { ...base, leaveOut: true }, () => true)(base);
  expect(mean(shown)).toEqual({ row: mean(study!).row, common: mean(study!).common });
});

test('only the rows that are wanted', () => {
  expect(regionFinder(facts, setup, base, ({ kind }) => kind === 'generator')(base).rows.map(({ row }) => row.id)).toEqual(CATALOG.models.map(({ id }) => id));
});
