/** In which order models stand in a transfer matrix that is ordered by what they make of each other's features. Draws nothing. */
import { cluster, type Clustering } from '../../fields/cluster.ts';
import type { TransferFindings } from './findings.ts';

/**
 * By average linkage: two models are alike as the mean of `measure` when each is shown the other's feature. `undefined` while a pair has no
 * number (fields/cluster.ts).
 */
export function transferClusters({ models, rows }: Pick<TransferFindings, 'models' | 'rows'>, measure: 'kept' | 'accuracy' | 'probability' = 'probability'): Clustering | undefined {
  const generators = models.map(({ id }) => rows.find(({ row }) => row.id === id));
  const similarity = generators.map((row, i) => models.map((_, j) => (i === j ? 1 : (row?.cells[j]?.[measure].value ?? Number.NaN))));
  return similarity.flat().every(Number.isFinite) ? cluster(similarity) : undefined;
}
