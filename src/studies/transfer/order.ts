/** In which order models stand in a transfer matrix: by family, or by what they make of each other's features. Draws nothing. */
import { cluster, type Clustering } from '../../fields/cluster.ts';
import type { TransferFindings } from './findings.ts';
import type { RowModel } from './rows.ts';

/** Places of the models, those of a family side by side, families as they come first. */
export function familyOrder(models: readonly Pick<RowModel, 'family'>[]): readonly number[] {
  const families = [...new Set(models.map(({ family }) => family))];
  return families.flatMap((family) => models.flatMap((model, at) => (model.family === family ? [at] : [])));
}

/**
 * By average linkage: two models are alike as the mean probability of the class when each is shown the other's feature. `undefined` while a pair has no
 * number (fields/cluster.ts).
 */
export function transferClusters({ models, rows }: Pick<TransferFindings, 'models' | 'rows'>): Clustering | undefined {
  const generators = models.map(({ id }) => rows.find(({ row }) => row.id === id));
  const similarity = generators.map((row, i) => models.map((_, j) => (i === j ? 1 : (row?.cells[j]?.probability.value ?? Number.NaN))));
  return similarity.flat().every(Number.isFinite) ? cluster(similarity) : undefined;
}
