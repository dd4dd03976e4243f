/** The findings of a transfer study as Markdown, so that what is printed can stand on a page. Computes nothing. */
import type { CountedEstimate, Estimate } from '../../fields/bootstrap.ts';
import { claimsOf } from './claims.ts';
import { BEST, GENERATORS, OTHER_FAMILIES, RANDOM, type Comparison } from './comparisons.ts';
import type { CurveLine } from './curves.ts';
import type { GroupFinding, RowFinding, TransferFindings } from './findings.ts';
import type { MaskedFindings } from './masked.ts';
import { rowsOf } from './rows.ts';
import { CHOSEN, type TransferSettings } from './settings.ts';
import type { MeanFinding } from './table.ts';

const percent = (share: number): string => (Number.isFinite(share) ? (100 * share).toFixed(1).replace('-', '−') : '–');
const range = ({ low, high }: Estimate): string => `${percent(low)} to ${percent(high)}`;
const estimate = (found: CountedEstimate | undefined): string => (found && Number.isFinite(found.value) ? `${percent(found.value)} (${range(found)})` : '–');
const plain = ({ value, low, high }: Estimate): string => (Number.isFinite(value) ? `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`.replaceAll('-', '−') : '–');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** 'the 20 % of pixels with the largest values, magnitude'. */
export function regionWords({ region, share, level, side, stride, windows, reduction }: TransferSettings): string {
  const sign = reduction === 'absolute' ? 'magnitude of the map' : 'what in the map speaks for the class';
  switch (region) {
    case 'top':
      return `the ${percent(share)} % of pixels with the largest values (${sign})`;
    case 'threshold':
      return `values from ${percent(level)} % of the largest on (${sign})`;
    case 'windows':
      return `the best ${windows} windows of ${side} × ${side} pixels at every ${stride} (${sign})`;
    default:
      return region satisfies never;
  }
}

const FILL_WORDS = { black: 'black', mean: 'the mean colour of the training scenes', grey: 'grey', blurred: 'the blurred image', noise: 'noise' } as const satisfies Record<TransferSettings['fill'], string>;

/** What every number hangs on, in a sentence or two. */
export const protocolWords = (settings: TransferSettings): string =>
  `Shown: ${regionWords(settings)}; elsewhere ${FILL_WORDS[settings.fill]}. What is harmonised ${settings.leaveOut ? 'for a member is made without its own map' : 'is made with the tester’s own map too'}. ` +
  `Random regions are the same features mirrored, turned and shifted (${settings.draws ?? 1} ${(settings.draws ?? 1) === 1 ? 'draw' : 'draws'}).`;

const means = ({ accuracy, kept, probability }: MeanFinding): string[] => [estimate(accuracy), estimate(kept), estimate(probability)];
const MEANS = ['accuracy', 'accuracy kept', 'mean probability'] as const;

function matrix({ models, rows }: TransferFindings): string {
  const shown = rows.filter(({ cells }) => cells.some((cell) => cell));
  return table(
    ['shown', 'share', ...models.map(({ id }) => id)],
    shown.map(({ row, area, cells }) => [row.title, percent(area), ...cells.map((cell) => percent(cell?.kept.value ?? Number.NaN))]),
  );
}

const rowLines = (rows: readonly RowFinding[]): string =>
  table(['shown', 'share', 'compactness', ...MEANS], rows.filter(({ mean }) => mean.accuracy.n > 0).map(({ row, area, compactness, mean }) => [row.title, percent(area), Number.isFinite(compactness) ? compactness.toFixed(2) : '–', ...means(mean)]));

const groupLines = (groups: readonly GroupFinding[]): string => table(['from', 'to', 'pairs', ...MEANS], groups.map((group) => [group.from, group.to, String(group.pairs), ...means(group)]));

/** What a side of a comparison is called. */
export function sideWords(side: string, titles: ReadonlyMap<string, string>): string {
  switch (side) {
    case GENERATORS:
      return 'single generators';
    case OTHER_FAMILIES:
      return 'single generators, shown to other families';
    case BEST:
      return 'the best single generator';
    case RANDOM:
      return 'matched random regions';
    default:
      return titles.get(side) ?? side;
  }
}

