/** Where an arrow key leads among the spots of a figure. Geometry; focuses nothing. */
export interface Place {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

/** Sorting by the first that differs. */
const before = (a: readonly [number, number], b: readonly [number, number]) => a[0] - b[0] || a[1] - b[1];

/**
 * Right leads to the spot that is next in x (of several at one x the nearest in height), and so on; Home and End to the first and last in x.
 * Every spot can be reached; `undefined` for other keys, and at an end.
 */
export function walk(spots: readonly Place[], from: string, key: string): string | undefined {
  const here = spots.find(({ id }) => id === from);
  if (!here) return undefined;
  const next = (along: 'x' | 'y', sign: 1 | -1) => {
    const across = along === 'x' ? 'y' : 'x';
    const index = spots.indexOf(here);
    return spots
      .map((spot, i) => ({ spot, rank: [sign * (spot[along] - here[along]), Math.abs(spot[across] - here[across])] as const, tied: spot.x === here.x && spot.y === here.y && sign * (i - index) > 0 }))
      .filter(({ rank, tied }) => rank[0] > 1e-6 || tied)
      .sort((a, b) => before(a.rank, b.rank))[0]?.spot.id;
  };
  const byX = () => [...spots].sort((a, b) => before([a.x, a.y], [b.x, b.y]));
  switch (key) {
    case 'ArrowRight':
      return next('x', 1);
    case 'ArrowLeft':
      return next('x', -1);
    case 'ArrowUp':
      return next('y', -1);
    case 'ArrowDown':
      return next('y', 1);
    case 'Home':
      return byX()[0]?.id;
    case 'End':
      return byX().at(-1)?.id;
    default:
      return undefined;
  }
}
