/** What the selected cell's numbers mean: the score, its rise, the sum, the cost. Numbers come as they are; nothing is computed twice. */
import { mapFacts } from '../../../fields/summary.ts';
import { formatValue } from '../../../draw/legend.ts';
import type { Entry } from '../../../worker/client.ts';
import { count, duration, percent } from '../../../ui/numbers.ts';
import { useMemo } from 'react';
import { summaryOf, type Drawn } from '../maps.ts';
import { GAP_LIMIT, growingWords, statusWords } from '../words.ts';

interface Props {
  readonly title: string;
  readonly entry: Entry | undefined;
  readonly drawn: Drawn | undefined;
  readonly classes: readonly string[];
}

const BACKENDS = { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'WASM', cpu: 'CPU' } as const;

export function CellFacts({ title, entry, drawn, classes }: Props) {
  const plane = drawn?.plane;
  const facts = useMemo(() => plane && mapFacts(plane), [plane]);
  const status = entry?.status ?? 'queued';
  return (
    <section className="card" aria-labelledby="cell-head">
      <h2 className="section-head" id="cell-head">
        This cell
      </h2>
      <p className="cell-facts-title">{title}</p>
      {status !== 'done' && (
        <p className="quiet">
          {status === 'not-applicable' || status === 'failed' ? entry?.message : `${statusWords(status, entry?.progress)}${drawn ? `; ${drawn.growing ? growingWords(status) : 'the picture is the one before'}` : ''}`}
        </p>
      )}
      {drawn && facts && (
        <>
          <p className="prose">{sentence(summaryOf(drawn.plane, drawn.signed))}</p>
          <dl className="facts">
            {factsOf(drawn, facts.sum, classes).map(([name, value, tone]) => (
              <div key={name} data-tone={tone}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          {drawn.scale.notes.map((note) => (
            <p className="quiet" key={note}>
              {note}
            </p>
          ))}
        </>
      )}
    </section>
  );
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** "± 0.003 on average, 4 % of the largest value". */
function errorWords(errors: Float32Array, values: Float32Array): string {
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return `± ${formatValue(mean)} on average${largest > 0 ? `, ${percent(mean / largest)} of the largest value` : ''}`;
}

type Fact = readonly [name: string, value: string, tone?: 'warn'];

/** The cell in numbers, in the order in which one asks. */
export function factsOf({ request, result, preview, growing }: Pick<Drawn, 'request' | 'result' | 'preview' | 'growing'>, sum: number, classes: readonly string[]): Fact[] {
  const { value, baselineValue, gap, score, passes, ms, backend, batch, standardError } = result;
  const target = classes[request.target] ?? `class ${request.target}`;
  const rival = score.rival === undefined ? '' : ` over ${classes[score.rival] ?? `class ${score.rival}`}`;
  const facts: Fact[] = [[`${score.kind} of ${target}${rival}, f(x)`, formatValue(value)]];
  if (baselineValue !== undefined) facts.push(['f(baseline)', formatValue(baselineValue)], ['f(x) − f(baseline)', formatValue(value - baselineValue)]);
  facts.push([growing ? 'Sum of the map so far' : 'Sum of the map', formatValue(sum)]);
  if (growing) return facts;
  if (gap !== undefined) facts.push(['Completeness gap', percent(gap, Math.abs(gap) < 0.0005 ? 3 : 2), Math.abs(gap) > GAP_LIMIT ? 'warn' : undefined]);
  if (standardError) facts.push(['Standard error of a place', errorWords(standardError, result.data)]);
  facts.push(['Passes', `${count(passes.forward)} forward, ${count(passes.backward)} backward${passes.recalled ? `; ${count(passes.recalled)} gradients recalled` : ''}`]);
  facts.push(['Time', `${duration(ms)} on ${BACKENDS[backend]}, ${batch} at a time`]);
  facts.push(['Seed', preview ? `${request.seed}, a preview with cheaper parameters` : String(request.seed)]);
  return facts;
}