const comparisonLines = (comparisons: readonly Comparison[], titles: ReadonlyMap<string, string>): string =>
  table(
    ['of', 'against', 'shares shown', 'accuracy: difference in points', 'probability: difference in points', 'images'],
    comparisons.map(({ of, against, areas, accuracy, probability }) => [sideWords(of, titles), sideWords(against, titles), areas.map(percent).join(' / '), estimate(accuracy), estimate(probability), String(accuracy.n)]),
  );

const curveLines = (curves: readonly CurveLine[]): string => {
  const levels = curves[0]?.points ?? [];
  return table(['accuracy kept', ...levels.map(({ level, share }) => (level === CHOSEN ? `chosen: ${percent(share)} %` : `${percent(share)} %`))], curves.map(({ title, points }) => [title, ...points.map(({ kept }) => estimate(kept))]));
};

const maskedLines = ({ masked, twin, lines }: MaskedFindings, titles: ReadonlyMap<string, string>): string =>
  table(['shown', `${masked}: accuracy`, `${twin}: accuracy`, 'difference in points'], lines.filter((line) => line.difference.accuracy.n > 0).map((line) => [sideWords(line.id, titles), estimate(line.masked.accuracy), estimate(line.twin.accuracy), estimate(line.difference.accuracy)]));

/** 'scene 36012 (no map of vgg-7; no answer of vit-3)'. */
export function lostWords({ name, maps, reactions }: TransferFindings['lost'][number], titleOf: (id: string) => string = (id) => id): string {
  const list = (what: string, ids: readonly string[]) => (ids.length > 0 ? [`no ${what} of ${ids.map(titleOf).join(', ')}`] : []);
  return `${name} (${[...list('map', maps), ...list('answer', reactions)].join('; ')})`;
}

/** The whole report. `head`: the protocol that this study shares with others (method, models, images, seed). */
export function printTransfer(head: string, settings: TransferSettings, findings: TransferFindings): string {
  const titles = new Map(rowsOf(findings.models).map(({ id, title }) => [id, title]));
  const { drawn, kept, agreement, lost } = findings;
  const missing = lost.length === 0 ? '' : ` Something failed on ${lost.length} of them: ${lost.map((one) => lostWords(one)).join(', ')}. It is in no number.`;
  const entropies = table(['model', 'clean accuracy', 'entropy of its maps', ...MEANS.map((name) => `as tester: ${name}`)], findings.testers.map(({ model, clean, mean }, at) => [model.id, estimate(clean), plain(agreement.entropy[at]!), ...means(mean)]));
  const parts = [
    `${head} ${protocolWords(settings)} ${kept} of ${drawn} images kept: all good members name their class (kept of each class: ${findings.balance.join(', ')}).${missing} Means are over members; intervals 95 % over images. Numbers in per cent.`,
    ...claimsOf(findings).map(({ statement, says }) => `- ${statement} ${says}`),
    '## Accuracy kept, row shown to column', matrix(findings),
    '## Groups', groupLines(findings.groups),
    table(['shown', ...MEANS], [['a member’s own feature to itself', ...means(findings.diagonal)], ['to the other members', ...means(findings.offDiagonal)], ['to members of other families', ...means(findings.otherFamilies)]]),
    '## Rows, over the members', rowLines(findings.rows),
    '## Testers, shown the other members’ features', entropies,
    '## Families', groupLines(findings.families),
    '## Held against each other, image by image', comparisonLines(findings.comparisons, titles),
    ...(findings.curves.length > 0 ? ['## More and more of the image', curveLines(findings.curves)] : []),
    ...(findings.masked ? ['## Missing evidence or unfamiliar input', maskedLines(findings.masked, titles)] : []),
    '## Agreement of the maps and transfer',
    table(['agreement', 'rank correlation with transfer', 'entropy held fixed', 'with entropy'], agreement.lines.map(({ kind, withTransfer, givenEntropy, withEntropy }) => [kind, plain(withTransfer), plain(givenEntropy), plain(withEntropy)])),
    `Spearman’s with structural similarity, over the pairs: ${plain(agreement.measures)}.`,
  ];
  return parts.join('\n\n').replaceAll('\n\n- ', '\n- ');
}
