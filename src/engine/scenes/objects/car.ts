/** A toy car: body, cabin, windows, wheels, lights. Not the estate, the van or the truck. */
import { box, extrude, sphere } from '../primitives.ts';
import { vary, type ObjectClass } from './object.ts';

/** |cylinder along z| of a wheel pair mirrored in x and z, with a hub sunk into it. */
export function wheelPair(x: number, y: number, z: number, apart: number, wide: number, radius: number): number {
  const u = Math.abs(x) - apart;
  const w = Math.abs(z) - wide;
  const v = y - radius;
  const r = Math.sqrt(u * u + v * v);
  return Math.max(extrude(r - radius, w, 0.1, 0.04), -extrude(r - radius * 0.5, w - 0.1, 0.03, 0.01));
}

export const car: ObjectClass = {
  id: 'car',
  title: 'Car',
  size: 1.02,
  parts([a, b, c, d]) {
    const wheel = vary(a, 0.2, 0.26);
    const high = vary(b, 0.2, 0.25);
    const roof = vary(c, 0.25, 0.31);
    const back = vary(d, -0.2, 0);
    const middle = wheel + high * 0.8;
    const cabinY = middle + high + roof - 0.06;
    const slope = (y: number) => 1 - (y - cabinY + roof) * 0.5; // the cabin narrows upwards
    const cabin = (x: number, y: number, z: number, grow: number) => {
      const s = slope(y);
      return box((x - back) / s, y - cabinY, z / (0.6 + 0.4 * s), 0.54 + grow, roof, 0.4 + grow, 0.07) * 0.75;
    };
    return [
      {
        name: 'body', title: 'Body', tone: 0, bound: [0, middle, 0, 1.15],
        distance: (x, y, z) => {
          const w = Math.sqrt((Math.abs(x) - 0.6) * (Math.abs(x) - 0.6) + (y - wheel) * (y - wheel));
          return Math.max(box(x, y - middle, z, 1, high, 0.48, 0.11), -extrude(w - wheel - 0.04, Math.abs(z) - 0.5, 0.16, 0.01));
        },
      },
      { name: 'cabin', title: 'Cabin', tone: 1, bound: [back, cabinY, 0, 0.8], distance: (x, y, z) => cabin(x, y, z, 0) },
      {
        name: 'windows', title: 'Windows', tone: 3, bound: [back, cabinY, 0, 0.84],
        distance: (x, y, z) => {
          const u = (x - back) / slope(y);
          const v = y - cabinY - 0.02;
          const sides = box(Math.abs(u) - 0.24, v, 0, 0.19, roof * 0.62, 1, 0.04);
          const ends = box(z, v, 0, 0.3, roof * 0.62, 1, 0.04);
          return Math.max(cabin(x, y, z, 0.018), Math.min(sides, ends) * 0.7);
        },
      },
      {
        name: 'wheels', title: 'Wheels', tone: 2, bound: [0, wheel, 0, 1.05],
        distance: (x, y, z) => wheelPair(x, y, z, 0.6, 0.42, wheel),
      },
      {
        name: 'lights', title: 'Lights', tone: 3, bound: [0.96, middle + 0.03, 0, 0.46],
        distance: (x, y, z) => sphere(x - 0.96, y - middle - 0.04, Math.abs(z) - 0.3, 0.095),
      },
    ];
  },
};
