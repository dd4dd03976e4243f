/** The reliability diagram of one model: accuracy against confidence in ten bins, with their counts; and the same as a table. */
import type { CardResult } from '../../../worker/protocol.ts';
import { reliabilityMarks } from '../../../draw/reliability.ts';
import { compact, count, percent, percentRange } from '../../../ui/numbers.ts';
import { calibrationWords } from './cardWords.ts';

const SIDE = 260;
const [LEFT, TOP, BELOW] = [30, 8, 62];
const x = (share: number) => LEFT + share * SIDE;
const y = (share: number) => TOP + (1 - share) * 200;
const FLOOR = y(0);

export function Reliability({ calibration, title }: { readonly calibration: CardResult['card']['calibration']; readonly title: string }) {
  const marks = reliabilityMarks(calibration.bins);
  const known = marks.flatMap((mark) => (mark.point ? [{ ...mark, point: mark.point }] : []));
  const total = marks.reduce((sum, { n }) => sum + n, 0);
  return (
    <figure className="figure">
      <svg className="reliability" width={LEFT + SIDE + 10} height={FLOOR + BELOW} role="img" aria-label={`Reliability diagram of ${title}. ${calibrationWords(calibration)}`}>
        <path className="axis" d={`M${x(0)} ${y(1)}V${y(0)}H${x(1)}`} />
        <path className="diagonal" d={`M${x(0)} ${y(0)}L${x(1)} ${y(1)}`} />
        {[0, 0.5, 1].map((share) => (
          <text key={share} x={x(0) - 6} y={y(share) + 4} textAnchor="end">
            {share * 100}
          </text>
        ))}
        {known.map(({ from, share, point }) => (
          <g key={from}>
            <line className="gap" x1={x(point.confidence)} x2={x(point.confidence)} y1={y(point.confidence)} y2={y(point.accuracy)} />
            <circle className="point" cx={x(point.confidence)} cy={y(point.accuracy)} r={3 + 6 * Math.sqrt(share)} />
          </g>
        ))}
        {marks.map(({ from, to, n }) => (
          <g key={from}>
            <line className="axis" x1={x(from)} x2={x(from)} y1={FLOOR} y2={FLOOR + 4} />
            <text x={x((from + to) / 2)} y={FLOOR + 33} textAnchor="middle">
              {compact(n).replace(' ', '')}
            </text>
          </g>
        ))}
        {[0, 0.5, 1].map((share) => (
          <text key={share} x={x(share)} y={FLOOR + 17} textAnchor="middle">
            {share * 100}
          </text>
        ))}
        <text className="label" x={x(0.5)} y={FLOOR + 52} textAnchor="middle">
          confidence, %; below it test scenes in each bin
        </text>
        <text className="label" x={x(0) + 6} y={y(1) + 10}>
          right, %
        </text>
      </svg>
      <figcaption className="quiet">
        {calibrationWords(calibration)} {count(total)} test scenes; dots grow with their number, lines are the distance from the diagonal.
      </figcaption>
      <details>
        <summary>As a table</summary>
        <table className="plain-table">
          <caption className="visually-hidden">Confidence and accuracy by bin</caption>
          <thead>
            <tr>
              <th scope="col">Confidence</th>
              <th scope="col">Scenes</th>
              <th scope="col">Mean confidence</th>
              <th scope="col">Right</th>
            </tr>
          </thead>
          <tbody>
            {marks.map(({ from, to, n, point }) => (
              <tr key={from}>
                <th scope="row">
                  {percentRange(from, to)}
                </th>
                <td>{count(n)}</td>
                <td>{point ? percent(point.confidence, 1) : '–'}</td>
                <td>{point ? percent(point.accuracy, 1) : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
