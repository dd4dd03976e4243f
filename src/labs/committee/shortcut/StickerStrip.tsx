/** How right every member is with stickers that tell the truth and with stickers that lie, as its card says: the cheat stands apart. Asks for cards; computes nothing. */
import { useEffect, useMemo, useState } from 'react';
import type { CardResult, ModelEntry } from '../../../worker/protocol.ts';
import { useApp } from '../../../ui/app.ts';
import { percent } from '../../../ui/numbers.ts';
import { stripAxis, stripRows, type StickerAccuracy, type StripRow } from './strip.ts';

export function StickerStrip({ models, started }: { readonly models: readonly ModelEntry[]; readonly started: boolean }) {
  const cards = useCards(models, started);
  const rows = useMemo(() => stripRows(models, cards), [models, cards]);
  if (rows.length === 0) return null;
  const axis = stripAxis(rows);
  const n = rows[0]!.n;
  return (
    <figure className="strip" aria-labelledby="strip-title">
      <figcaption id="strip-title" className="quiet">
        Right with a sticker of the scene’s own class (filled) and of another (hollow), the first {n} test scenes each; a member that ignores stickers has both in one place. From the cards.
      </figcaption>
      <ul>
        {rows.map((row) => (
          <Member key={row.model.id} row={row} at={axis} />
        ))}
      </ul>
    </figure>
  );
}

const across = (at: number) => `${(100 * at).toFixed(2)}%`;

function Member({ row: { model, truthful, misleading }, at }: { readonly row: StripRow; readonly at: (share: number) => number }) {
  return (
    <li data-role={model.role}>
      <span className="strip-name">{model.title}</span>
      <svg aria-hidden="true">
        <line className="plot-whisker" x1={across(at(misleading))} x2={across(at(truthful))} y1="50%" y2="50%" />
        <circle className="strip-true" cx={across(at(truthful))} cy="50%" r="4" />
        <circle className="strip-false" cx={across(at(misleading))} cy="50%" r="4" />
      </svg>
      <span className="strip-numbers">
        {percent(truthful, 1)} <span aria-hidden="true">/</span>
        <span className="visually-hidden"> with true stickers, </span> {percent(misleading, 1)}
        <span className="visually-hidden"> with false ones</span>
      </span>
    </li>
  );
}

/** As they come; a model without a card is left out. */
function useCards(models: readonly ModelEntry[], started: boolean): Readonly<Record<string, StickerAccuracy>> {
  const { client } = useApp();
  const [cards, setCards] = useState<Readonly<Record<string, StickerAccuracy>>>({});
  useEffect(() => {
    if (!started) return;
    const gone = new AbortController();
    models.forEach(({ id }, order) => {
      const asked = client.ask({ kind: 'card', model: id }, { background: true, order, signal: gone.signal });
      const keep = ({ card: { stickers } }: CardResult) => setCards((before) => ({ ...before, [id]: { n: stickers.n, truthful: stickers.truthful.share, misleading: stickers.misleading.share } }));
      asked.then(keep, () => undefined); // a card that does not come is a row that is not there
    });
    return () => gone.abort();
  }, [client, models, started]);
  return cards;
}
