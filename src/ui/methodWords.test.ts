/** Declarations of methods in words. */
import { describe, expect, it } from 'vitest';
import { choice, flag, float, int } from '../engine/params.ts';
import { byFamily } from './families.ts';
import { claimsInWords, explainsWords, firstSentence, paperAddress, passesWords, rangeWords, shortReference } from './methodWords.ts';

describe('words of a method', () => {
  it('passes', () => {
    const words = (forward: number, backward: number, exact = true) => passesWords({ passes: { forward, backward, exact } });
    expect([words(32, 32), words(1, 0), words(0, 0), words(780, 400, false)]).toEqual(['32 passes forth and back', '1 forward pass', 'no passes', 'at most 780 forward + 400 backward']);
  });
  it('claims: what chance decides is always said', () => {
    expect(claimsInWords(['deterministic', 'complete'])).toEqual(['complete', 'deterministic']);
    expect(claimsInWords(['non-negative', 'class-free'])).toEqual(['never negative', 'sampled']);
    expect(explainsWords('logit', { claims: ['class-free'] })).toBe('the same for every class');
    expect(explainsWords('logit', undefined)).toBe('explains the logit');
  });
  it('ranges', () => {
    expect(rangeWords(int({ title: 'Steps', min: 2, max: 256, default: 32, unit: 'steps' }))).toBe('2 to 256, usually 32');
    expect(rangeWords(float({ title: 'Noise', min: 0, max: 1, default: 0.15, unit: 'percent' }))).toMatch(/^0\u00a0% to 100\u00a0%, usually 15\u00a0%$/);
    expect(rangeWords(choice(['black', 'mean-colour', 'white'], { title: 'Baseline', labels: { white: 'White' } }))).toBe('black, mean colour or White; usually black');
    expect(rangeWords(flag({ title: 'Square', default: false }))).toBe('on or off; usually off');
  });
  it('sources', () => {
    const reference = 'Sundararajan, Taly, Yan (2017): Axiomatic Attribution. ICML, arXiv 1703.01365; eq. 1.';
    expect([shortReference(reference), paperAddress(reference)]).toEqual(['Sundararajan et al. 2017', 'https://arxiv.org/abs/1703.01365']);
    expect([shortReference('Zeiler, Fergus (2014): Nets. ECCV; 4.2.'), paperAddress('Zeiler, Fergus (2014): Nets. ECCV; 4.2.')]).toEqual(['Zeiler & Fergus 2014', undefined]);
    expect(firstSentence('One of 0.5. Two.')).toBe('One of 0.5.');
  });
});

it('families come in one order, unknown ones last, members as given', () => {
  const items = [['x', 'odd'], ['b', 'path'], ['a', 'gradient'], ['c', 'path']] as const;
  expect(byFamily(items, ([, family]) => family).map(({ family, items: own }) => [family, own.map(([id]) => id).join('')])).toEqual([['gradient', 'a'], ['path', 'bc'], ['odd', 'x']]);
});
