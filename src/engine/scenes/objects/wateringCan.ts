/** A watering can: body, long straight spout, rose at its end, bow handle. Not the jug. */
import { frustum, rod, torus } from '../primitives.ts';
import { vary, type ObjectClass } from './object.ts';

export const wateringCan: ObjectClass = {
  id: 'watering-can',
  title: 'Watering can',
  size: 1.05,
  parts([a, b, c]) {
    const half = vary(a, 0.42, 0.52);
    const foot = vary(b, 0.48, 0.54);
    const tip = vary(c, 1.05, 1.3);
    const left = -0.3;
    return [
      {
        name: 'body', title: 'Body', tone: 0, bound: [left, half, 0, 0.8],
        distance: (x, y, z) =>
          Math.max(
            frustum(x - left, y - half, z, foot, foot * 0.86, half, 0.04),
            -Math.max(frustum(x - left, y - half - 0.1, z, foot - 0.07, foot * 0.86 - 0.07, half, 0.02), -(x - left + 0.02)),
          ),
      },
      {
        name: 'spout', title: 'Spout', tone: 1, bound: [0.5, 0.72, 0, 0.88],
        distance: (x, y, z) => rod(x, y, z, 0.05, 0.22, 0, 0.9, tip, 0, 0.13, 0.07),
      },
      {
        name: 'rose', title: 'Rose', tone: 2, bound: [0.98, tip + 0.1, 0, 0.36],
        distance: (x, y, z) => {
          const u = (x - 0.96) * 0.64 + (y - tip - 0.08) * 0.768; // along the spout
          const v = (x - 0.96) * 0.768 - (y - tip - 0.08) * 0.64;
          return frustum(v, u, z, 0.07, 0.22, 0.12, 0.02);
        },
      },
      {
        name: 'handle', title: 'Handle', tone: 1, bound: [left - 0.2, half * 2 + 0.02, 0, 0.74],
        distance: (x, y, z) => {
          const bow = Math.max(torus(x - left + 0.2, z, y - half * 1.9, 0.52, 0.0675), Math.min(half * 1.6 - y, x - left + 0.3));
          return Math.max(bow, -frustum(x - left, y - half, z, foot - 0.03, foot * 0.86 - 0.03, half - 0.02, 0.02));
        },
      },
    ];
  },
};
