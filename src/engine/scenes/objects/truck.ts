/** A toy truck: cargo box, cab, windscreen and windows, chassis, wheels. Not the pick-up or the bus. */
import { box } from '../primitives.ts';
import { wheelPair } from './car.ts';
import { vary, type ObjectClass } from './object.ts';

export const truck: ObjectClass = {
  id: 'truck',
  title: 'Truck',
  size: 0.92,
  parts([a, b, c, d]) {
    const wheel = vary(a, 0.17, 0.21);
    const cargo = vary(b, 0.4, 0.5);
    const cab = vary(c, 0.3, 0.38);
    const length = vary(d, 0.6, 0.66);
    const deck = wheel * 1.5;
    return [
      {
        name: 'cargo', title: 'Cargo box', tone: 0, bound: [0.42 - length - 0.1, deck + 0.05 + cargo, 0, 0.98],
        distance: (x, y, z) => box(x - 0.32 + length, y - deck - 0.06 - cargo, z, length, cargo, 0.44, 0.04),
      },
      {
        name: 'cab', title: 'Cab', tone: 1, bound: [0.68, deck + cab, 0, 0.66],
        distance: (x, y, z) => box(x - 0.69, y - deck - cab + 0.06, z, 0.31, cab, 0.4, 0.09),
      },
      {
        name: 'windows', title: 'Windows', tone: 3, bound: [0.72, deck + cab * 1.25, 0, 0.56],
        distance: (x, y, z) => {
          const v = y - deck - cab * 1.3 + 0.04;
          const front = box(x - 1, v, z, 0.014, cab * 0.4, 0.29, 0.01);
          return Math.min(front, box(x - 0.72, v, Math.abs(z) - 0.4, 0.17, cab * 0.4, 0.014, 0.01));
        },
      },
      {
        name: 'chassis', title: 'Chassis', tone: 2, bound: [0, deck, 0, 1.08],
        distance: (x, y, z) => box(x, y - deck, z, 0.97, 0.07, 0.34, 0.02),
      },
      {
        name: 'wheels', title: 'Wheels', tone: 2, bound: [-0.1, wheel, 0, 1.14],
        distance: (x, y, z) => Math.min(wheelPair(x + 0.02, y, z, 0.66, 0.4, wheel), wheelPair(x + 0.22, y, z, 0.03, 0.4, wheel)),
      },
    ];
  },
};
