import { describe, expect, it } from 'vitest';
import { colourAt, divergingPalette, sequentialPalette, type Rgb } from './colour.ts';
import { backdrop, coverage, heatmap, photograph, type HeatmapOptions, type Picture } from './heatmap.ts';

const PAPER: Rgb = [250, 248, 245];
const palette = divergingPalette('blue-red', PAPER);
const map = { data: Float32Array.of(-2, 0, 1, 9), height: 2, width: 2 };
const options: HeatmapOptions = { rawLimit: 2, palette, width: 4, height: 4 };
const at = ({ data, width }: Picture, x: number, y: number): number[] => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
const near = (actual: readonly number[], expected: readonly number[], tolerance = 2): void =>
  expected.forEach((value, i) => expect(Math.abs(actual[i]! - value), `${actual.join()} against ${expected.join()}`).toBeLessThanOrEqual(tolerance));
const grey = (value: number) => ({ data: new Float32Array(8 * 8 * 3).fill(value), height: 8, width: 8, channels: 3 });

describe('heatmap', () => {
  it('draws each place as a block in its colour: −limit, 0, half, clipped', () => {
    const picture = heatmap(map, options);
    near(at(picture, 0, 0), [...colourAt(palette, 1), 255], 0);
    near(at(picture, 1, 1), [...colourAt(palette, 1), 255], 0);
    near(at(picture, 2, 1), [...PAPER, 255], 0);
    near(at(picture, 0, 2), [...colourAt(palette, 192), 255], 0);
    near(at(picture, 3, 3), [...colourAt(palette, 255), 255], 0);
  });
  it('draws what is not finite grey', () => {
    near(at(heatmap({ data: Float32Array.of(Number.NaN), height: 1, width: 1 }, options), 0, 0), [128, 128, 128, 255]);
  });
  it('interpolates when smooth: the middle of −1 and 1 is neutral', () => {
    const picture = heatmap({ data: Float32Array.of(-2, 2), height: 1, width: 2 }, { ...options, smooth: true, width: 5, height: 1 });
    near(at(picture, 2, 0), PAPER, 1);
    near(at(picture, 0, 0), colourAt(palette, 1), 0);
  });
  it('unsigned maps run from the first to the last colour', () => {
    const inferno = sequentialPalette('inferno');
    const picture = heatmap({ data: Float32Array.of(0, 2), height: 1, width: 2 }, { ...options, palette: inferno, width: 2, height: 1 });
    near(at(picture, 0, 0), colourAt(inferno, 0), 0);
    near(at(picture, 1, 0), colourAt(inferno, 255), 0);
  });
});

describe('over the picture', () => {
  const under = backdrop(grey(0.2), PAPER, 4, 4);
  it('the backdrop is grey, halfway to the ground', () => {
    near([under.packed[0]! & 255, (under.packed[0]! >>> 8) & 255, (under.packed[0]! >>> 16) & 255], PAPER.map((side) => 0.5 * side + 25.5), 1);
    const green = { data: Float32Array.of(0, 1, 0), height: 1, width: 1, channels: 3 };
    near([backdrop(green, [0, 0, 0], 1, 1).packed[0]! & 255], [127.5 * 0.7152], 1);
  });
  it('opacity 1 hides the picture, 0 the map', () => {
    near(at(heatmap(map, { ...options, backdrop: under, opacity: 1 }), 2, 0), PAPER);
    near(at(heatmap(map, { ...options, backdrop: under, opacity: 0 }), 0, 0), PAPER.map((side) => 0.5 * side + 25.5));
  });
  it('between, a place covers in proportion to its magnitude', () => {
    const picture = heatmap(map, { ...options, backdrop: under, opacity: 0.5 });
    const mixed = (colour: Rgb, magnitude: number): number[] => {
      const cover = coverage(0.5, magnitude);
      return colour.map((side, c) => cover * side + (1 - cover) * (0.5 * PAPER[c]! + 25.5));
    };
    near(at(picture, 0, 0), mixed(colourAt(palette, 1), 1));
    near(at(picture, 0, 2), mixed(colourAt(palette, 192), 0.5));
    near(at(picture, 2, 0), mixed(PAPER, 0));
    expect([coverage(1, 0), coverage(0, 1), coverage(0.5, 1)]).toEqual([1, 0, 0.5]);
  });
  it('unsigned maps cover evenly, so that more stays lighter', () => {
    const inferno = sequentialPalette('inferno');
    const picture = heatmap({ data: Float32Array.of(0, 2), height: 1, width: 2 }, { ...options, palette: inferno, backdrop: under, opacity: 0.7 });
    for (const [x, entry] of [[0, 0], [3, 255]] as const) near(at(picture, x, 0), colourAt(inferno, entry).map((side, c) => 0.7 * side + 0.3 * (0.5 * PAPER[c]! + 25.5)));
  });
  it('a backdrop of another size is refused', () => {
    expect(() => heatmap(map, { ...options, width: 8, backdrop: under })).toThrow('4×4 does not fit a drawing of 8×4');
  });
});

describe('hatching', () => {
  const hatch = { ink: [0, 0, 0] as Rgb, period: 4 };
  const even = { data: Float32Array.of(-2, 2), height: 1, width: 2 };
  const [plain, hatched] = [undefined, hatch].map((kind) => heatmap(even, { ...options, width: 32, height: 16, ...(kind ? { hatch: kind } : {}) })) as [Picture, Picture];
  const differs = (x: number, y: number): boolean => at(plain, x, y).join() !== at(hatched, x, y).join();
  it('draws diagonal lines over negative places only', () => {
    const marked = Array.from({ length: 32 * 16 }, (_, i) => [i % 32, Math.floor(i / 32)] as const).filter(([x, y]) => differs(x, y));
    expect(marked.length).toBe((16 * 16) / 4);
    expect(marked.every(([x, y]) => x < 16 && (x + y) % 4 === 0)).toBe(true);
  });
  it('keeps clear of values too weak to have a sign', () => {
    const weak = { data: Float32Array.of(-0.02, -0.02), height: 1, width: 2 };
    expect(heatmap(weak, { ...options, hatch }).data).toEqual(heatmap(weak, options).data);
  });
});

it('a photograph is drawn as it is', () => {
  near(at(photograph({ data: Float32Array.of(1, 0.5, 0), height: 1, width: 1, channels: 3 }, 2, 2), 1, 1), [255, 128, 0, 255], 1);
});
