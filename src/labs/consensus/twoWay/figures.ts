/** The two-way findings as figures. Pure. */
import type { Matrix } from '../../../draw/figure/matrix.ts';
import type { StackedShares } from '../../../draw/figure/shares.ts';
import { COMPONENTS, type Component } from '../../../fields/twoWay.ts';
import type { TwoWayFindings } from '../../../studies/twoWay/findings.ts';
import type { TwoWaySetup } from '../../../studies/twoWay/setup.ts';
import { percent } from '../../../ui/numbers.ts';
import { drawn, two } from '../numbers.ts';

const TITLES = { model: 'The model', method: 'The method', interaction: 'Both together', residual: 'Chance: another seed' } as const satisfies Record<Component, string>;

/** Nothing where no image is decomposed. */
export function sharesFigure({ shares, replicated }: TwoWayFindings): StackedShares | undefined {
  if (!shares) return undefined;
  const parts = COMPONENTS.flatMap((id) => {
    const share = drawn(shares[id]);
    const title = id === 'interaction' && !replicated ? 'Both together, and chance' : TITLES[id];
    return share && (id !== 'residual' || replicated) ? [{ id: `component-${id}`, title, share, quiet: id === 'residual' }] : [];
  });
  return { title: 'share of the variation among maps of one image', parts, format: (share) => percent(share, 0) };
}

/** Maps by likeness, in the order of the tree. */
export function likenessMatrix({ cells, matrix, clustering: { tree, order } }: TwoWayFindings, { models, methods }: TwoWaySetup): Matrix | undefined {
  if (cells.length < 2) return undefined;
  const titleOf = (cell: (typeof cells)[number]) => `${models.find(({ id }) => id === cell.model)!.title} · ${methods.find(({ method }) => method.id === cell.method)!.method.title}`;
  const heads = order.map((i) => ({ id: `${cells[i]!.model} ${cells[i]!.method}`, title: titleOf(cells[i]!) }));
  const place = new Map(order.map((leaf, at) => [leaf, at]));
  const moved = tree.map(({ a, b, height }) => ({ a: place.get(a) ?? a, b: place.get(b) ?? b, height }));
  return {
    rowTitle: 'map', columnTitle: 'with the map', rows: heads, columns: heads,
    values: order.map((i) => order.map((j) => (Number.isFinite(matrix[i]![j]!) ? { mean: matrix[i]![j]! } : undefined))),
    ramp: { kind: 'diverging', low: -1, high: 1 }, format: two, measure: 'Spearman’s ρ', rowTree: moved, columnTree: moved,
  };
}
