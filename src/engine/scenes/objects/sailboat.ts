/** A sailing boat: hull, mast, mainsail, jib, pennant. Not the motor boat. */
import { cylinder, ellipsoid, extrude, triangle } from '../primitives.ts';
import { vary, type ObjectClass } from './object.ts';

export const sailboat: ObjectClass = {
  id: 'sailboat',
  title: 'Sailing boat',
  size: 1.1,
  parts([a, b, c, d]) {
    const long = vary(a, 0.82, 0.98);
    const deck = vary(b, 0.36, 0.44);
    const tall = vary(c, 1.78, 1.95);
    const boom = vary(d, 0.58, 0.76);
    const foot = deck + 0.16;
    return [
      {
        name: 'hull', title: 'Hull', tone: 0, bound: [0, deck * 0.6, 0, 1.05],
        distance: (x, y, z) => {
          const keel = ellipsoid(x, y - deck, z, long, deck, 0.38);
          return Math.max(Math.max(keel, y - deck - 0.05 * x * x), -ellipsoid(x, y - deck - 0.06, z, long * 0.8, deck * 0.5, 0.28)) * 0.85;
        },
      },
      {
        name: 'mast', title: 'Mast', tone: 1, bound: [0.1, 0.5 * (tall + 0.2), 0, 0.9],
        distance: (x, y, z) => cylinder(x - 0.1, y - 0.5 * (tall + 0.2), z, 0.042, 0.5 * (tall - 0.2), 0.02),
      },
      {
        name: 'mainsail', title: 'Mainsail', tone: 2, bound: [-0.22, (tall + foot) / 2, 0, 0.86],
        distance: (x, y, z) => {
          const plane = triangle(x, y, 0.04, foot, 0.04, tall - 0.1, 0.04 - boom, foot + 0.02);
          return extrude(plane, z - 0.1 * (0.04 - x) * (y - foot), 0.028, 0.015) * 0.9;
        },
      },
      {
        name: 'jib', title: 'Jib', tone: 3, bound: [0.42, (tall + foot) / 2 - 0.1, 0, 0.72],
        distance: (x, y, z) => {
          const plane = triangle(x, y, 0.2, foot + 0.04, 0.17, tall - 0.32, long - 0.16, foot - 0.06);
          return extrude(plane, z + 0.08 * (x - 0.17), 0.024, 0.012) * 0.9;
        },
      },
      {
        name: 'pennant', title: 'Pennant', tone: 0, bound: [-0.02, tall + 0.02, 0, 0.26],
        distance: (x, y, z) => extrude(triangle(x, y, 0.1, tall + 0.1, 0.1, tall - 0.06, -0.22, tall + 0.02), z, 0.02, 0.005),
      },
    ];
  },
};
