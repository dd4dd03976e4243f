/** What the declaration of a metric reads like. Pure; the card's own words are the catalogue's. */
import type { MetricEntry } from '../../worker/protocol.ts';

const minus = (value: number) => String(value).replace('-', '−');

/** "−1 to 1, higher is better". */
export const rangeInWords = ({ range: [low, high], better }: Pick<MetricEntry, 'range' | 'better'>): string => `${minus(low)} to ${minus(high)}, ${better} is better`;
