/** A map in words and in a few numbers: what a reader of the screen hears instead of the colours. */
import { mapEntropy } from './entropy.ts';
import type { PlaneMap } from './field.ts';
import { percentText } from './percent.ts';
import { massArea } from './regions.ts';

export interface MapFacts {
  /** Σv and Σ|v|. */
  readonly sum: number;
  readonly mass: number;
  /** Σ of the positive values / Σ|v|, 0 … 1. */
  readonly positive: number;
  /** Of a 3 × 3 grid, the part with the largest Σ|v|, and its share of Σ|v|. */
  readonly strongest: string;
  readonly strongestShare: number;
  /** Share of Σ|v| in the tenth of the places with the largest |v|. */
  readonly topTenth: number;
  /** Share of the places that hold half of Σ|v|. */
  readonly halfArea: number;
  /** `mapEntropy`: 0 one place, 1 spread evenly. */
  readonly entropy: number;
  readonly finite: boolean;
}

const rows = ['upper', 'centre', 'lower'] as const;
const columns = ['left', 'centre', 'right'] as const;

function partName(part: number): string {
  const row = rows[Math.floor(part / 3)]!;
  const column = columns[part % 3]!;
  return row === column ? 'centre' : `${row} ${column}`;
}

/** Nine parts of equal size; a place counts to the part that its centre lies in. */
function strongestPart(map: PlaneMap): { part: number; mass: number } {
  const parts = new Float64Array(9);
  for (let y = 0; y < map.height; y++) {
    for (let x = 0; x < map.width; x++) {
      const part = Math.floor(((y + 0.5) * 3) / map.height) * 3 + Math.floor(((x + 0.5) * 3) / map.width);
      parts[part]! += Math.abs(map.data[y * map.width + x]!);
    }
  }
  const part = parts.indexOf(Math.max(...parts));
  return { part, mass: parts[part]! };
}

/** Numbers of a map; shares are NaN where Σ|v| is 0. O(n log n). */
export function mapFacts(map: PlaneMap): MapFacts {
  const { data } = map;
  let sum = 0;
  let mass = 0;
  for (const value of data) {
    sum += value;
    mass += Math.abs(value);
  }
  const sorted = data.map(Math.abs).sort().reverse();
  let top = 0;
  const tenth = Math.max(1, Math.round(data.length / 10));
  for (let i = 0; i < tenth; i++) top += sorted[i]!;
  const strongest = strongestPart(map);
  return {
    sum,
    mass,
    positive: (sum + mass) / (2 * mass),
    strongest: partName(strongest.part),
    strongestShare: strongest.mass / mass,
    topTenth: top / mass,
    halfArea: massArea(map, 0.5),
    entropy: mapEntropy(data),
    finite: Number.isFinite(mass),
  };
}

/** 'strongest in the centre right; 71 % positive; the top tenth of pixels carries 46 % of the mass'. */
export function describeMap(map: PlaneMap, signed: boolean): string {
  const facts = mapFacts(map);
  if (!facts.finite) return 'contains values that are not finite';
  if (facts.mass === 0) return 'zero everywhere';
  const places = facts.strongestShare < 1 / 9 + 0.02 ? 'spread evenly' : `strongest in the ${facts.strongest}`;
  const sign = signed ? `; ${percentText(facts.positive)} positive` : '';
  return `${places}${sign}; the top tenth of pixels carries ${percentText(facts.topTenth)} of the mass`;
}
