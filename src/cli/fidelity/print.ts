/** The tables of `fidelity` as Markdown, so that what is printed can stand on a page. Computes nothing. */
import type { Estimate } from '../../fields/bootstrap.ts';
import { protocolWords, type ProtocolRow } from './rows.ts';
import { titleOf, type EffectLine, type MethodLine, type ModelTable } from './table.ts';

const number = (value: number) => (Number.isFinite(value) ? value.toFixed(2).replace('-', '−') : '–');
const interval = ({ low, high }: Estimate) => `${number(low)} to ${number(high)}`;
const estimate = (found: Estimate | undefined) => (found ? `${number(found.value)} (${interval(found)})` : '');
const table = (head: readonly string[], rows: readonly (readonly string[])[]) => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const marked = ({ title, setting }: Pick<MethodLine, 'title' | 'setting'>) => (setting === 'preview' ? `${title} †` : title);

function methodLines(lines: readonly MethodLine[]): string {
  const rows = lines.map((line) => [
    marked(line), estimate(line.fidelity), String(line.scenes), String(line.pairs), estimate(line.overArea), estimate(line.overObject), line.seconds === undefined ? '' : line.seconds.toFixed(2),
  ]);
  return table(['method', 'fidelity (95 %)', 'scenes', 'pairs', 'over area only', 'over object only', 's a map'], rows);
}

function modelTable({ model, right, wrong, lines, absent }: ModelTable): string {
  const [signed, unsigned] = [lines.filter((line) => line.signed), lines.filter((line) => !line.signed)];
  const parts = [`### ${model}`, `${right} scenes; ${wrong} left out, taken for another class.`];
  if (signed.length > 0) parts.push('Signed maps, held against signed effects:', methodLines(signed));
  if (unsigned.length > 0) parts.push('Maps without a sign, held against the size of the effects:', methodLines(unsigned));
  if (lines.some(({ setting }) => setting === 'preview')) parts.push('† with the parameters of its preview.');
  if (absent.length > 0) parts.push(`Not in the table: ${absent.map(({ method, reason, scenes }) => `${titleOf(method)} (${scenes} scenes): ${reason}`).join('; ')}`);
  return parts.join('\n\n');
}

/** Models side by side, by the mean of their fidelities. */
function summary(tables: readonly ModelTable[]): string {
  const keys = new Map<string, Map<string, MethodLine>>();
  for (const { model, lines } of tables)
    for (const line of lines) {
      const key = `${line.signed ? '' : '|effect| '}${line.title}`;
      const own = keys.get(key) ?? keys.set(key, new Map()).get(key)!;
      if (!own.has(model) || own.get(model)!.scenes < line.scenes) own.set(model, line);
    }
  const mean = (found: Map<string, MethodLine>) => [...found.values()].reduce((sum, { fidelity }) => sum + fidelity.value, 0) / found.size;
  const isSigned = (found: Map<string, MethodLine>) => [...found.values()][0]!.signed;
  const ordered = [...keys.values()].sort((a, b) => Number(isSigned(b)) - Number(isSigned(a)) || mean(b) - mean(a));
  const rows = ordered.map((found) => {
    const first = [...found.values()][0]!;
    return [first.title, first.signed ? 'effect' : '\\|effect\\|', ...tables.map(({ model }) => (found.has(model) ? `${estimate(found.get(model)!.fidelity)}${found.get(model)!.setting === 'preview' ? ' †' : ''}` : '–'))];
  });
  return table(['method', 'held against', ...tables.map(({ model, right }) => `${model} (${right} scenes)`)], rows);
}

const effects = (lines: readonly EffectLine[]) =>
  table(
    ['model', 'unit', 'n', 'mean effect on the logit', 'mean size', 'mean share of the picture'],
    lines.map(({ model, unit, n, effect, size, area }) => [model, unit, String(n), number(effect), number(size), `${(100 * area).toFixed(0)} %`]),
  );

export function printTables(protocol: ProtocolRow, tables: readonly ModelTable[], effectLines: readonly EffectLine[]): void {
  const head = `${protocolWords(protocol)}. Intervals: 95 %, percentile bootstrap over scenes (2,000 resamples of the same seed).`;
  console.log([head, '## All models', summary(tables), '## By model', ...tables.map(modelTable), '## What the units truly did', effects(effectLines)].join('\n\n'));
}
