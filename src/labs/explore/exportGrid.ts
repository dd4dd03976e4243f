/** The grid as it stands, as a file: pictures, numbers of the selected cell, settings. Builds descriptions; drawing is draw/export.ts. */
import { MARK_SIZE } from '../../draw/contour.ts';
import { gridSize, gridSvg, pictureToUrl, svgToPng, type ExportCell, type ExportGrid } from '../../draw/export.ts';
import { legendOf } from '../../draw/legend.ts';
import { fieldToCsv } from '../../fields/csv.ts';
import { writeNpy } from '../../fields/npy.ts';
import { scaleWords } from '../../fields/scale.ts';
import { SLOTS, type State } from '../../state/store.ts';
import type { View } from '../../state/view.ts';
import { download } from '../../ui/download.ts';
import type { Theme } from '../../ui/useTheme.ts';
import { paramsOf } from '../../state/request.ts';
import { rasterOf, type Look } from './grid/useCellRaster.ts';
import type { Drawn } from './maps.ts';
import type { Grid } from './useGrid.ts';
import { votesCsv, votesOf } from './votes.ts';
import { cellName, paramSummary, votingWords } from './words.ts';

export const EXPORTS = [
  { id: 'png', title: 'Picture, PNG', description: 'the whole grid at twice its size' },
  { id: 'svg', title: 'Picture, SVG', description: 'labels and lines as vectors' },
  { id: 'csv', title: 'Numbers, CSV', description: 'the selected cell, raw values' },
  { id: 'npy', title: 'Numbers, NPY', description: 'the selected cell, raw values' },
  { id: 'votes', title: 'Votes, CSV', description: 'who votes in each column, with which weight' },
  { id: 'json', title: 'Settings, JSON', description: 'everything that made this page' },
] as const;
export type ExportId = (typeof EXPORTS)[number]['id'];

/** What an export is made from. */
export interface Scene {
  readonly state: State;
  readonly grid: Grid;
  readonly look: Look;
  readonly contours: ReadonlyMap<string, string>;
  readonly outline: string | undefined;
  readonly theme: Theme;
  readonly link: string;
}

const CELL = 128;
const COLOURS = {
  light: { ground: '#ffffff', ink: '#17191c', faint: '#55585e', line: '#8b8880' },
  dark: { ground: '#1b1d1f', ink: '#f1efea', faint: '#b0b1b0', line: '#797c80' },
} as const;

