/** A mug: body, handle, drink. Not the cup with a saucer. */
import { cylinder, frustum, torus } from '../primitives.ts';
import { vary, type ObjectClass } from './object.ts';

export const mug: ObjectClass = {
  id: 'mug',
  title: 'Mug',
  size: 0.88,
  parts([a, b, c]) {
    const high = vary(a, 0.68, 0.82);
    const top = vary(b, 0.62, 0.7);
    const foot = top * vary(c, 0.8, 1);
    const left = -0.22;
    const reach = top + left - 0.03;
    return [
      {
        name: 'body', title: 'Body', tone: 0, bound: [left, high, 0, 1.1],
        distance: (x, y, z) =>
          Math.max(
            frustum(x - left, y - high, z, foot, top, high, 0.05),
            -frustum(x - left, y - high - 0.1, z, foot - 0.09, top - 0.09, high, 0.03),
          ),
      },
      {
        name: 'handle', title: 'Handle', tone: 1, bound: [reach, high, 0, 0.66],
        distance: (x, y, z) => {
          const ring = torus(x - reach, z, (y - high) * 0.85, 0.42, 0.1075);
          return Math.max(ring, -cylinder(x - left, y - high, z, (foot + top) / 2 - 0.06, 2, 0.01));
        },
      },
      {
        name: 'drink', title: 'Drink', tone: 3, bound: [left, high * 1.62, 0, 0.66],
        distance: (x, y, z) => cylinder(x - left, y - high * 1.62, z, top - 0.075, 0.04, 0.01),
      },
    ];
  },
};
