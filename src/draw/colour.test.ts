import { describe, expect, it } from 'vitest';
import { colourAt, cssColour, divergingPalette, fromOklab, paletteIndex, parseHex, sequentialPalette, themeOf, toOklab, type Palette, type Rgb } from './colour.ts';

const PAPER = parseHex('#faf8f5');
const NIGHT = parseHex('#151619');
const lightness = (palette: Palette, index: number): number => toOklab(colourAt(palette, index))[0];
const distance = (a: Rgb, b: Rgb): number => {
  const [first, second] = [toOklab(a), toOklab(b)];
  return Math.hypot(first[0] - second[0], first[1] - second[1], first[2] - second[2]);
};

/** Machado, Oliveira and Fernandes 2009: deuteranopia at full severity, on linear RGB. */
function deuteranopia(colour: Rgb): Rgb {
  const [r, g, b] = colour.map((byte) => (byte <= 10.3148 ? byte / 3294.6 : ((byte / 255 + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  const seen = [0.367322 * r + 0.860646 * g - 0.227968 * b, 0.280085 * r + 0.672501 * g + 0.047413 * b, -0.01182 * r + 0.04294 * g + 0.968881 * b];
  return seen.map((value) => {
    const linear = Math.min(1, Math.max(0, value));
    return Math.round(255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055));
  }) as unknown as Rgb;
}

describe('OKLab', () => {
  it('has its published values for red and white, and inverts', () => {
    const red = toOklab([255, 0, 0]);
    [0.62796, 0.22486, 0.12585].forEach((value, i) => expect(red[i]).toBeCloseTo(value, 4));
    expect(toOklab([255, 255, 255])[0]).toBeCloseTo(1, 5);
    for (const colour of [[12, 200, 99], [0, 0, 0], [250, 248, 245]] as const) expect(fromOklab(toOklab(colour))).toEqual(colour);
  });
});

describe.each(['inferno', 'viridis'] as const)('%s', (name) => {
  const palette = sequentialPalette(name);
  const steps = Array.from({ length: 255 }, (_, i) => lightness(palette, i + 1) - lightness(palette, i));
  it('grows lighter without a dip, in nearly equal steps', () => {
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
    expect(Math.min(...steps.slice(1).map((step, i) => step + steps[i]!))).toBeGreaterThan(0);
    const coarse = Array.from({ length: 15 }, (_, i) => lightness(palette, 17 * (i + 1)) - lightness(palette, 17 * i));
    expect(Math.max(...coarse) / Math.min(...coarse)).toBeLessThan(1.4);
  });
  it('stays in order under deuteranopia', () => {
    for (let i = 0; i + 16 < 256; i += 16) {
      expect(toOklab(deuteranopia(colourAt(palette, i + 16)))[0]).toBeGreaterThan(toOklab(deuteranopia(colourAt(palette, i)))[0]);
    }
  });
});

describe.each([
  ['blue-red', PAPER],
  ['blue-red', NIGHT],
  ['purple-orange', PAPER],
  ['purple-orange', NIGHT],
] as const)('%s on %s', (name, neutral) => {
  const palette = divergingPalette(name, neutral);
  const away = Math.sign(lightness(palette, 255) - lightness(palette, 128));
  it('is the ground at zero, to the byte', () => {
    expect(colourAt(palette, paletteIndex('diverging', 0))).toEqual(neutral);
  });
  it('leaves the ground steadily on both sides', () => {
    for (let k = 4; k <= 127; k++) {
      expect(away * (lightness(palette, 128 + k) - lightness(palette, 128 + k - 4))).toBeGreaterThan(0);
      expect(away * (lightness(palette, 128 - k) - lightness(palette, 128 - k + 4))).toBeGreaterThan(0);
    }
    expect(Math.abs(lightness(palette, 255) - lightness(palette, 128))).toBeGreaterThan(0.4);
  });
  it('is symmetric in lightness: equal magnitudes look equally strong', () => {
    for (let k = 1; k <= 127; k++) expect(Math.abs(lightness(palette, 128 + k) - lightness(palette, 128 - k))).toBeLessThan(0.008);
  });
  it('keeps its signs apart under deuteranopia, from weak values on', () => {
    for (const k of [32, 64, 127]) {
      expect(distance(deuteranopia(colourAt(palette, 128 - k)), deuteranopia(colourAt(palette, 128 + k)))).toBeGreaterThan(0.0011 * k);
    }
  });
});

it('maps relative values to entries, symmetric about zero, and clips', () => {
  expect([-9, -1, -0.5, 0, 0.5, 1, 9].map((value) => paletteIndex('diverging', value))).toEqual([1, 1, 65, 128, 192, 255, 255]);
  expect([-1, 0, 0.5, 1, 3].map((value) => paletteIndex('sequential', value))).toEqual([0, 0, 128, 255, 255]);
});

it('knows a light ground from a dark one and reads hex colours', () => {
  expect([themeOf(PAPER), themeOf(NIGHT)]).toEqual(['light', 'dark']);
  expect(parseHex('#fff')).toEqual([255, 255, 255]);
  expect(cssColour(PAPER)).toBe('rgb(250 248 245)');
  expect(() => parseHex('red')).toThrow("'red'");
});
