/** A teapot: round body, lid with a knob, curved spout, ear-shaped handle. Not the kettle. */
import { blend, ellipsoid, rod, sphere, torus } from '../primitives.ts';
import { vary, type ObjectClass } from './object.ts';

export const teapot: ObjectClass = {
  id: 'teapot',
  title: 'Teapot',
  size: 1.1,
  parts([a, b, c]) {
    const radius = vary(a, 0.58, 0.66);
    const high = vary(b, 0.46, 0.58);
    const tip = vary(c, 0.86, 1.08);
    return [
      {
        name: 'body', title: 'Body', tone: 0, bound: [0, high, 0, 0.75],
        distance: (x, y, z) =>
          Math.max(ellipsoid(x, y - high, z, radius, high * 1.04, radius), Math.max(-y, y - high * 1.86)),
      },
      {
        name: 'lid', title: 'Lid', tone: 2, bound: [0, high * 1.95, 0, 0.48],
        distance: (x, y, z) => {
          const dome = Math.max(ellipsoid(x, y - high * 1.82, z, radius * 0.58, 0.16, radius * 0.58), high * 1.8 - y);
          return blend(dome, sphere(x, y - high * 1.82 - 0.24, z, 0.105), 0.05);
        },
      },
      {
        name: 'spout', title: 'Spout', tone: 1, bound: [0.78, 0.66, 0, 0.68],
        distance: (x, y, z) => {
          const lower = rod(x, y, z, 0.42, high * 0.72, 0, 0.8, high * 1.05, 0, 0.2, 0.13);
          const upper = rod(x, y, z, 0.8, high * 1.05, 0, 1.02, tip, 0, 0.13, 0.085);
          const pipe = blend(lower, upper, 0.12);
          return Math.max(pipe, -rod(x, y, z, 0.95, tip - 0.1, 0, 1.12, tip + 0.22, 0, 0.05, 0.05));
        },
      },
      {
        name: 'handle', title: 'Handle', tone: 1, bound: [-0.7, high, 0, 0.6],
        distance: (x, y, z) =>
          Math.max(torus(x + 0.66, z, (y - high * 1.05) * 0.95, 0.36, 0.085), -ellipsoid(x, y - high, z, radius * 0.94, high, radius * 0.94)),
      },
    ];
  },
};
