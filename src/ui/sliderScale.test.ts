/** Slider positions and values. */
import { describe, expect, it } from 'vitest';
import { float, int } from '../engine/params.ts';
import { fromPosition, parseValue, stopsOf, toPosition, valueByKey, valueText } from './sliderScale.ts';

const steps = int({ title: 'Steps', min: 2, max: 256, default: 32, scale: 'log' });
const iterations = int({ title: 'Iterations', min: 1, max: 50, default: 20 });
const radius = float({ title: 'Radius', min: 0.01, max: 1, default: 0.1, scale: 'log', unit: 'percent' });
const share = float({ title: 'Share', min: 0, max: 1, default: 0.5, step: 0.05 });

describe('slider scale', () => {
  it('reaches both ends and every whole number of a linear int', () => {
    expect([fromPosition(iterations, 0), fromPosition(iterations, stopsOf(iterations))]).toEqual([1, 50]);
    for (let n = 1; n <= 50; n++) expect(fromPosition(iterations, toPosition(iterations, n))).toBe(n);
  });
  it('spends half of a logarithmic slider below the geometric mean', () => {
    expect(fromPosition(steps, 500)).toBe(Math.round(Math.sqrt(2 * 256)));
    expect(fromPosition(radius, 500)).toBeCloseTo(0.1, 6);
  });
  it('keeps to the step grid without binary dust', () => {
    expect(fromPosition(share, 3)).toBe(0.15);
  });
  it('moves by every arrow key, on scales with more positions than values too', () => {
    expect([valueByKey(steps, 32, 'ArrowRight'), valueByKey(steps, 32, 'ArrowDown'), valueByKey(steps, 2, 'ArrowUp')]).toEqual([33, 31, 3]);
    expect([valueByKey(share, 0.5, 'ArrowRight'), valueByKey(iterations, 50, 'ArrowRight'), valueByKey(steps, 32, 'Home')]).toEqual([0.55, 50, undefined]);
  });
  it('writes and reads units', () => {
    expect(valueText(radius, 0.1)).toBe('10\u00a0%');
    expect(parseValue(radius, '12 %')).toBe(0.12);
    expect(parseValue(radius, '500')).toBe(1);
    expect(parseValue(iterations, '7.6')).toBe(8);
    expect(parseValue(iterations, 'many')).toBeUndefined();
    expect(parseValue(share, '0,33')).toBe(0.35);
  });
});
