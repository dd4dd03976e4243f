/** Numbers in words. */
import { describe, expect, it } from 'vitest';
import { byteWords, bytesOf, compact, count, duration, inWords, percent, percentRange, plural, probability, short, signed } from './numbers.ts';

describe('numbers', () => {
  it('writes probabilities without a leading zero', () => {
    expect([probability(0.856), probability(1), probability(0.004), probability(NaN)]).toEqual(['.86', '1.00', '.00', '–']);
  });
  it('writes bytes of the whole in one unit', () => {
    expect([bytesOf(212_400, 397_540), bytesOf(0, 999_499), bytesOf(400_000, 3_140_000), bytesOf(999_600, 999_600)]).toEqual(['212 of 398 KB', '0 of 999 KB', '0.4 of 3.1 MB', '1.0 of 1.0 MB']);
  });
  it('gives small shares a digit more', () => {
    expect([percent(0.2), percent(0.004), percent(-0.011), percent(1)]).toEqual(['20\u00a0%', '0.4\u00a0%', '−1.1\u00a0%', '100\u00a0%']);
    expect([percentRange(0.64, 0.79), percentRange(-0.05, 0.982, 1)]).toEqual(['64 to 79\u00a0%', '−5.0 to 98.2\u00a0%']);
  });
  it('keeps three significant digits and leaves for powers of ten at the ends', () => {
    expect([short(0.01234), short(-12.345), short(1234.5), short(0), short(0.0000123), short(1.23e6), short(-Infinity)]).toEqual([
      '0.0123',
      '−12.3',
      '1235',
      '0',
      '1.2·10⁻⁵',
      '1.2·10⁶',
      '–',
    ]);
    expect([signed(0.5), signed(-0.5), signed(0)]).toEqual(['+0.500', '−0.500', '0']);
  });
  it('picks the unit of a time', () => {
    expect([duration(640), duration(2_400), duration(42_000), duration(80_000)]).toEqual(['640 ms', '2.4 s', '42 s', '1 min 20 s']);
  });
  it('writes numbers out, and in short', () => {
    expect([0, 1, 12, 20, 21, 99, 100].map(inWords)).toEqual(['no', 'one', 'twelve', 'twenty', 'twenty-one', 'ninety-nine', '100']);
    expect([7, 999, 999.6, 1520, 145_164, 8_701_440, 999_900].map(compact)).toEqual(['7', '999', '1.0 k', '1.5 k', '145 k', '8.7 M', '1.0 M']);
    expect([512, 290_340].map(byteWords)).toEqual(['512 bytes', '290 kB']);
  });
  it('counts', () => {
    expect([count(1234567), plural(1, 'model'), plural(4, 'pass', 'passes')]).toEqual(['1,234,567', '1 model', '4 passes']);
  });
});
