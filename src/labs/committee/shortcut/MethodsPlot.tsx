/** The table that is the figure: a row a method, a mark for the cheat and one for its twin on a shared axis, and how often it names the sticker. Decides nothing. */
import { useMemo } from 'react';
import { axisOf, type Axis as Scale } from '../../../draw/figure/axis.ts';
import { isControl } from '../../../ui/families.ts';
import { percent, short } from '../../../ui/numbers.ts';
import type { Count, Findings, MethodFinding, MethodSide, TruthSide } from './findings.ts';
import { ENRICHMENT } from './exportStudy.ts';
import { countWords, logits, ofAll, times, withInterval } from './words.ts';

interface Props {
  readonly findings: Findings;
  /** Of the study: how many scenes were asked for. */
  readonly scenes: number;
}

export function MethodsPlot({ findings, scenes }: Props) {
  const { methods, truth } = findings;
  const axis = useMemo(() => axisOf(ENRICHMENT, methods.flatMap(({ cheat, twin }) => [cheat, twin].flatMap(({ enrichment }) => (enrichment ? [enrichment.high] : [])))), [methods]);
  return (
    <table className="lab-table shortcut-table">
      <caption className="visually-hidden">
        For each method: how much of its map lies on the sticker, the sticker’s rank, and how often the method names it first, for the cheat and for its honest twin; {scenes} scenes were asked for.
      </caption>
      <thead>
        <tr>
          <th scope="col">Method</th>
          <th scope="col">
            <span className="shortcut-key">
              On the sticker, × its area: <Mark subject="cheat" /> cheat <Mark subject="twin" /> twin
            </span>
            <Axis axis={axis} />
          </th>
          <th scope="col" className="number">
            Share
          </th>
          <th scope="col" className="number" title="Sum over the sticker’s pixels / Σ|attribution|, on the cheat">
            Signed
          </th>
          <th scope="col" className="number">
            Rank
          </th>
          <th scope="col" className="number">
            Reveals
          </th>
          <th scope="col" className="number">
            False alarm
          </th>
        </tr>
      </thead>
      <tbody>
        <TruthRow cheat={truth.cheat} twin={truth.twin} />
        {methods.map((finding) => (
          <MethodRow key={finding.method.id} finding={finding} axis={axis} />
        ))}
      </tbody>
    </table>
  );
}

/** The true intervention, in the same columns: it has no pixels, so no mark stands on the axis. */
function TruthRow({ cheat, twin }: { readonly cheat: TruthSide; readonly twin: TruthSide }) {
  const effects = [cheat.size && `moves the cheat’s logit by ${withInterval(cheat.size, logits)}`, twin.size && `the twin’s by ${withInterval(twin.size, logits)}`].filter(Boolean).join(', ');
  return (
    <tr className="truth-row">
      <th scope="row">
        <b>True effect</b>
        <span className="quiet">the sticker taken away</span>
      </th>
      <td>{effects || '…'}</td>
      <Pair label="share" title="Of the sum of |effects| over all units" values={[cheat.share, twin.share].map((share) => share && percent(share.mean))} />
      <td className="number" data-label="signed">
        {cheat.effect ? logits(cheat.effect.mean) : '…'}
      </td>
      <Pair label="rank" values={[cheat.rank, twin.rank].map((rank) => rank && short(rank.mean))} />
      <Rate label="largest on the cheat" count={cheat.top} />
      <Rate label="largest on the twin" count={twin.top} />
    </tr>
  );
}

