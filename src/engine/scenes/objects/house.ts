/** A toy house: walls, pitched roof, chimney, door, windows. Not the tower block. */
import { box, extrude, triangle } from '../primitives.ts';
import { vary, type ObjectClass } from './object.ts';

export const house: ObjectClass = {
  id: 'house',
  title: 'House',
  size: 0.8,
  parts([a, b, c, d]) {
    const wall = vary(a, 0.38, 0.46);
    const pitch = vary(b, 0.45, 0.68);
    const deep = vary(c, 0.5, 0.62);
    const stack = vary(d, -0.42, 0.42);
    const eave = wall * 2;
    return [
      {
        name: 'walls', title: 'Walls', tone: 0, bound: [0, wall + 0.2, 0, 1.2],
        distance: (x, y, z) =>
          Math.min(box(x, y - wall, z, 0.76, wall, deep, 0.02), extrude(triangle(z, y, -deep, eave, deep, eave, 0, eave + pitch - 0.06), x, 0.76, 0.01)),
      },
      {
        name: 'roof', title: 'Roof', tone: 1, bound: [0, eave + 0.2, 0, 1.22],
        distance: (x, y, z) => {
          const w = deep + 0.13;
          const drop = 0.14 * pitch / deep;
          const outer = triangle(z, y, -w, eave - drop, w, eave - drop, 0, eave + pitch + 0.1);
          const inner = triangle(z, y, -w, eave - drop - 0.12, w, eave - drop - 0.12, 0, eave + pitch - 0.03);
          return extrude(Math.max(outer, -inner), x, 0.9, 0.01);
        },
      },
      {
        name: 'chimney', title: 'Chimney', tone: 2, bound: [stack, eave + pitch * 0.8, 0.2, 0.46],
        distance: (x, y, z) =>
          Math.min(box(x - stack, y - eave - pitch * 0.75, z - 0.2, 0.11, 0.38, 0.11, 0.01), box(x - stack, y - eave - pitch * 0.75 - 0.36, z - 0.2, 0.145, 0.05, 0.145, 0.01)),
      },
      {
        name: 'door', title: 'Door', tone: 2, bound: [0, wall * 0.62, 0, 0.8],
        distance: (x, y, z) => box(x, y - wall * 0.62, Math.abs(z) - deep, 0.16, wall * 0.62, 0.035, 0.01),
      },
      {
        name: 'windows', title: 'Windows', tone: 3, bound: [0, wall * 1.1, 0, 1],
        distance: (x, y, z) =>
          Math.min(
            box(Math.abs(x) - 0.46, y - wall * 1.1, Math.abs(z) - deep, 0.15, 0.17, 0.03, 0.01),
            box(Math.abs(x) - 0.76, y - wall * 1.1, z, 0.03, 0.17, 0.18, 0.01),
          ),
      },
    ];
  },
};
