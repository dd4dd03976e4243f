import { describe, expect, it } from 'vitest';
import { meanInterval, wilson } from '../../../engine/math/statistics.ts';
import { DEFAULT_SHORTCUT } from '../../../state/defaults.ts';
import type { MethodEntry } from '../../../worker/protocol.ts';
import { CATALOG } from '../../../worker/testing.ts';
import { studyCsv, studyPlot, studyPlotWords } from './exportStudy.ts';
import { findingsOf, placeOf, readMap, readTruth } from './findings.ts';
import { CHEAT, STICKER, TWIN, type Credit, type Observation, type Subject } from './study.ts';
import { failureLines, progressWords } from '../../../ui/sweepWords.ts';
import { caption, countWords, methodsSentence, truthSentence } from './words.ts';

const unit = (id: number, sum: number, pixels: number, mass = Math.abs(sum)): Credit => ({ id, sum, mass, pixels });
const CHOICE = { ...DEFAULT_SHORTCUT, methods: [] };
const CLASSES = ['mug', 'watering-can', 'car'];

describe('a map', () => {
  it('has the sticker’s share, its multiple of the area, its signed share and its rank', () => {
    const read = readMap([unit(STICKER, -3, 10), unit(4, 5, 40), unit(1, 1, 50, 2)])!;
    expect([read.rank, read.units, read.top, read.share, read.credit]).toEqual([2, 3, false, 0.3, -0.3]);
    expect(read.enrichment).toBeCloseTo(3, 12);
  });
  it('of nothing but zeros names nothing and has no share', () => {
    expect(readMap([unit(STICKER, 0, 10), unit(4, 0, 90)])).toEqual({ rank: 2, units: 2, top: false });
  });
  it('is no reading where the sticker has no pixel', () => {
    expect(readMap([unit(4, 1, 90)])).toBeUndefined();
  });
});

describe('the sticker’s place', () => {
  const place = (...values: number[]) => placeOf(values.map((value, i) => ({ id: i === 0 ? STICKER : i, value })));
  it('is by magnitude, and the top only alone', () => {
    expect(place(-4, 3, 1)).toEqual({ rank: 1, units: 3, top: true });
    expect(place(3, -3, 1)).toEqual({ rank: 1, units: 3, top: false });
    expect(place(1, 2, -3)).toEqual({ rank: 3, units: 3, top: false });
  });
  it('among true effects comes with its share of them', () => {
    expect(readTruth([{ id: STICKER, title: '', effect: -6 }, { id: 4, title: '', effect: 2 }])).toEqual({ rank: 1, units: 2, top: true, effect: -6, share: 0.75 });
  });
});

const METHOD = { ...CATALOG.methods[0]!, id: 'a', title: 'Alpha', signed: true };
const OTHER: MethodEntry = { ...METHOD, id: 'b', title: 'Beta', signed: false };

/** The sticker gets `share` of a map of 1, and truly moves the logit by `effect`, the only part by 2. */
function observation(subject: Subject, seed: number, shares: Readonly<Record<string, number>>, effect: number, answer = 2): Observation {
  const credits = Object.entries(shares).map(([id, share]): [string, Credit[]] => [id, [unit(STICKER, share, 25), unit(4, 1 - Math.abs(share), 75)]]);
  const scene = { seed, truthful: seed % 2 === 0, corner: 'top-left' as const, further: 1 };
  return { scene, subject, classId: 'car', sticker: seed % 2 === 0 ? 'car' : 'mug', answer, probability: 0.9, effects: [{ id: STICKER, title: 'Sticker', effect }, { id: 4, title: 'Body', effect: 2 }], credits: new Map(credits) };
}
const OBSERVATIONS = [
  observation(CHEAT, 0, { a: 0.8, b: 0.2 }, 5),
  observation(CHEAT, 1, { a: 0.6, b: 0.2 }, 3, 0),
  observation(CHEAT, 2, { a: -0.4, b: 0.8 }, 1),
  observation(TWIN, 0, { a: 0.25, b: 0.6 }, 0.1),
  observation(TWIN, 1, { a: 0.25, b: 0.4 }, -0.1),
  observation(TWIN, 2, { b: 0.9 }, 9),
];

