/** A toy rocket: body, nose, four fins, porthole, nozzle. Not the missile lying down. */
import { cylinder, ellipsoid, extrude, frustum, torus, triangle } from '../primitives.ts';
import { vary, type ObjectClass } from './object.ts';

export const rocket: ObjectClass = {
  id: 'rocket',
  title: 'Rocket',
  size: 1.12,
  parts([a, b, c, d]) {
    const radius = vary(a, 0.36, 0.44);
    const neck = vary(b, 1.3, 1.42);
    const spread = vary(c, 0.34, 0.48);
    const port = vary(d, 0.13, 0.17);
    const hull = (x: number, y: number, z: number) => ellipsoid(x, y - 0.82, z, radius, 1.18, radius);
    return [
      {
        name: 'body', title: 'Body', tone: 0, bound: [0, 0.78, 0, 0.8],
        distance: (x, y, z) => Math.max(hull(x, y, z), Math.max(0.2 - y, y - neck)) * 0.9,
      },
      {
        name: 'nose', title: 'Nose', tone: 1, bound: [0, 1.64, 0, 0.58],
        distance: (x, y, z) => Math.max(hull(x, y, z) - 0.012, neck - y) * 0.9,
      },
      {
        name: 'fins', title: 'Fins', tone: 1, bound: [0, 0.42, 0, 0.98],
        distance: (x, y, z) => {
          const flip = Math.abs(x) > Math.abs(z); // four fins in the diagonal planes, folded onto one
          const u = Math.abs(flip ? x : z);
          const w = flip ? z : x;
          const blade = triangle(u, y, radius * 0.6, 0.82, radius * 0.6, 0.2, radius + spread, 0);
          return extrude(blade, w, 0.05, 0.03);
        },
      },
      {
        name: 'porthole', title: 'Porthole', tone: 3, bound: [0, 1.02, 0, 0.52],
        distance: (x, y, z) => {
          const w = Math.abs(z) - radius;
          return Math.min(torus(x, w + 0.02, y - 1.02, port, 0.035), cylinder(x, w + 0.03, y - 1.02, port, 0.045, 0.01));
        },
      },
      {
        name: 'nozzle', title: 'Nozzle', tone: 2, bound: [0, 0.16, 0, 0.34],
        distance: (x, y, z) => frustum(x, y - 0.15, z, 0.26, 0.17, 0.11, 0.02),
      },
    ];
  },
};
