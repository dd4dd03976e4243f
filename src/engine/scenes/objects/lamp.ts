/** A table lamp: shade, stem, base, pull cord. Not the desk lamp with an arm. */
import { cylinder, frustum, rod, sphere } from '../primitives.ts';
import { vary, type ObjectClass } from './object.ts';

export const lamp: ObjectClass = {
  id: 'table-lamp',
  title: 'Table lamp',
  size: 1.0,
  parts([a, b, c, d]) {
    const low = vary(a, 0.66, 0.82);
    const high = vary(b, 0.32, 0.5);
    const half = vary(c, 0.34, 0.44);
    const bulge = vary(d, 0.06, 0.2);
    const middle = 1.92 - half;
    return [
      {
        name: 'shade', title: 'Shade', tone: 0, bound: [0, middle, 0, 0.95],
        distance: (x, y, z) =>
          Math.max(
            frustum(x, y - middle, z, low, high, half, 0.02),
            -frustum(x, y - middle, z, low - 0.05, high - 0.05, half + 0.02, 0.01),
          ),
      },
      {
        name: 'stem', title: 'Stem', tone: 1, bound: [0, 0.95, 0, 0.9],
        distance: (x, y, z) =>
          Math.min(cylinder(x, y - 0.95, z, 0.07, 0.82, 0.02), rod(x, y, z, 0, 0.35, 0, 0, 0.75, 0, bulge + 0.06, bulge * 0.5 + 0.06)),
      },
      {
        name: 'base', title: 'Base', tone: 2, bound: [0, 0.08, 0, 0.56],
        distance: (x, y, z) => frustum(x, y - 0.09, z, 0.5, 0.4, 0.09, 0.03),
      },
      {
        name: 'cord', title: 'Pull cord', tone: 3, bound: [0.34, 1.02, 0.2, 0.4],
        distance: (x, y, z) =>
          Math.min(rod(x, y, z, 0.34, 0.8, 0.2, 0.34, 1.3, 0.2, 0.022, 0.022), sphere(x - 0.34, y - 0.76, z - 0.2, 0.075)),
      },
    ];
  },
};
