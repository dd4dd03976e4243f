/** Findings as the figures of the page: data for `draw/figure`. Pure; measures nothing. */
import type { Curves } from '../../draw/figure/curves.ts';
import type { Scatter, ScatterPoint } from '../../draw/figure/scatter.ts';
import type { WhiskerRow, Whiskers } from '../../draw/figure/whiskers.ts';
import type { CountedEstimate } from '../../fields/bootstrap.ts';
import type { SizePoint } from '../../studies/consensus/committeeFindings.ts';
import type { ConsensusFindings, ModelFinding } from '../../studies/consensus/findings.ts';
import type { Likeness } from '../../studies/consensus/settings.ts';
import { percent } from '../../ui/numbers.ts';
import { drawn, two } from './numbers.ts';

/** What a likeness is called on axes. */
export function likenessWords(likeness: Likeness, sigma: number): string {
  switch (likeness) {
    case 'cosine':
      return 'cosine with the consensus';
    case 'radial-basis':
      return `nearness to the consensus, σ = ${two(sigma)}`;
    case 'pearson':
      return 'Pearson’s r of ranks with the consensus';
    case 'spearman':
      return 'Spearman’s ρ with the consensus';
    default:
      return likeness satisfies never;
  }
}

const byScore = (a: ModelFinding, b: ModelFinding): number => (Number.isNaN(b.score.value) ? -1 : Number.isNaN(a.score.value) ? 1 : b.score.value - a.score.value);

/** Who is like the consensus: a row a model, the most alike first. */
export const scoreRows = ({ models, likeness, sigma }: ConsensusFindings): Whiskers => ({
  axis: { title: likenessWords(likeness, sigma), format: two },
  marks: ['score'],
  columns: ['right'],
  rows: [...models].sort(byScore).map(({ model, score }): WhiskerRow => ({ id: model.id, title: model.title, shape: model.role, estimates: [drawn(score)], cells: [percent(model.accuracy.test, 1)] })),
});

/** Least squares of the points, in their own units; none for fewer than three. */
export function lineThrough(points: readonly { readonly x: number; readonly y: number }[]): { readonly slope: number; readonly intercept: number } | undefined {
  const n = points.length;
  const [mx, my] = [points.reduce((sum, { x }) => sum + x, 0) / n, points.reduce((sum, { y }) => sum + y, 0) / n];
  const spread = points.reduce((sum, { x }) => sum + (x - mx) ** 2, 0);
  if (n < 3 || !(spread > 0)) return undefined;
  const slope = points.reduce((sum, { x, y }) => sum + (x - mx) * (y - my), 0) / spread;
  return { slope, intercept: my - slope * mx };
}

function pointsOf(models: readonly ModelFinding[], x: (finding: ModelFinding) => ScatterPoint['x'] | undefined): ScatterPoint[] {
  return models.flatMap((finding) => {
    const { model, score } = finding;
    const [across, up] = [x(finding), drawn(score)];
    return across && up ? [{ id: model.id, title: model.title, group: model.familyTitle, shape: model.role, x: across, y: up }] : [];
  });
}

function scatterOf(findings: ConsensusFindings, title: string, kind: 'linear' | 'odds', x: (finding: ModelFinding) => ScatterPoint['x'] | undefined): Scatter {
  const points = pointsOf(findings.models, x);
  const fitted = points.filter(({ shape }) => findings.headline === 'all' || shape === 'member');
  const line = lineThrough(fitted.map((point) => ({ x: point.x.mean, y: point.y.mean })));
  return {
    x: { title, kind, ...(kind === 'linear' ? { format: two } : {}) },
    y: { title: likenessWords(findings.likeness, findings.sigma), format: two },
    points,
    fits: line ? [{ ...line, title: `least squares over ${fitted.length} models` }] : [],
  };
}

/** Are good models near the consensus? */
export const byAccuracy = (findings: ConsensusFindings): Scatter =>
  scatterOf(findings, 'accuracy on test scenes', 'odds', ({ model: { accuracy } }) => ({ mean: accuracy.test, low: accuracy.interval[0], high: accuracy.interval[1] }));

