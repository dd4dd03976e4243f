/** The study as files: a line per scene, model and method; the figure. Builds text; hands nothing out. */
import type { AxisSpec } from '../../../draw/figure/axis.ts';
import type { Words } from '../../../draw/figure/svg.ts';
import type { Whiskers } from '../../../draw/figure/whiskers.ts';
import { toCsv } from '../../../fields/csv.ts';
import type { ShortcutChoice } from '../../../state/view.ts';
import { percent } from '../../../ui/numbers.ts';
import { readMap, readTruth, type Findings } from './findings.ts';
import type { Observation } from './study.ts';
import { caption, methodsSentence, ofAll, truthSentence } from './words.ts';

const HEADER = [
  'scene', 'class', 'sticker', 'sticker is truthful', 'corner', 'model', 'named class', 'probability', 'true effect on the logit', 'share of true effects', 'rank by true effect',
  'method', 'share on the sticker', 'times its share of the area', 'signed share', 'rank by credit', 'units', 'named first', 'seed',
];

const orNone = (value: number | undefined): string | number => value ?? '';

/** One line per scene, model and method; without a method where only the truth is known. */
export function studyCsv(observations: readonly Observation[], classes: readonly { readonly id: string }[], { seed }: Pick<ShortcutChoice, 'seed'>): string {
  const rows = observations.flatMap(({ scene, subject, classId, sticker, answer, probability, effects, credits }) => {
    const truth = effects && readTruth(effects);
    const about = [scene.seed, classId, sticker, String(scene.truthful), scene.corner, subject, classes[answer]?.id ?? answer, probability, orNone(truth?.effect), orNone(truth?.share), orNone(truth?.rank)];
    const maps = [...credits].flatMap(([method, units]) => {
      const map = readMap(units);
      return map ? [[...about, method, orNone(map.share), orNone(map.enrichment), orNone(map.credit), map.rank, map.units, String(map.top), seed]] : [];
    });
    return maps.length > 0 ? maps : [[...about, '', '', '', '', '', '', '', seed]];
  });
  return toCsv(HEADER, rows);
}

/** From nought, so that twice as long is twice as much; never shrunk around little. */
export const ENRICHMENT: AxisSpec = { title: 'share of the map on the sticker, times its share of the area', holds: [0, 4] };

/** The figure, ready to be drawn. */
export const studyPlot = ({ methods }: Pick<Findings, 'methods'>): Whiskers => ({
  axis: ENRICHMENT,
  marks: ['cheat', 'honest twin'],
  references: [{ at: 1, title: 'chance' }],
  columns: ['reveals', 'false alarm'],
  rows: methods.map(({ method, cheat, twin, reveals, falseAlarm }) => ({
    id: method.id,
    title: method.title,
    detail: cheat.share ? `${percent(cheat.share.mean)} of the map on the cheat, n = ${cheat.n}` : 'no map',
    estimates: [cheat.enrichment, twin.enrichment],
    cells: [reveals, falseAlarm].map((count) => (count.n === 0 ? '–' : ofAll(count))),
  })),
});

export const studyPlotWords = (findings: Findings, choice: ShortcutChoice, link: string): Words => ({
  title: 'What each method shows of the planted sticker',
  lead: [truthSentence(findings), methodsSentence(findings)].filter(Boolean),
  caption: [...caption(choice, findings), link],
});
