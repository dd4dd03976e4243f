/** A toy fish standing on its belly fins: body, tail, back fin, belly fins, eyes. Not the shark. */
import { blend, ellipsoid, extrude, sphere, triangle } from '../primitives.ts';
import { vary, type ObjectClass } from './object.ts';

export const fish: ObjectClass = {
  id: 'fish',
  title: 'Fish',
  size: 1.14,
  parts([a, b, c, d]) {
    const high = vary(a, 0.44, 0.56);
    const thick = vary(b, 0.22, 0.3);
    const tail = vary(c, 0.38, 0.52);
    const crest = vary(d, 0.2, 0.36);
    const middle = high + 0.14;
    return [
      {
        name: 'body', title: 'Body', tone: 0, bound: [0.2, middle, 0, 0.95],
        distance: (x, y, z) =>
          blend(ellipsoid(x - 0.24, y - middle, z, 0.72, high, thick), ellipsoid(x + 0.36, y - middle, z, 0.34, 0.14, 0.09), 0.2) * 0.85,
      },
      {
        name: 'tail', title: 'Tail fin', tone: 1, bound: [-0.78, middle, 0, 0.62],
        distance: (x, y, z) => {
          const lobe = triangle(x, Math.abs(y - middle), -0.5, -0.05, -0.98, tail, -0.8, 0);
          return extrude(Math.min(lobe, triangle(x, Math.abs(y - middle), -0.5, 0.1, -0.5, -0.1, -0.98, tail)), z, 0.045, 0.03);
        },
      },
      {
        name: 'back-fin', title: 'Back fin', tone: 1, bound: [0.12, middle + high, 0, 0.6],
        distance: (x, y, z) =>
          extrude(triangle(x, y, 0.56, middle + high * 0.72, -0.28, middle + high * 0.6, -0.1, middle + high + crest), z, 0.045, 0.03),
      },
      {
        name: 'belly-fins', title: 'Belly fins', tone: 2, bound: [0.18, 0.26, 0, 0.52],
        distance: (x, y, z) =>
          extrude(triangle(x, y, 0.42, 0.42, 0.0, 0.4, -0.02, 0), Math.abs(z) - 0.04 - (0.45 - y) * 0.42, 0.045, 0.03) * 0.85,
      },
      {
        name: 'eyes', title: 'Eyes', tone: 3, bound: [0.66, middle + 0.1, 0, 0.36],
        distance: (x, y, z) => sphere(x - 0.66, y - middle - 0.1, Math.abs(z) - thick * 0.72, 0.095),
      },
    ];
  },
};
