/** The findings as plain text: tables for a terminal and for notes. Measures nothing. */
import type { CountedEstimate } from '../../fields/bootstrap.ts';
import { CONTROL_TITLES, CONTROLS, type Alignment } from './alignmentFindings.ts';
import { claimsOf, interval, LIKENESS_WORDS, number } from './claims.ts';
import type { ConsensusFindings } from './findings.ts';
import type { Correlates } from './scores.ts';
import type { SizePoint } from './committeeFindings.ts';

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ').trimEnd();
  return [line(header), ...rows.map(line)].join('\n');
}

const section = (title: string, text: string): string => `${title}\n${text}`;

export function printFindings(findings: ConsensusFindings): string {
  const { drawn, kept, classes, rule, likeness, sigma, resamples, seed } = findings;
  const protocol = [
    `${kept} of ${drawn} images kept: ${classes.map((one) => `${one.title} ${one.kept}/${one.drawn}`).join(', ')}`,
    `vote ${rule}, score ${LIKENESS_WORDS[likeness]}${likeness === 'radial-basis' ? ` of the RMS distance, σ ${sigma}` : ''}; 95 % intervals of ${resamples} resamples, seed ${seed}`,
  ].join('\n');
  return [protocol, section('Models', modelTable(findings)), section('Correlation over models', correlationTable(findings)), section('Alignment with the true mask', alignmentTable(findings)), section(`Size of the committee (${LIKENESS_WORDS[findings.committee.kind]}; bands over draws)`, sizeTable(findings)), section('Without some of the voters', dropTable(findings)), section('What that says', claimWords(findings))].join('\n\n');
}

const modelTable = ({ models }: ConsensusFindings): string =>
  table(
    ['model', 'role', 'accuracy', 'right here', 'score', 'average precision', 'ROC AUC', 'entropy', 'ms'],
    models.map(({ model, right, score, averagePrecision, rocAuc, entropy, ms }) => [
      model.id, model.role, number(model.accuracy.test, 3), `${right.hits}/${right.n}`, interval(score, 3), interval(averagePrecision, 3), interval(rocAuc, 3), number(entropy.value, 3), number(ms, 0),
    ]),
  );

const correlationRow = (name: string, kind: 'pearson' | 'spearman', found: Correlates): string[] => [
  name, kind, String(found[kind].both.n), interval(found[kind].models), interval(found[kind].images), interval(found[kind].both), number(found.p[kind], 4), interval(found.partial[kind]),
];

const correlationTable = ({ byAccuracy, byAlignment }: ConsensusFindings): string =>
  table(
    ['score against', 'kind', 'models', 'over models', 'over images', 'over both', 'p', 'partial on entropy'],
    ([['accuracy', byAccuracy], ['average precision', byAlignment]] as const).flatMap(([name, { all, members }]) =>
      ([['all', all], ['members', members]] as const).flatMap(([who, found]) => (['pearson', 'spearman'] as const).map((kind) => correlationRow(`${name}, ${who}`, kind, found)))),
  );

function alignmentTable({ alignment: { n, consensus, ensemble, controls, place, minus } }: ConsensusFindings): string {
  const row = (title: string, found: Alignment, difference?: CountedEstimate) => [title, interval(found.averagePrecision, 3), interval(found.rocAuc, 3), difference ? interval(difference, 3) : ''];
  const rows = [row('consensus', consensus), ...(ensemble ? [row('the ensemble’s explanation', ensemble, minus.ensemble)] : []), ...CONTROLS.map((control) => row(CONTROL_TITLES[control], controls[control], minus[control]))];
  const others = [`mean of the voters: consensus less theirs ${interval(minus.members, 3)}`, ...(minus.best ? [`best voter ${minus.best.id}: consensus less its ${interval(minus.best, 3)}`] : [])];
  return [table(['', 'average precision', 'ROC AUC', 'consensus less this'], rows), ...others, `place of the consensus ${interval(place.rank, 0)} among ${place.among.length} voters and itself, on ${n} images`].join('\n');
}

function sizeTable({ committee: { withAll, halves, ranking, averagePrecision } }: ConsensusFindings): string {
  const sizes = [...new Set([...averagePrecision, ...halves].map(({ size }) => size))].sort((a, b) => a - b);
  const cell = (points: readonly SizePoint[], size: number) => { const point = points.find((one) => one.size === size); return point ? interval({ ...point, value: point.mean }, 3) : ''; };
  return table(['voters', 'with all', 'of two disjoint ones', 'ranking of models (ρ)', 'average precision'], sizes.map((size) => [String(size), ...[withAll, halves, ranking, averagePrecision].map((points) => cell(points, size))]));
}

const dropTable = ({ committee: { drops } }: ConsensusFindings): string =>
  table(['', 'with all', 'average precision', 'change'], drops.map(({ title, likeness, averagePrecision, change }) => [title, interval(likeness, 3), interval(averagePrecision, 3), interval(change, 3)]));

const claimWords = (findings: ConsensusFindings): string => claimsOf(findings).map(({ title, verdict, says }) => `- ${title} ${verdict.toUpperCase()}. ${says}`).join('\n');
