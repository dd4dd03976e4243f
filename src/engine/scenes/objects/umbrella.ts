/** An open umbrella: canopy, shaft, crook handle, tip. Not the folded one. */
import { cylinder, ellipsoid, frustum, rod, torus } from '../primitives.ts';
import { vary, type ObjectClass } from './object.ts';

export const umbrella: ObjectClass = {
  id: 'umbrella',
  title: 'Umbrella',
  size: 1.07,
  parts([a, b]) {
    const radius = vary(a, 0.9, 1.05);
    const rise = vary(b, 0.5, 0.68);
    const under = 1.72 - rise;
    return [
      {
        name: 'canopy', title: 'Canopy', tone: 0, bound: [0, under + 0.2, 0, 1.16],
        distance: (x, y, z) => {
          const dome = ellipsoid(x, y - under, z, radius, rise, radius);
          return Math.max(Math.max(dome, -0.035 - dome), under + scallop(x, z) - y) * 0.85;
        },
      },
      {
        name: 'shaft', title: 'Shaft', tone: 1, bound: [0, 0.98, 0, 0.75],
        distance: (x, y, z) => cylinder(x, y - 0.98, z, 0.048, 0.72, 0.02),
      },
      {
        name: 'handle', title: 'Handle', tone: 2, bound: [0.12, 0.24, 0, 0.38],
        distance: (x, y, z) =>
          Math.min(
            Math.max(torus(x - 0.15, z, y - 0.22, 0.15, 0.07), y - 0.22),
            Math.min(rod(x, y, z, 0, 0.22, 0, 0, 0.42, 0, 0.07, 0.07), rod(x, y, z, 0.3, 0.22, 0, 0.3, 0.26, 0, 0.07, 0.07)),
          ),
      },
      {
        name: 'tip', title: 'Tip', tone: 3, bound: [0, 1.82, 0, 0.2],
        distance: (x, y, z) => frustum(x, y - 1.82, z, 0.07, 0.03, 0.14, 0.02),
      },
    ];
  },
};

/** The wavy lower edge of the canopy: highest between its eight ribs (a quartic of x and z of eightfold symmetry). */
function scallop(x: number, z: number): number {
  const r2 = x * x + z * z + 1e-6;
  const p = (x * x - z * z) / r2; // cos 2φ
  const q = 2 * p * p - 1; // cos 4φ
  return 0.05 * (1 - (2 * q * q - 1)) * r2;
}
