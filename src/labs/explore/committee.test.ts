/** Means, dissent and strangeness. */
import { describe, expect, it } from 'vitest';
import type { Prediction } from '../../state/request.ts';
import { dissents, meanProbabilities, strangenessWords, takenOut } from './committee.ts';

const said = (model: string, top: number, probabilities: number[]): Prediction => ({ model, top, runnerUp: 0, probabilities: Float32Array.from(probabilities) });
const strange = (...shares: (number | undefined)[]) => shares.map((strangeness) => ({ strangeness }));

describe('committee', () => {
  it('averages over those that have answered', () => {
    const means = meanProbabilities([said('a', 0, [0.6, 0.4]), said('b', 1, [0, 1])], 2);
    expect(means[0]).toBeCloseTo(0.3);
    expect(means[1]).toBeCloseTo(0.7);
    expect(meanProbabilities([], 2)).toEqual([0, 0]);
  });
  it('knows who dissents under each choice of target', () => {
    expect(dissents(said('a', 1, []), 'majority', 0)).toBe(true);
    expect(dissents(said('a', 0, []), 'majority', 0)).toBe(false);
    expect(dissents(said('a', 1, []), 'own', 0)).toBe(false);
    expect(dissents(said('a', 1, []), 1, 1)).toBe(false);
    expect(dissents(undefined, 'majority', 0)).toBe(false);
  });
  it('keeps in sight what was taken out one by one, until the committee is another', () => {
    expect(takenOut(['a', 'b', 'c'], ['a', 'c'], [])).toEqual(['b']);
    expect(takenOut(['a', 'c'], ['a'], ['b'])).toEqual(['b', 'c']);
    expect(takenOut(['a'], ['a', 'b'], ['b', 'c'])).toEqual(['c']);
    expect(takenOut(['a', 'b'], ['b', 'a'], ['c'])).toEqual(['c']);
    expect(takenOut(['a', 'b'], ['x', 'y'], ['c'])).toEqual([]);
  });
  it('always speaks of a photograph, with the range over the models', () => {
    expect(strangenessWords(strange(0.99, 0.5, 0.981), true)).toMatch(/never saw a photograph\. Its features lie farther out than 50 to 99\u00a0% of validation scenes/);
    expect(strangenessWords(strange(1, 1), true)).toMatch(/than 100\u00a0% of/);
    expect(strangenessWords([], true)).toMatch(/never saw a photograph\.$/);
  });
  it('speaks of a scene only where it is far out', () => {
    expect(strangenessWords(strange(0.98, 0.5), false)).toBeUndefined();
    expect(strangenessWords(strange(0.995, 0.5, 0.999), false)).toBe('Even for a scene this one is unusual: its features lie farther out than 99\u00a0% of validation scenes for 2 of 3 models.');
    expect(strangenessWords(strange(1, 1), false)).toMatch(/than 100\u00a0% of validation scenes for both models/);
  });
});
