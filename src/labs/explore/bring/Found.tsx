/** What was found in the files of a model: its answer for the picture on show, how it reads pictures, its names, what can be explained. Offers; the store decides. */
import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import { addDraft, closeModels, dropDraft, inspectionOf, labelsOf, setDraft, setLabels, type Draft } from '../../../state/bringing.ts';
import { SLOTS } from '../../../state/store.ts';
import type { InspectResult } from '../../../worker/protocol.ts';
import { useApp, useAppState } from '../../../ui/app.ts';
import { Bar } from '../../../ui/Bar.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { byteWords, compact, count, duration, plural, probability, short, sizeOf } from '../../../ui/numbers.ts';
import { Labels } from './Labels.tsx';
import { Mapping } from './Mapping.tsx';
import { ReadingControls } from './ReadingControls.tsx';

interface Props {
  readonly draft: Draft;
  readonly problem: string | undefined;
}

export function Found({ draft, problem }: Props) {
  const app = useApp();
  const entry = useAppState((state) => state.entries[SLOTS.inspection]);
  const inspection = useAppState(inspectionOf);
  const failed = entry?.status === 'failed' ? entry.message : undefined;
  const working = entry?.status === 'queued' || entry?.status === 'running';
  // A thousand outputs are ImageNet's until something else is said.
  const unnamed = draft.labels === 'file' && inspection !== undefined && inspection.labels === undefined && (inspection.outputs === 1000 || inspection.outputs === 1001);
  useEffect(() => {
    if (unnamed) void setLabels(app, 'imagenet');
  }, [app, unnamed, draft.files]);
  const leave = () => void (draft.replaces ? closeModels(app) : dropDraft(app));
  return (
    <>
      {(failed ?? problem) && (
        <p className="bring-problem" role="alert">
          {failed ?? problem}
        </p>
      )}
      {working && (
        <>
          <p role="status" className="quiet">
            {inspection ? 'Looking again …' : entry.progress ? `Reading the network, ${count(entry.progress.done)} of ${count(entry.progress.total)} operators` : `Reading ${draft.names[0] ?? 'the file'}, ${sizeOf(draft.bytes)} …`}
          </p>
          {!inspection && <Bar share={entry.progress ? entry.progress.done / entry.progress.total : 0} />}
        </>
      )}
      {inspection && <Inspection draft={draft} inspection={inspection} />}
      <div className="bring-buttons bring-end">
        {inspection && (
          <Button className="button bring-add" isDisabled={working || failed !== undefined || (unnamed && draft.labelProblem === undefined)} onPress={() => void addDraft(app)}>
            {draft.replaces ? 'Keep the changes' : 'Add to the grid'}
          </Button>
        )}
        <Button className="button" onPress={leave}>
          {inspection || working ? 'Cancel' : 'Back'}
        </Button>
      </div>
    </>
  );
}

function Inspection({ draft, inspection }: { readonly draft: Draft; readonly inspection: InspectResult }) {
  const { store } = useApp();
  const labels = labelsOf(draft, inspection);
  return (
    <>
      <div className="bring-name">
        <label htmlFor="bring-name">Name</label>
        <input id="bring-name" type="text" autoComplete="off" maxLength={60} value={draft.title} onChange={(event) => setDraft(store, { title: event.target.value })} />
      </div>
      <div className="bring-columns">
        <section aria-labelledby="bring-says">
          <h3 className="section-head" id="bring-says">
            What it says of the picture on show
          </h3>
          <Top inspection={inspection} labels={labels} />
          <p className="quiet">If that is nonsense for a photograph of something it should know, the preprocessing or the labels are wrong.</p>
          <Labels draft={draft} inspection={inspection} />
        </section>
        <ReadingControls draft={draft} inspection={inspection} />
      </div>
      <Summary draft={draft} inspection={inspection} />
      <Mapping draft={draft} labels={labels} />
    </>
  );
}

function Top({ inspection: { top, output }, labels }: { readonly inspection: InspectResult; readonly labels: readonly string[] }) {
  if (!top) return <p className="quiet">No picture is on show.</p>;
  const classes = output === 'classes' || output === 'probabilities';
  return (
    <dl className="facts facts-bars" aria-label="Its largest outputs">
      {top.map(({ index, value, probability: share }) => (
        <div key={index}>
          <dt>{labels[index]?.split(',')[0]}</dt>
          <dd>
            {classes && <Bar share={share} />} {classes ? probability(share) : short(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Summary({ draft, inspection }: { readonly draft: Draft; readonly inspection: InspectResult }) {
  const methods = useAppState((state) => state.catalog.methods);
  const { format, inputSize, channels, outputs, outputWords, parameters, multiplyAdds, tapeBytes, operations, remarks, facts, without, ms } = inspection;
  const refused = methods.filter(({ id }) => id in without);
  return (
    <section aria-labelledby="bring-found">
      <h3 className="section-head" id="bring-found">
        What it is
      </h3>
      <Facts
        facts={[
          ['File', `${format}, ${plural(draft.names.length, 'file')}, ${sizeOf(draft.bytes)}`],
          ['Reads', `${inputSize} × ${inputSize} pixels, ${channels === 1 ? 'grey' : 'colour'}`],
          ['Says', plural(outputs, 'output')],
          ['Size', `${compact(parameters)} parameters, ${compact(multiplyAdds)} multiply-adds an image`],
          ['Memory', `about ${byteWords(4 * parameters)} for the weights, ${byteWords(TAPES * tapeBytes)} more for each image that is explained`],
          ['Methods', `${methods.length - refused.length} of ${methods.length} run on it`],
        ]}
      />
      <p>{outputWords}</p>
      {remarks.map((remark) => (
        <p key={remark} className="bring-remark">
          {remark}
        </p>
      ))}
      <details className="bring-details">
        <summary>More: what the file says, its operations{refused.length > 0 && ', methods that do not run'}</summary>
        {Object.keys(facts).length > 0 && <Facts facts={Object.entries(facts)} />}
        <p className="quiet">
          {operations.map(({ op, count: n }) => `${n} × ${op}`).join(', ')}. Read in {duration(ms)}.
        </p>
        {refused.length > 0 && (
          <dl className="parameters">
            {refused.map(({ id, title }) => (
              <div key={id}>
                <dt>{title}</dt>
                <dd>{without[id]}</dd>
              </div>
            ))}
          </dl>
        )}
      </details>
    </section>
  );
}

/** A walk back holds at most so many tapes at once (worker/batch.ts). */
const TAPES = 2.2;
