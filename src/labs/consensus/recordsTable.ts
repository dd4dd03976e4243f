/** Every record as lines of CSV: one an image and model, the consensus, the ensemble and the controls among them. Builds text; hands nothing out. */
import { toCsv } from '../../fields/csv.ts';
import type { ConsensusRecord } from '../../studies/consensus/record.ts';

const HEADER = ['image', 'standing', 'class', 'explained', 'right', 'probability', 'cosine', 'pearson', 'spearman', 'distance', 'average precision', 'ROC AUC', 'map entropy', 'votes', 'ms'];
type Cell = string | number;
const cell = (value: number | string | boolean | null | undefined): Cell => (value === null || value === undefined ? '' : typeof value === 'boolean' ? String(value) : value);

export function recordsCsv(records: readonly ConsensusRecord[], classes: readonly string[]): string {
  const rows = records.flatMap((record): Cell[][] => {
    const about = [record.name, record.kind, classes[record.target] ?? record.target];
    if (record.kind === 'left out') return [[...about, '', ...record.wrong.length > 0 ? [`${record.wrong.join(' ')} err`] : [''], ...Array.from({ length: HEADER.length - 5 }, () => '')]];
    const { consensus, ensemble, controls } = record;
    const whole = (name: string, averagePrecision: number | null, rocAuc: number | null, entropy: number | null | undefined, spearman: number | null | undefined, ms?: number): Cell[] =>
      [...about, name, '', '', '', '', cell(spearman), '', cell(averagePrecision), cell(rocAuc), cell(entropy), '', cell(ms)];
    return [
      ...record.models.map((one) => [...about, one.id, ...[one.correct, one.probability, one.cosine, one.pearson, one.spearman, one.distance, one.averagePrecision, one.rocAuc, one.entropy, record.voters.includes(one.id), one.ms].map(cell)]),
      whole('consensus', consensus.averagePrecision, consensus.rocAuc, consensus.entropy, undefined),
      ...(ensemble ? [whole('ensemble', ensemble.averagePrecision, ensemble.rocAuc, ensemble.entropy, ensemble.spearman, ensemble.ms)] : []),
      whole('chance', controls.chance, controls.chance === null ? null : 0.5, undefined, undefined),
      whole('centre Gaussian', controls.centre.averagePrecision, controls.centre.rocAuc, undefined, undefined),
      whole('edge detector', controls.edges.averagePrecision, controls.edges.rocAuc, undefined, undefined),
    ];
  });
  return toCsv(HEADER, rows);
}
