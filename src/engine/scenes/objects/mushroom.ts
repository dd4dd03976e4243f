/** A mushroom: cap, stem, spots on the cap, ring round the stem. Not the closed button mushroom. */
import { ellipsoid, frustum, rod, sphere } from '../primitives.ts';
import { vary, type ObjectClass } from './object.ts';

export const mushroom: ObjectClass = {
  id: 'mushroom',
  title: 'Mushroom',
  size: 0.94,
  parts([a, b, c]) {
    const radius = vary(a, 0.78, 0.95);
    const rise = vary(b, 0.58, 0.78);
    const under = vary(c, 0.82, 1);
    const cap = (x: number, y: number, z: number) => ellipsoid(x, y - under, z, radius, rise, radius);
    const spots = [0, 1, 2, 3, 4, 5].map((i) => spot(i, radius, rise, under));
    return [
      {
        name: 'cap', title: 'Cap', tone: 0, bound: [0, under + 0.2, 0, 1.05],
        distance: (x, y, z) => Math.max(cap(x, y, z), under - 0.02 - y - 0.16 * (x * x + z * z - 0.6)) * 0.9,
      },
      {
        name: 'stem', title: 'Stem', tone: 1, bound: [0, under / 2, 0, 0.72],
        distance: (x, y, z) => Math.max(rod(x, y, z, 0, 0.1, 0, 0, under, 0, 0.3, 0.19), -y),
      },
      {
        name: 'spots', title: 'Spots', tone: 2, bound: [0, under + 0.2, 0, 1.1],
        distance: (x, y, z) => {
          const near = cap(x, y, z);
          if (near > 0.1) return near - 0.03;
          let d = 1e9;
          for (let i = 0; i < 6; i++) {
            const s = spots[i]!;
            d = Math.min(d, sphere(x - s[0], y - s[1], z - s[2], s[3]));
          }
          return Math.max(d, near - 0.028);
        },
      },
      {
        name: 'ring', title: 'Ring', tone: 3, bound: [0, under * 0.66, 0, 0.45],
        distance: (x, y, z) => frustum(x, y - under * 0.66, z, 0.38, 0.24, 0.07, 0.03),
      },
    ];
  },
};

/** Spot i of six on the cap: one near the top, five round it (cosine and sine of multiples of a fifth of a turn). */
function spot(i: number, radius: number, rise: number, under: number): readonly [number, number, number, number] {
  if (i === 5) return [0.06, under + rise, 0.04, 0.23];
  const cosine = [1, 0.309, -0.809, -0.809, 0.309][i]!;
  const sine = [0, 0.951, 0.588, -0.588, -0.951][i]!;
  const out = i % 2 === 0 ? 0.72 : 0.82;
  const up = Math.sqrt(1 - out * out);
  return [cosine * radius * out, under + rise * up, sine * radius * out, i % 2 === 0 ? 0.2 : 0.15];
}
