/** What the selected method is: words first, then formula, traits, source, when it misleads; and its sliders. */
import { memo } from 'react';
import { Button } from 'react-aria-components';
import { endDrag, resetParams, setParam, setSeed } from '../../../state/actions.ts';
import { paramsOf } from '../../../state/request.ts';
import { SLOTS } from '../../../state/store.ts';
import { LARGEST_SEED } from '../../../state/urlRead.ts';
import type { DescribeResult, MethodEntry } from '../../../worker/protocol.ts';
import { useApp, useAppState, useView } from '../../../ui/app.ts';
import { Formula } from '../../../ui/Formula.tsx';
import { explainsWords, passesWords, SCORE_WORDS } from '../../../ui/methodWords.ts';
import { NumberEntry } from '../../../ui/NumberEntry.tsx';
import { ParamControl } from '../../../ui/ParamControl.tsx';
import { BaselineImage } from './BaselineImage.tsx';

const SEED = { kind: 'int', title: 'Seed', min: 0, max: LARGEST_SEED, default: 0 } as const;

export const MethodCard = memo(function MethodCard({ method }: { readonly method: MethodEntry }) {
  const { store } = useApp();
  const description = useAppState((state) => descriptionOf(state.entries[SLOTS.description]?.shown?.result));
  const set = useView((view) => view.params[method.id]);
  const seed = useView((view) => view.seed);
  const score = useView((view) => view.score);
  const values = paramsOf(method.params, set);
  const seeded = description !== undefined && !description.claims.includes('deterministic');
  return (
    <section className="card" aria-labelledby="method-head">
      <h2 className="section-head">Method</h2>
      <h3 className="card-title" id="method-head">
        {method.title}
      </h3>
      <p className="prose">{method.card.says}</p>
      <Formula tex={method.card.formula} />
      <ul className="chips" aria-label="Traits">
        <li>{method.signed ? 'signed' : 'unsigned'}</li>
        {description && <li>{seeded ? 'seeded' : 'deterministic'}</li>}
        {description?.claims.includes('complete') && <li>complete</li>}
        {description && <li>{passesWords(description)}</li>}
        <li>{explainsWords(score === 'published' ? `${SCORE_WORDS[method.score]}, as published` : SCORE_WORDS[score], description)}</li>
      </ul>
      <div className="controls">
        {Object.entries(method.params).map(([name, param]) => (
          <ParamControl
            key={`${method.id} ${name}`}
            param={param}
            value={values[name] ?? param.default}
            onChange={(value, final) => {
              setParam(store, method.id, name, value, { dragging: !final });
              if (final) endDrag(store);
            }}
          />
        ))}
        {Object.values(values).includes('image') && <BaselineImage />}
        {seeded && (
          <div className="seed-line">
            <span>Seed of the random draws</span>
            <NumberEntry param={SEED} text={String(seed)} onCommit={(next) => setSeed(store, next)} />
          </div>
        )}
        {set && Object.keys(set).length > 0 && (
          <Button className="button button-text" onPress={() => resetParams(store, method.id)}>
            Back to the defaults
          </Button>
        )}
      </div>
    </section>
  );
});

/** What to beware of, and where the method comes from. */
export function MethodSource({ method }: { readonly method: MethodEntry }) {
  return (
    <section className="card" aria-label="Limits and source">
      <p className="prose prose-small">
        <b>When it misleads.</b> {method.card.misleads}
      </p>
      <p className="quiet">{method.reference}</p>
    </section>
  );
}

const descriptionOf = (result: { readonly kind: string } | undefined): DescribeResult | undefined => (result?.kind === 'describe' ? (result as DescribeResult) : undefined);
