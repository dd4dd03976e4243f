/** The class shows in the object's shape and nowhere else: draws, colours, and scenes without the object tell nothing. */
import { describe, expect, it } from 'vitest';
import { luminance } from './maths.ts';
import { CLASSES, intervene, makeScene, renderScene, type Scene } from './index.ts';
import { histogramsOf, linearAccuracy, neighbourAccuracy, samplesOf } from './leakage.ts';

const chance = 1 / CLASSES.length;

/** Pearson's statistic of the class against a property's values, and its degrees of freedom. */
function chiSquare(scenes: readonly Scene[], property: (scene: Scene) => string | number): { statistic: number; freedom: number } {
  const values = [...new Set(scenes.map(property))];
  const table = CLASSES.map(({ id }) => values.map((v) => scenes.filter((s) => s.classId === id && property(s) === v).length));
  const total = (cells: number[]) => cells.reduce((a, b) => a + b, 0);
  let statistic = 0;
  table.forEach((row) =>
    row.forEach((count, j) => {
      const expected = (total(row) * total(table.map((r) => r[j]!))) / scenes.length;
      statistic += (count - expected) ** 2 / expected;
    }),
  );
  return { statistic, freedom: (CLASSES.length - 1) * (values.length - 1) };
}

const quarter = (value: number, low: number, high: number) => Math.floor((4 * (value - low)) / (high - low));

describe('draws', () => {
  const scenes = Array.from({ length: 4800 }, (_, i) => makeScene(i));
  it.each<[string, (scene: Scene) => string | number]>([
    ['colour', (s) => Math.floor(luminance(s.materials[0].colour) * 8)],
    ['redness', (s) => Number(s.materials[0].colour[0] > s.materials[0].colour[2])],
    ['second colour', (s) => Math.floor(luminance(s.materials[1].colour) * 8)],
    ['coat', (s) => s.materials[0].coat],
    ['gloss', (s) => quarter(s.materials[0].gloss, 0, 1)],
    ['turn', (s) => quarter(s.turn, -0.15, 0.65)],
    ['size', (s) => quarter(s.camera.span, 0.5, 0.82)],
    ['place across', (s) => quarter(s.camera.aside, -0.75, 0.75)],
    ['place above', (s) => quarter(s.camera.above, -0.6, 0.6)],
    ['camera height', (s) => quarter(s.camera.elevation, 0.022, 0.085)],
    ['light', (s) => quarter(s.light.azimuth, -0.3, 0.3)],
    ['ground', (s) => s.ground.kind],
    ['background', (s) => s.background.kind],
    ['number of distractors', (s) => s.distractors.length],
    ['occluder', (s) => s.occluder?.kind ?? 'none'],
    ['lack of a part', (s) => s.missing.length],
    ['shape', (s) => quarter(s.shape[0], 0, 1)],
  ])('%s does not depend on the class', (_, property) => {
    const { statistic, freedom } = chiSquare(scenes, property);
    expect(freedom).toBeGreaterThan(0);
    expect(statistic).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom));
  });

  it('the test would see a dependence of one class in twelve', () => {
    const { statistic, freedom } = chiSquare(scenes, (s) => (s.classId === 'rocket' ? 1 : quarter(s.shape[0], 0, 1)));
    expect(statistic).toBeGreaterThan(freedom + 4 * Math.sqrt(2 * freedom));
  });
});

describe('pictures', () => {
  it('without the object are the same to the byte whatever the class', () => {
    for (const seed of [7, 36_011]) {
      const bare = CLASSES.map(({ id }) => renderScene(intervene(makeScene(seed, { classId: id }), { kind: 'remove-object' }), 24));
      for (const { rgb, ids } of bare) {
        expect(rgb).toEqual(bare[0]!.rgb);
        expect(ids).toEqual(bare[0]!.ids);
      }
    }
  });

  // 1200 held-out scenes: the standard error of an accuracy at chance is 0.8 points, so 3 points are nearly four standard errors.
  it('colour histograms and scenes without the object stay within 3 points of chance, whole pictures do not', () => {
    const train = samplesOf(0, 1600, 16, 'there');
    const test = samplesOf(36_000, 1200, 16, 'there');
    const bareTrain = samplesOf(0, 1600, 16, 'gone');
    const bareTest = samplesOf(36_000, 1200, 16, 'gone');
    const whole = linearAccuracy(train, test, 0.03);
    const histogram = linearAccuracy(histogramsOf(train), histogramsOf(test), 0.03);
    const bare = { linear: linearAccuracy(bareTrain, bareTest, 0.1), neighbour: neighbourAccuracy(bareTrain, bareTest) };
    console.info(`held-out accuracy, chance ${chance.toFixed(3)}: whole picture ${whole.toFixed(3)}, histogram ${histogram.toFixed(3)}, object gone ${bare.linear.toFixed(3)} (linear), ${bare.neighbour.toFixed(3)} (neighbour)`);
    expect(whole).toBeGreaterThan(chance + 0.06); // the models can learn where there is something to learn
    expect(histogram).toBeLessThan(chance + 0.03);
    expect(Math.max(bare.linear, bare.neighbour)).toBeLessThan(chance + 0.03);
  }, 300_000); // ten seconds of work; minutes on a machine shared with trainings
});
