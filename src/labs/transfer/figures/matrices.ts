/** Findings as tables that are figures: whose feature is shown to whom, kind to kind, whose maps agree. Pure; draws nothing. */
import type { CountedEstimate } from '../../../fields/bootstrap.ts';
import { reordered } from '../../../draw/figure/dendrogram.ts';
import type { Estimate } from '../../../draw/figure/marks.ts';
import type { Head, Matrix } from '../../../draw/figure/matrix.ts';
import type { TransferChoice } from '../../../state/view.ts';
import type { AgreementKind } from '../../../studies/transfer/agreement.ts';
import type { CellFinding, RowFinding, TransferFindings } from '../../../studies/transfer/findings.ts';
import { transferClusters } from '../../../studies/transfer/order.ts';
import { harmonisedRow, randomRow, type RowModel } from '../../../studies/transfer/rows.ts';
import type { MeanFinding } from '../../../studies/transfer/table.ts';

export type Measure = TransferChoice['measure'];
type Three = Readonly<Record<Measure, CountedEstimate>>;

/** 0.864 → 86: shares in whole hundredths fit into cells. */
export const hundredths = (share: number): string => (Number.isFinite(share) ? String(Math.round(100 * share)).replace('-', '−') : '–');

export const MEASURES = {
  kept: { title: 'Accuracy kept', words: 'accuracy kept, % of that on the whole images' },
  accuracy: { title: 'Accuracy', words: 'accuracy, %' },
  probability: { title: 'Probability', words: 'mean probability of the class, %' },
} as const satisfies Record<Measure, { readonly title: string; readonly words: string }>;

/** What is not a number is not drawn; what has no interval has none. */
export function estimateOf({ value, low, high }: CountedEstimate): Estimate | undefined {
  if (!Number.isFinite(value)) return undefined;
  return { mean: value, ...(Number.isFinite(low) && Number.isFinite(high) ? { low, high } : {}) };
}
const of = (finding: Three | undefined, measure: Measure): Estimate | undefined => finding && estimateOf(finding[measure]);

const KINDS: Readonly<Record<string, string>> = { convolution: 'Convolution', attention: 'Attention', other: 'Other' };
export const kindTitle = (mixes: string): string => KINDS[mixes] ?? mixes;

/** Weak and misled models stand apart: no mean is over them. */
const groupOf = (members: ReadonlySet<string>) => (model: RowModel) => (members.has(model.id) ? kindTitle(model.mixes) : 'Not voting');

/** Members by kind and family, in the order in which these appear; then the others. Places in `models`. */
function byFamily({ models, members }: TransferFindings): number[] {
  const own = new Set(members);
  const families = [...new Set(models.map(({ family }) => family))];
  const rank = ({ id, mixes, family }: RowModel) => (own.has(id) ? 0 : 1000) + 100 * Object.keys(KINDS).indexOf(mixes) + families.indexOf(family);
  return Array.from(models.keys()).sort((a, b) => rank(models[a]!) - rank(models[b]!) || a - b);
}

interface Order {
  /** Places in the models. */
  readonly models: readonly number[];
  readonly tree?: Matrix['columnTree'];
}

/** Models that serve each other well stand together: average linkage over the mean of both ways. */
function clustered(findings: TransferFindings, measure: Measure): Order {
  const found = findings.models.length < 3 ? undefined : transferClusters(findings, measure);
  return found ? { models: found.order, tree: reordered(found.tree, found.order) } : { models: Array.from(findings.models.keys()) };
}

const MEAN_RANDOM = randomRow(harmonisedRow('mean'));