/** Are models near the consensus whose maps lie on the object? */
export const byAlignment = (findings: ConsensusFindings): Scatter => scatterOf(findings, 'average precision against the true mask', 'linear', ({ averagePrecision }) => drawn(averagePrecision));

/** Average precision: the consensus and the ensemble, the models, and what knows no model. */
export function alignmentRows({ alignment, models }: ConsensusFindings): Whiskers {
  const { consensus, ensemble, controls } = alignment;
  const row = (id: string, title: string, { averagePrecision, rocAuc }: { readonly averagePrecision: CountedEstimate; readonly rocAuc: CountedEstimate }, more: Partial<WhiskerRow>): WhiskerRow => ({
    id, title, estimates: [drawn(averagePrecision)], cells: [two(rocAuc.value)], ...more,
  });
  const ranked = [...models].sort((a, b) => b.averagePrecision.value - a.averagePrecision.value);
  return {
    axis: { title: 'average precision against the true mask', format: two },
    marks: ['average precision'],
    columns: ['ROC AUC'],
    references: Number.isFinite(controls.chance.averagePrecision.value) ? [{ at: controls.chance.averagePrecision.value, title: 'chance' }] : [],
    rows: [
      row('consensus', 'Consensus', consensus, { shape: 'other', group: 'together' }),
      ...(ensemble ? [row('ensemble', 'Ensemble, mean logit', ensemble, { shape: 'other', group: 'together' })] : []),
      ...ranked.map((finding) => row(finding.model.id, finding.model.title, finding, { shape: finding.model.role, group: 'models' })),
      row('centre', 'Centre Gaussian', controls.centre, { shape: 'other', group: 'controls', quiet: true }),
      row('edges', 'Edge detector', controls.edges, { shape: 'other', group: 'controls', quiet: true }),
    ],
  };
}

const pointOf = ({ size, mean, low, high }: SizePoint) => ({ x: size, y: Number.isFinite(low) && Number.isFinite(high) ? { mean, low, high } : { mean } });
const finite = (points: readonly SizePoint[]) => points.filter(({ mean }) => Number.isFinite(mean)).map(pointOf);

/** How many models does it take? */
export const bySize = ({ committee: { withAll, halves, ranking }, sigma }: ConsensusFindings, kind: Likeness): Curves => ({
  x: { title: 'models in the committee', whole: true },
  y: { title: likenessWords(kind, sigma).replace(' with the consensus', '').replace(' to the consensus', ''), format: two },
  curves: [
    { id: 'with-all', title: 'with all', points: finite(withAll) },
    { id: 'halves', title: 'two that share nobody', points: finite(halves) },
    { id: 'ranking', title: 'ranking of the models', points: finite(ranking) },
  ].filter(({ points }) => points.length > 0),
});

/** Does a larger committee lie better on the object? */
export const precisionBySize = ({ committee: { averagePrecision }, alignment: { controls } }: ConsensusFindings): Curves => ({
  x: { title: 'models in the committee', whole: true },
  y: { title: 'average precision of the consensus', format: two },
  curves: [{ id: 'precision', title: 'consensus', points: finite(averagePrecision) }],
  references: Number.isFinite(controls.chance.averagePrecision.value) ? [{ at: controls.chance.averagePrecision.value, title: 'chance' }] : [],
});

/** What leaving some out does. */
export const withoutRows = ({ committee: { drops } }: ConsensusFindings): Whiskers => ({
  axis: { title: 'change of the consensus’ average precision', format: two, holds: [0] },
  marks: ['change'],
  columns: ['like before'],
  references: [{ at: 0, title: 'no change' }],
  rows: drops.map(({ id, title, dropped, change, likeness }) => ({ id, title: sentence(title), detail: dropped.join(', '), shape: 'other', estimates: [drawn(change)], cells: [two(likeness.value)] })),
});

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
