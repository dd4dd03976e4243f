/** Every image of the study, small: kept ones with the consensus' contour, the others dimmed. A click or Enter opens one. Decides nothing. */
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { openPoll } from '../../state/actions.ts';
import { useApp } from '../../ui/app.ts';
import { Marks } from '../../ui/Marks.tsx';
import { plural } from '../../ui/numbers.ts';
import { Picture } from '../../ui/Picture.tsx';
import { two } from './numbers.ts';
import type { Polled, Polling } from './polled.ts';
import { rgbRaster } from './thumbs.ts';

interface Props {
  readonly polling: Polling;
  readonly polled: readonly Polled[];
  /** Place of the image that is open. */
  readonly open: number | undefined;
}

/** In sight before "all" is asked for. */
const FEW = 24;

export function Multiples({ polling: { setup }, polled, open }: Props) {
  const { store } = useApp();
  const [all, setAll] = useState(false);
  const kept = polled.filter(({ record }) => record.kind === 'kept').length;
  if (polled.length > 0 && kept === 0) return <NothingKept polled={polled} total={setup.images.length} />;
  const images = all ? setup.images : setup.images.slice(0, FEW);
  const byPlace = new Map(polled.map((one) => [one.record.at, one]));
  return (
    <>
      <ul className="multiples" aria-label="Images of the study">
        {images.map((_, at) => (
          <li key={at}>
            <Multiple at={at} polled={byPlace.get(at)} classes={setup.models[0]!.classes} isOpen={open === at} onOpen={() => openPoll(store, open === at ? undefined : at)} />
          </li>
        ))}
      </ul>
      {setup.images.length > FEW && (
        <Button className="button button-text" onPress={() => setAll(!all)}>
          {all ? 'Show the first ones only' : `Show all ${setup.images.length}`}
        </Button>
      )}
    </>
  );
}

interface MultipleProps {
  readonly at: number;
  readonly polled: Polled | undefined;
  readonly classes: readonly string[];
  readonly isOpen: boolean;
  onOpen(): void;
}

function Multiple({ at, polled, classes, isOpen, onOpen }: MultipleProps) {
  if (!polled) return <div className="multiple" data-standing="waiting" role="img" aria-label={`Image ${at + 1}: not ready yet`} />;
  const { record, thumb } = polled;
  const name = classes[record.target] ?? `class ${record.target}`;
  if (record.kind === 'left out') {
    return (
      <div className="multiple" data-standing="left-out">
        <span className="multiple-picture">{thumb && <Picture raster={rgbRaster(thumb.rgb)} label={`${record.name}, ${name}: left out, ${plural(record.wrong.length, 'model')} name another class`} smooth />}</span>
        <span className="multiple-words quiet" title={record.wrong.join(', ')}>
          left out: {record.wrong.length} err
        </span>
      </div>
    );
  }
  const precision = record.consensus.averagePrecision;
  return (
    <Button className="multiple" aria-expanded={isOpen} aria-label={`${record.name}, ${name}: open the consensus of ${plural(record.voters.length, 'model')}${precision === null ? '' : `, average precision ${two(precision)}`}`} onPress={onOpen}>
      <span className="multiple-picture">
        {thumb && <Picture raster={rgbRaster(thumb.rgb)} smooth />}
        <Marks contour={thumb?.contour} />
      </span>
      <span className="multiple-words">
        <span>{name}</span> <span className="quiet">{precision === null ? '' : two(precision)}</span>
      </span>
    </Button>
  );
}

/** What stands in the way, and what to do. */
function NothingKept({ polled, total }: { readonly polled: readonly Polled[]; readonly total: number }) {
  const counts = new Map<string, number>();
  for (const { record } of polled) if (record.kind === 'left out') for (const id of record.wrong) counts.set(id, (counts.get(id) ?? 0) + 1);
  const worst = [...counts].sort(([, a], [, b]) => b - a).slice(0, 3).map(([id, n]) => `${id} errs on ${n}`);
  return (
    <p className="prose">
      None of the {polled.length === total ? '' : 'first '}
      {plural(polled.length, 'image')} is kept: on each, a model that decides about it names another class{worst.length > 0 ? ` (${worst.join(', ')})` : ''}. Take that model out of the committee, or draw more images.
    </p>
  );
}
