/** The table of the committee, which is its picture too: a row a model, a dot with its interval on a shared axis. Decides nothing: rows and order come from roster.ts. */
import { memo, useMemo } from 'react';
import { oddsAxis, type OddsAxis } from '../../draw/oddsAxis.ts';
import { select, setRoster } from '../../state/actions.ts';
import type { ModelSort, RosterChoice } from '../../state/view.ts';
import type { ModelEntry } from '../../worker/protocol.ts';
import { useApp, useView } from '../../ui/app.ts';
import { byteWords, compact, count, hundredths, percent } from '../../ui/numbers.ts';
import { roleSays, roleTag } from '../../ui/roles.ts';

interface Props {
  readonly rows: readonly ModelEntry[];
  /** Whatever is filtered: the axis stays. */
  readonly all: readonly ModelEntry[];
  readonly choice: RosterChoice;
}

export function RosterTable({ rows, all, choice }: Props) {
  const axis = useMemo(() => oddsAxis(all.flatMap(({ accuracy }) => [...accuracy.interval, accuracy.test])), [all]);
  const sizes = [...new Set(all.map(({ accuracy }) => accuracy.n))];
  const scenes = sizes.length === 1 ? `${count(sizes[0]!)} test scenes` : 'test scenes';
  return (
    <>
      <div className="roster-axis-above" aria-hidden="true">
        <Axis axis={axis} />
      </div>
      <table className="lab-table roster">
        <caption className="visually-hidden">The models of the committee with their accuracy on {scenes}, 95 % interval, size and cost. A model’s name opens its card.</caption>
        <thead>
          <tr>
            <Heading id="name" title="Model" choice={choice} />
            <Heading id="family" title="Family" choice={choice} />
            <Heading id="accuracy" title={`Right on ${scenes}`} choice={choice} descending>
              <Axis axis={axis} />
            </Heading>
            <Heading id="parameters" title="Parameters" choice={choice} number />
            <Heading id="multiply-adds" title="Multiply-adds" choice={choice} number />
            <Heading id="calibration" title="Calibration error" choice={choice} number />
            <Heading id="download" title="Download" choice={choice} number />
          </tr>
        </thead>
        <tbody>
          {rows.map((model, index) => (
            <Row key={model.id} model={model} axis={axis} startsFamily={choice.sort === 'family' && model.family !== rows[index - 1]?.family} />
          ))}
        </tbody>
      </table>
      <p className="quiet roster-caption">
        Dots: share of right answers on {scenes} that no model was trained or chosen on. Whiskers: 95 % interval (Wilson). The axis is even in the logarithm of the odds, so that the best can be told
        apart. Filled: votes; hollow: weak on purpose; triangle: cheats. Multiply-adds are those of one image; the calibration error is the expected one over ten equal bins of confidence.
      </p>
    </>
  );
}

interface HeadingProps {
  readonly id: ModelSort;
  readonly title: string;
  readonly choice: RosterChoice;
  readonly number?: boolean;
  /** The usual order has the largest first. */
  readonly descending?: boolean;
  readonly children?: React.ReactNode;
}

/** A second press turns the order round. */
function Heading({ id, title, choice, number, descending = false, children }: HeadingProps) {
  const { store } = useApp();
  const sorted = choice.sort === id;
  const down = descending !== choice.reverse;
  return (
    <th scope="col" className={number ? 'number' : undefined} aria-sort={sorted ? (down ? 'descending' : 'ascending') : undefined}>
      <button type="button" className="sort-button" onClick={() => setRoster(store, { sort: id, reverse: sorted && !choice.reverse })}>
        {title}
        <span aria-hidden="true">{sorted ? (down ? ' ↓' : ' ↑') : ''}</span>
      </button>
      {children}
    </th>
  );
}

const across = (at: number) => `${(100 * at).toFixed(3)}%`;

function Axis({ axis }: { readonly axis: OddsAxis }) {
  return (
    <svg className="roster-axis" aria-hidden="true">
      {axis.ticks.map(({ share, at }) => (
        <text key={share} x={across(at)} y="11" textAnchor="middle">
          {Number((100 * share).toPrecision(3))}
        </text>
      ))}
    </svg>
  );
}

interface RowProps {
  readonly model: ModelEntry;
  readonly axis: OddsAxis;
  readonly startsFamily: boolean;
}

const Row = memo(function Row({ model, axis, startsFamily }: RowProps) {
  const { store } = useApp();
  const { id, title, familyTitle, role, note, accuracy } = model;
  const open = useView((view) => view.selected.model === id);
  const [from, to] = accuracy.interval;
  const tag = roleTag(role);
  return (
    <tr data-open={open || undefined} data-model={id} data-role={role} data-starts={startsFamily || undefined}>
      <th scope="row">
        <button type="button" className="row-button" aria-expanded={open} aria-controls={open ? 'model-card' : undefined} title={note} onClick={() => select(store, open ? {} : { model: id })}>
          <span aria-hidden="true">›</span>
          {title}
        </button>
        {tag && (
          <span className="role-tag" data-role={role} title={roleSays(role)}>
            {tag}
          </span>
        )}
      </th>
      <td data-label="family">{familyTitle}</td>
      <td className="roster-plot">
        <svg aria-hidden="true">
          {axis.ticks.map((tick) => (
            <line key={tick.share} className="plot-tick" x1={across(tick.at)} x2={across(tick.at)} y1="0" y2="100%" />
          ))}
          <line className="plot-whisker" x1={across(axis.at(from))} x2={across(axis.at(to))} y1="50%" y2="50%" />
          <Dot role={role} at={axis.at(accuracy.test)} />
        </svg>
        <span className="roster-share">
          {percent(accuracy.test, 1)}
          <span className="roster-interval">
            {' '}
            <span className="visually-hidden">95 % interval </span>
            {hundredths(from, 1)}–{hundredths(to, 1)}
          </span>
        </span>
      </td>
      <td className="number" data-label="parameters">
        {compact(model.parameters)}
      </td>
      <td className="number" data-label="multiply-adds">
        {compact(model.multiplyAdds)}
      </td>
      <td className="number" data-label="calibration error">
        {percent(model.calibrationError, 1)}
      </td>
      <td className="number" data-label="download">
        {byteWords(model.bytes)}
      </td>
    </tr>
  );
});

/** The shape says the role, as the word beside the name does. */
function Dot({ role, at }: { readonly role: ModelEntry['role']; readonly at: number }) {
  switch (role) {
    case 'member':
      return <circle className="plot-dot" cx={across(at)} cy="50%" r="5" />;
    case 'weak':
      return <circle className="plot-dot plot-hollow" cx={across(at)} cy="50%" r="4.5" />;
    case 'shortcut':
      return (
        <svg x={across(at)} y="50%" overflow="visible">
          <path className="plot-dot" d="M0-6.5 6 4.5H-6Z" />
        </svg>
      );
    default:
      return role satisfies never;
  }
}
