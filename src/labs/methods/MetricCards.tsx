/** The metrics' cards: what each says of a map, its formula, when it misleads. Scores themselves are measured elsewhere. */
import type { MetricEntry } from '../../worker/protocol.ts';
import { useAppState } from '../../ui/app.ts';
import { Formula } from '../../ui/Formula.tsx';
import { rangeInWords } from './metricWords.ts';
import { ParameterList } from './ParameterList.tsx';

export function MetricCards() {
  const metrics = useAppState((state) => state.catalog.metrics);
  if (metrics.length === 0) return null;
  return (
    <section className="metrics" aria-labelledby="metrics-head">
      <h2 id="metrics-head">Metrics</h2>
      <p className="prose">What a map can be judged by, where the truth is known.</p>
      {metrics.map((metric) => (
        <Card key={metric.id} metric={metric} />
      ))}
    </section>
  );
}

function Card({ metric }: { readonly metric: MetricEntry }) {
  const { id, title, category, card, params, reference } = metric;
  return (
    <article className="details metric" aria-labelledby={`metric-${id}`}>
      <div className="details-words">
        <h3 id={`metric-${id}`}>{title}</h3>
        <p className="prose">{card.says}</p>
        <Formula tex={card.formula} />
        <p className="prose prose-small">
          <b>When it misleads.</b> {card.misleads}
        </p>
        <p className="quiet">{reference}</p>
      </div>
      <div className="details-facts">
        <ul className="chips" aria-label="Traits">
          <li>{category}</li>
          <li>{rangeInWords(metric)}</li>
        </ul>
        <ParameterList params={params} />
      </div>
    </article>
  );
}