function MethodRow({ finding: { method, cheat, twin, reveals, falseAlarm, rightSign }, axis }: { readonly finding: MethodFinding; readonly axis: Scale }) {
  const signWords = rightSign.n > 0 ? `Has the sign of the true effect in ${ofAll(rightSign)}` : 'An unsigned map';
  return (
    <tr data-method={method.id}>
      <th scope="row">
        <b>{method.title}</b>
        <span className="quiet">
          {isControl(method) ? 'control, ' : ''}n = {cheat.n}
          {twin.n === cheat.n ? '' : ` and ${twin.n}`}
        </span>
      </th>
      <td className="shortcut-plot">
        <Marks cheat={cheat} twin={twin} axis={axis} />
      </td>
      <Pair label="share" values={[cheat.share, twin.share].map((share) => share && percent(share.mean))} />
      <td className="number" data-label="signed" title={signWords}>
        {cheat.credit ? percent(cheat.credit.mean) : '…'}
      </td>
      <Pair label="rank" values={[cheat.rank, twin.rank].map((rank) => rank && short(rank.mean))} />
      <Rate label="reveals" count={reveals} />
      <Rate label="false alarm" count={falseAlarm} />
    </tr>
  );
}

/** Of the cheat and of the twin, in words for those who hear it. */
function Pair({ label, title, values: [cheat, twin] }: { readonly label: string; readonly title?: string; readonly values: readonly (string | undefined)[] }) {
  return (
    <td className="number" data-label={label} title={title}>
      <span className="visually-hidden">cheat </span>
      {cheat ?? '…'} <span aria-hidden="true">/</span>
      <span className="visually-hidden">, twin </span> {twin ?? '…'}
    </td>
  );
}

function Rate({ label, count }: { readonly label: string; readonly count: Count }) {
  return (
    <td className="number" data-label={label} title={countWords(count)}>
      {count.n === 0 ? '–' : `${percent(count.hits / count.n, 0)}`} <span className="quiet">{count.n === 0 ? '' : ofAll(count)}</span>
    </td>
  );
}

const across = (at: number) => `${(100 * at).toFixed(3)}%`;

function Axis({ axis }: { readonly axis: Scale }) {
  return (
    <svg className="shortcut-axis" aria-hidden="true">
      {axis.ticks.map(({ value, at }) => (
        <text key={value} x={across(at)} y="11" textAnchor="middle">
          {value}
        </text>
      ))}
    </svg>
  );
}

function Marks({ cheat, twin, axis }: { readonly cheat: MethodSide; readonly twin: MethodSide; readonly axis: Scale }) {
  const words = [cheat.enrichment && `cheat ${withInterval(cheat.enrichment, times)}`, twin.enrichment && `twin ${withInterval(twin.enrichment, times)}`].filter(Boolean).join(', ');
  return (
    <svg role="img" aria-label={words ? `On the sticker, times its share of the area: ${words}` : 'no map yet'}>
      {axis.ticks.map(({ value, at }) => (
        <line key={value} className="plot-tick" x1={across(at)} x2={across(at)} y1="0" y2="100%" />
      ))}
      <line className="plot-chance" x1={across(axis.at(1))} x2={across(axis.at(1))} y1="0" y2="100%" />
      <Whisker side={twin} axis={axis} y="66%" subject="twin" />
      <Whisker side={cheat} axis={axis} y="34%" subject="cheat" />
    </svg>
  );
}

function Whisker({ side: { enrichment }, axis, y, subject }: { readonly side: MethodSide; readonly axis: Scale; readonly y: string; readonly subject: 'cheat' | 'twin' }) {
  if (!enrichment) return null;
  return (
    <>
      <line className="plot-whisker" data-subject={subject} x1={across(axis.at(enrichment.low))} x2={across(axis.at(enrichment.high))} y1={y} y2={y} />
      <svg x={across(axis.at(enrichment.mean))} y={y} overflow="visible">
        <Shape subject={subject} />
      </svg>
    </>
  );
}

const Shape = ({ subject }: { readonly subject: 'cheat' | 'twin' }) => (subject === 'cheat' ? <path className="plot-cheat" d="M0-6 5.5 4.5H-5.5Z" /> : <circle className="plot-twin" r="4.5" />);

const Mark = ({ subject }: { readonly subject: 'cheat' | 'twin' }) => (
  <svg className="shortcut-mark" viewBox="-7 -7 14 14" aria-hidden="true">
    <Shape subject={subject} />
  </svg>
);
