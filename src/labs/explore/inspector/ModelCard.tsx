/** What the selected model is and says: its card's numbers with their protocol, its answer for this image, its agreement with the others. */
import { Button } from 'react-aria-components';
import { toggleModel } from '../../../state/actions.ts';
import { openModels } from '../../../state/bringing.ts';
import { formatValue } from '../../../draw/legend.ts';
import { useApp } from '../../../ui/app.ts';
import { Bar } from '../../../ui/Bar.tsx';
import { count, percent, probability } from '../../../ui/numbers.ts';
import type { Grid, Row } from '../useGrid.ts';

export function ModelCard({ row, grid }: { readonly row: Row; readonly grid: Grid }) {
  const { store } = useApp();
  const { model, prediction } = row;
  const { accuracy } = model;
  const ranked = prediction ? Array.from(prediction.probabilities, (share, index) => ({ share, index })).sort((a, b) => b.share - a.share).slice(0, 5) : [];
  const agreements = grid.methods.flatMap((method) => {
    const consensus = grid.consensus.get(method.id);
    const score = consensus?.kind === 'consensus' ? consensus.agreement.find(({ id }) => id === model.id)?.score : undefined;
    return score === undefined ? [] : [{ method, score }];
  });
  return (
    <section className="card" aria-labelledby="model-head">
      <h2 className="section-head">Model</h2>
      <h3 className="card-title" id="model-head">
        {model.title}
      </h3>
      <p className="prose">
        {model.own ? `${model.own.format}, brought by you` : model.family}. {count(model.parameters)} parameters, sees {model.inputSize} × {model.inputSize} pixels.{' '}
        {accuracy
          ? `Right for ${percent(accuracy.test, 1)} of ${count(accuracy.n)} test scenes (95 % interval ${percent(accuracy.interval[0], 1)} to ${percent(accuracy.interval[1], 1)}).`
          : `It has ${count(model.classes.length)} classes; how good it is was not measured here.`}
      </p>
      {prediction && (
        <dl className="facts facts-bars" aria-label="What it says of this image">
          {ranked.map(({ share, index }) => (
            <div key={index}>
              <dt>{grid.classes[index]}</dt>
              <dd>
                <Bar share={share} hollow={row.dissents} /> {probability(share)}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {agreements.length > 0 && (
        <>
          <p className="quiet">Likeness of its maps to the consensus, 1 is the same:</p>
          <dl className="facts">
            {agreements.map(({ method, score }) => (
              <div key={method.id}>
                <dt>{method.title}</dt>
                <dd>{formatValue(score)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {model.own && (
        <Button className="button" onPress={() => openModels(store, { change: model.id })}>
          Change or remove this model
        </Button>
      )}
      <Button className="button" onPress={() => toggleModel(store, model.id)}>
        {row.shown ? 'Take it out of the committee' : 'Bring it into the committee'}
      </Button>
    </section>
  );
}