/** Generators, harmonised, controls, and means over the members at the ends. Rows that no image has are left out. */
export function transferMatrix(findings: TransferFindings, { measure, order: wanted }: Pick<TransferChoice, 'measure' | 'order'>): Matrix {
  const { models, members, rows, testers } = findings;
  const order: Order = wanted === 'clustered' ? clustered(findings, measure) : { models: byFamily(findings) };
  const group = wanted === 'clustered' ? () => 'Models' : groupOf(new Set(members));
  const seen = (row: RowFinding | undefined): row is RowFinding => row !== undefined && row.cells.some((cell) => cell !== undefined);
  const generators = order.models.map((at) => rows[at]).filter(seen);
  const extra = (kinds: readonly string[]) => rows.filter(({ row }) => kinds.includes(row.kind) && (row.kind !== 'random' || row.id === MEAN_RANDOM)).filter(seen);
  const [harmonised, controls] = [extra(['harmonised']), extra(['random', 'control'])];
  const head = (at: number): Head => ({ id: models[at]!.id, title: models[at]!.title, group: group(models[at]!) });
  const line = (cells: readonly (CellFinding | undefined)[], mean: MeanFinding | undefined) => [...order.models.map((at) => of(cells[at], measure)), of(mean, measure)];
  return {
    rowTitle: 'Shown: the feature of',
    columnTitle: 'to',
    rows: [
      ...generators.map(({ row }) => head(models.findIndex(({ id }) => id === row.id))),
      ...harmonised.map(({ row }): Head => ({ id: row.id, title: row.title, group: 'Harmonised' })),
      ...controls.map(({ row }): Head => ({ id: row.id, title: row.title, group: 'Controls', quiet: true })),
      { id: 'mean', title: 'Mean of members’ features', group: 'Mean', quiet: true },
      ...(measure === 'kept' ? [] : [{ id: 'whole', title: 'The whole image', group: 'Mean', quiet: true }]),
    ],
    columns: [...order.models.map(head), { id: 'mean', title: 'Mean of members', group: 'Mean', quiet: true }],
    values: [
      ...[...generators, ...harmonised, ...controls].map(({ cells, mean }) => line(cells, mean)),
      [...order.models.map((at) => of(testers[at]!.mean, measure)), of(findings.offDiagonal, measure)],
      ...(measure === 'kept' ? [] : [[...order.models.map((at) => estimateOf(measure === 'accuracy' ? testers[at]!.clean : testers[at]!.cleanProbability)), undefined]]),
    ],
    ramp: { kind: 'sequential', low: 0, high: 1 },
    format: hundredths,
    measure: MEASURES[measure].words,
    ...(order.tree ? { columnTree: order.tree } : {}),
  };
}

/** From family to family, members only; a family of one has no pair with itself. */
export function familyMatrix({ families }: TransferFindings, measure: Measure): Matrix {
  const names = [...new Set(families.flatMap(({ from, to }) => [from, to]))];
  const heads = names.map((title): Head => ({ id: title, title }));
  return {
    rowTitle: 'Features of',
    columnTitle: 'shown to',
    rows: heads,
    columns: heads,
    values: names.map((from) => names.map((to) => of(families.find((one) => one.from === from && one.to === to), measure))),
    ramp: { kind: 'sequential', low: 0, high: 1 },
    format: hundredths,
    measure: MEASURES[measure].words,
  };
}

export const AGREEMENTS = {
  spearman: { title: 'Rank correlation', words: 'Spearman’s rank correlation of the maps' },
  ssim: { title: 'SSIM', words: 'structural similarity of the maps' },
  overlap: { title: 'Overlap', words: 'share that the chosen regions have in common, of both together' },
} as const satisfies Record<AgreementKind, { readonly title: string; readonly words: string }>;

/** Both halves are the same; the last column is how spread out each model's own map is. */
export function agreementMatrix(findings: TransferFindings, kind: AgreementKind): Matrix {
  const { models, agreement, members } = findings;
  const order = byFamily(findings);
  const group = groupOf(new Set(members));
  const pair = new Map(agreement.pairs.map((one) => [one.pair.join(), one]));
  const heads = order.map((at): Head => ({ id: models[at]!.id, title: models[at]!.title, group: group(models[at]!) }));
  return {
    rowTitle: 'Map of',
    columnTitle: 'beside that of',
    rows: heads,
    columns: [...heads, { id: 'entropy', title: 'Entropy of its map', group: 'Spread', quiet: true }],
    values: order.map((a) => [
      ...order.map((b) => { const found = pair.get([Math.min(a, b), Math.max(a, b)].join()); return found && estimateOf(found[kind]); }),
      agreement.entropy[a] && estimateOf(agreement.entropy[a]),
    ]),
    ramp: { kind: 'sequential', low: 0, high: 1 },
    format: (value) => value.toFixed(2).replace('-', '−').replace('0.', '.'),
    measure: AGREEMENTS[kind].words,
  };
}
