/** Credits sum over the right pixels, ranks and sentences say what the numbers say. */
import { expect, it } from 'vitest';
import type { UnitEffect } from '../../worker/protocol.ts';
import { agreement, creditsOf, effectsCsv, effectWords, rankOf } from './effects.ts';

const unit = (id: number, title: string, effect: number, more: Partial<UnitEffect> = {}): UnitEffect => ({ id, name: title.toLowerCase(), title, pixels: 2, redrawn: false, effect, ...more });
const units = [unit(4, 'Body', 1), unit(5, 'Handle', 3.2), unit(1, 'Ground', -0.5, { redrawn: true, deviation: 0.25 })];
const ids = Uint8Array.of(4, 4, 5, 5, 1, 1, 1, 1, 1);
const result = { kind: 'effects', value: 5, units, ids, size: 3 } as const;

it('a unit is credited with the signed mass on its own pixels, as a share of all mass', () => {
  const map = { data: Float32Array.of(1, 1, 4, -1, -1, 0, 0, -2, 0), height: 3, width: 3 };
  expect(creditsOf(result, map)).toEqual([0.2, 0.3, -0.3].map((value) => expect.closeTo(value, 9) as number));
  expect(creditsOf(result, { ...map, data: new Float32Array(9) }).every(Number.isNaN)).toBe(true);
});

it('ranks count from the largest; pairs in the same order are counted', () => {
  expect([0, 1, 2].map((i) => rankOf([0.2, 0.5, -0.1], i))).toEqual([2, 1, 3]);
  expect(agreement(units, [0.2, 0.5, -0.1])).toEqual({ same: 3, compared: 3, value: 1 });
  expect(agreement(units, [0.5, 0.2, -0.1])).toEqual({ same: 2, compared: 3, value: expect.closeTo(1 / 3, 9) as number });
  expect(agreement(units, [Number.NaN, 0, 0])).toBeUndefined();
});

it('the sentence names the unit that matters most, and where methods rank it', () => {
  expect(effectWords('Plain CNN', 'mug', units, [{ method: 'Grad-CAM', credits: [0.2, 0.5, 0] }, { method: 'Occlusion', credits: [0.3, 0.1, 0.2] }])).toBe(
    'On Plain CNN, ‘Handle’ matters most (the logit of “mug” changes by −3.20 without it). Grad-CAM ranks it first, Occlusion third, of three.',
  );
  const against = [unit(4, 'Body', 1), unit(1, 'Ground', -2, { redrawn: true })];
  expect(effectWords('Net', 'mug', against, [{ method: 'Sum', credits: [1, -1] }])).toBe(
    'On Net, ‘Ground’ matters most (the logit of “mug” changes by +2.00 with others in its place); it speaks against the class. Sum ranks it first among what speaks against, of two.',
  );
  expect(effectWords('Net', 'mug', units, [])).toMatch(/without it\)\.$/);
});

it('the table as text has a line per model and unit, and no number that there is not', () => {
  const lines = effectsCsv([{ model: 'Net', target: 'mug', result, credited: { method: 'Sum', credits: [0.5, Number.NaN, -0.5] } }], { scene: '7 turn:5', draws: 4, seed: 3 }).trim().split('\r\n');
  expect(lines).toHaveLength(4);
  expect(lines[2]).toBe('7 turn:5,Net,mug,Handle,2,3.2,,,,Sum,');
  expect(lines[3]).toBe('7 turn:5,Net,mug,Ground,2,-0.5,0.25,4,3,Sum,-0.5');
});