describe('findings', () => {
  const found = findingsOf(OBSERVATIONS, [OTHER, METHOD], CLASSES);
  const [first, second] = found.methods;

  it('sort the methods by what they show of the cheat', () => {
    expect(found.methods.map(({ method }) => method.id)).toEqual(['a', 'b']); // 0.6 against 0.4
    expect(found.scenes).toBe(3);
  });
  it('are means over scenes with Student’s interval', () => {
    expect(first!.cheat.share).toEqual(meanInterval([0.8, 0.6, 0.4]));
    expect(first!.cheat.enrichment!.mean).toBeCloseTo(0.6 / 0.25, 12);
    expect(first!.cheat.credit).toEqual(meanInterval([0.8, 0.6, -0.4]));
    expect(first!.twin).toMatchObject({ n: 2, units: 2 });
    expect(found.truth.cheat.effect).toEqual(meanInterval([5, 3, 1]));
    expect(found.truth.cheat.rank!.mean).toBeCloseTo(4 / 3, 12);
  });
  it('reveal where the sticker truly matters most, and cry wolf where it does not', () => {
    // On the cheat it matters most in scenes 0 and 1; on the twin not in 0 and 1 (in 2 it does).
    expect([first!.reveals.hits, first!.reveals.n, second!.reveals.hits, second!.reveals.n]).toEqual([2, 2, 0, 2]);
    expect([first!.falseAlarm.hits, first!.falseAlarm.n, second!.falseAlarm.hits, second!.falseAlarm.n]).toEqual([0, 2, 1, 2]);
    expect(first!.reveals.interval).toEqual(wilson(2, 2));
    expect([found.truth.cheat.top.hits, found.truth.twin.top.hits, found.truth.twin.top.n]).toEqual([2, 1, 3]);
  });
  it('compare signs for signed maps only', () => {
    expect([first!.rightSign.hits, first!.rightSign.n, second!.rightSign.n]).toEqual([2, 3, 0]);
  });
  it('count misled answers among misleading stickers', () => {
    expect([found.truth.cheat.misled.hits, found.truth.cheat.misled.n, found.truth.twin.misled.hits]).toEqual([1, 1, 0]);
  });
  it('are in words what they are in numbers', () => {
    expect(truthSentence(found)).toMatch(/^Taking the sticker away moves the cheat’s logit by 3\.00 \(95 %: −1\.97 to 7\.97\) on average, up or down; .* in 2 of 3\./);
    expect(found.truth.twin.size!.mean).toBeCloseTo(9.2 / 3, 12);
    expect(truthSentence(found)).toContain('On the one scene whose sticker stands for another class, the cheat names the sticker’s class in 1, the twin in none.');
    expect(methodsSentence(found)).toBe(
      'Most telling: Alpha puts 60\u00a0% of its map on the sticker, 2.4 × the sticker’s share of the area, and names it first in 2 of 2 scenes where it truly is. Least telling: Beta, 1.6 ×. On the honest twin, where it hardly matters, Beta (1 of 2) puts it first all the same.',
    );
    expect(countWords(first!.reveals)).toBe('100\u00a0%, 2 of 2 (95 %: 34 to 100\u00a0%)');
    expect(caption(CHOICE, found).join(' ')).toMatch(/^3 scenes of the test split, seed 0, .*Student’s t.*Wilson/);
  });
  it('say nothing before there is anything', () => {
    const none = findingsOf([], [METHOD], CLASSES);
    expect([none.scenes, methodsSentence(none), none.methods[0]!.cheat.n, countWords(none.methods[0]!.reveals)]).toEqual([0, '', 0, 'no such scene']);
    expect(truthSentence(none)).toMatch(/is being asked/);
  });

  it('as a table have a line per scene, model and method; as a figure every method and the protocol', () => {
    const [header, line, ...others] = studyCsv(OBSERVATIONS, CLASSES.map((id) => ({ id })), CHOICE).trim().split('\r\n');
    expect(others).toHaveLength(10);
    const cell = (name: string) => line!.split(',')[header!.split(',').indexOf(name)];
    expect(['model', 'method', 'sticker', 'true effect on the logit', 'share on the sticker', 'rank by credit', 'named first'].map(cell)).toEqual([CHEAT, 'a', 'car', '5', '0.8', '1', 'true']);
    const { rows } = studyPlot(found);
    expect(rows.map(({ title, cells }) => [title, ...cells!])).toEqual([['Alpha', '2 of 2', '0 of 2'], ['Beta', '0 of 2', '1 of 2']]);
    expect(rows[0]!.estimates[0]!.mean).toBeCloseTo(2.4, 12);
    expect(studyPlotWords(found, CHOICE, 'https://example.org/?x=1').caption.at(-1)).toBe('https://example.org/?x=1');
  });
});

describe('how far it is', () => {
  const state = { status: 'running' as const, done: 34, total: 132, msLeft: 12_400, failed: [], found: new Map() };
  it('stands in words', () => {
    expect(progressWords(state)).toBe('34 of 132 answers · about 12 s left');
    expect(progressWords({ ...state, status: 'cancelled' })).toBe('stopped at 34 of 132 answers; what was found stays');
    expect(progressWords({ ...state, status: 'done', done: 132 })).toBe('132 answers');
  });
  it('names what failed once a reason', () => {
    const item = (name: string) => ({ key: name, request: { kind: 'capabilities', model: 'x' } as const, order: 0, adds: 0, name });
    const failed = [['rollout of a', 'needs attention'], ['rollout of b', 'needs attention'], ['noise of a', 'died']].map(([name, message]) => ({ item: item(name!), reason: 'failed' as const, message: message! }));
    expect(failureLines(failed)).toEqual(['Rollout of a and 1 more: needs attention', 'Noise of a: died']);
    expect(progressWords({ ...state, status: 'done', failed })).toContain('3 failures');
  });
});