/** Makes the file and hands it to the browser; throws, in words for the visitor, where there is nothing to export. */
export async function exportAs(id: ExportId, scene: Scene): Promise<void> {
  const stem = fileStem(scene.state.view);
  switch (id) {
    case 'svg':
      return download(`${stem}.svg`, new Blob([gridSvg(describe(scene))], { type: 'image/svg+xml' }));
    case 'png': {
      const grid = describe(scene);
      return download(`${stem}.png`, await svgToPng(gridSvg(grid), gridSize(grid)));
    }
    case 'csv': {
      const cell = selectedCell(scene);
      return download(`${stem}-${cell.model}-${cell.method.id}.csv`, new Blob([fieldToCsv(cell.result)], { type: 'text/csv' }));
    }
    case 'npy': {
      const cell = selectedCell(scene);
      const { data, height, width, channels } = cell.result;
      const bytes = writeNpy({ data, shape: [height, width, channels] });
      return download(`${stem}-${cell.model}-${cell.method.id}.npy`, new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/octet-stream' }));
    }
    case 'votes':
      return download(`${stem}-votes.csv`, new Blob([votesCsv(scene.grid)], { type: 'text/csv' }));
    case 'json':
      return download(`${stem}.json`, new Blob([`${JSON.stringify(settingsOf(scene), undefined, 2)}\n`], { type: 'application/json' }));
    default:
      return id satisfies never;
  }
}

const fileStem = ({ image }: View) => `chorale-${image.kind === 'scene' ? `scene-${image.seed}` : `picture-${image.id}`}`;

function selectedCell({ state, grid }: Scene): Drawn {
  const { model, method } = state.view.selected;
  const cell = grid.maps.get(SLOTS.cell(model ?? '', method ?? ''));
  if (cell?.growing) throw new Error('The selected map is still growing: export its numbers once it is ready.');
  if (!cell) throw new Error('No finished map is selected: choose a map in the grid, then export its numbers.');
  return cell;
}

/** Everything that made the page, and what came out of it, without the pixels. */
export function settingsOf({ state, grid, link }: Pick<Scene, 'state' | 'grid' | 'link'>): object {
  const { view, boot } = state;
  return {
    app: 'Chorale',
    link,
    backend: boot.backend,
    view: { ...view, params: Object.fromEntries(grid.methods.map(({ id, params }) => [id, paramsOf(params, view.params[id])])) },
    predictions: grid.rows.flatMap(({ model, prediction }) => (prediction ? [{ model: model.id, class: grid.classes[prediction.top], probabilities: Array.from(prediction.probabilities) }] : [])),
    cells: [...grid.maps.values()].filter(({ growing }) => !growing).map(({ request, result, scale, preview }) => {
      const { data: _, standardError: __, segments: ___, ...numbers } = result;
      return { request, preview, ...numbers, scale: { basis: scale.basis, divisor: scale.divisor, limit: scale.limit } };
    }),
    consensus: [...grid.consensus].map(([method, found]) => (found.kind === 'consensus' ? { method, rule: found.rule, balanced: found.balanced, ...votesOf(found), agreement: found.agreement } : { method, none: found.reason })),
  };
}

function describe({ state, grid, look, contours, outline, theme, link }: Scene): ExportGrid {
  const { view, entries, boot } = state;
  const scaled = (path: string | undefined) => path?.replace(/\d+(\.\d+)?/g, (number) => String((Number(number) * CELL) / MARK_SIZE));
  const rows = grid.rows.filter((row) => row.shown);
  const first = [...grid.maps.values()][0];
  const cellOf = (model: { id: string; title: string }, method: Grid['methods'][number]): ExportCell => {
    const slot = SLOTS.cell(model.id, method.id);
    const drawn = grid.maps.get(slot);
    const entry = entries[slot];
    const status = entry?.status ?? 'queued';
    const name = cellName({ model: model.title, method: method.title, status, message: entry?.message });
    if (!drawn || status === 'failed' || status === 'not-applicable') return { name, words: entry?.message ?? 'not computed' };
    if (drawn.growing) return { name, words: 'still growing' };
    return { name, picture: pictureToUrl(rasterOf(drawn.map, drawn.scale.rawLimit, drawn.signed, look)), contour: scaled(view.display.contour ? contours.get(method.id) : undefined), outline: scaled(outline) };
  };
  const consensusCells = grid.methods.map((method): ExportCell => {
    const found = grid.consensus.get(method.id);
    const name = `Consensus, ${method.title}`;
    if (found?.kind !== 'consensus') return { name, words: found?.reason ?? 'not computed' };
    const map = view.consensus.disagreement ? found.spread : found.mean;
    return { name, picture: pictureToUrl(rasterOf(map, Math.max(...map.data) || 1, false, look)), contour: scaled(contours.get(method.id)) };
  });
  return {
    title: `Chorale: ${view.image.kind === 'scene' ? `scene ${view.image.seed}` : 'a photograph'}`,
    columns: grid.methods.map((method) => ({ title: method.title, detail: paramSummary(method, paramsOf(method.params, view.params[method.id])) })),
    rows: [
      ...rows.map(({ model, prediction }) => ({ title: model.title, detail: prediction ? grid.classes[prediction.top] : undefined, cells: grid.methods.map((method) => cellOf(model, method)) })),
      { title: view.consensus.disagreement ? 'Disagreement' : 'Consensus', detail: votingWords(rows.map(({ standing }) => standing)), cells: consensusCells },
    ],
    legends: first ? [legendOf(first.scale, scaleWords(view.display, first.scale.basis), first.signed ? look.signed : look.unsigned)] : [],
    caption: [
      `Explained: ${grid.explained === undefined ? 'each model’s own class' : (grid.classes[grid.explained] ?? 'the majority’s class')}; score ${view.score === 'published' ? 'as published' : view.score}; seed ${view.seed}; backend ${boot.backend ?? 'unknown'}.`,
      link,
    ],
    cellSize: CELL,
    colours: COLOURS[theme],
  };
}
