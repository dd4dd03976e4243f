/** The method of a study: the paper's settings one click away, any other with its parameters, and the score that is explained. */
import { useMemo } from 'react';
import { endDrag, setStudy } from '../../state/actions.ts';
import { paramsOf } from '../../state/request.ts';
import { presentPreset, studyPresets, withStudyParam } from '../../state/studyPresets.ts';
import type { StudyChoice } from '../../state/view.ts';
import { useApp, useAppState, useView } from '../app.ts';
import { byFamily, familyTitle } from '../families.ts';
import { ParamControl } from '../ParamControl.tsx';
import { Select } from '../Select.tsx';

const SCORES: readonly { readonly id: StudyChoice['score']; readonly title: string }[] = [
  { id: 'published', title: 'as published' },
  { id: 'logit', title: 'logit' },
  { id: 'probability', title: 'probability' },
  { id: 'log-probability', title: 'log-probability' },
];
/** Ids of presets in the list of methods. */
const PRESET = 'preset:';

export function MethodPicker() {
  const { store } = useApp();
  const catalog = useAppState((state) => state.catalog);
  const choice = useView((view) => view.study);
  const presets = useMemo(() => studyPresets(catalog), [catalog]);
  const method = catalog.methods.find(({ id }) => id === choice.method);
  const present = presentPreset(catalog, choice);
  const options = useMemo(
    () => [
      ...presets.map(({ id, title }) => ({ id: `${PRESET}${id}`, title, group: 'As in the paper' })),
      ...byFamily(catalog.methods, ({ family }) => family).flatMap(({ family, items }) => items.map(({ id, title }) => ({ id, title, group: familyTitle(family) }))),
    ],
    [catalog, presets],
  );
  const choose = (id: string) => {
    const preset = presets.find((one) => `${PRESET}${one.id}` === id);
    setStudy(store, preset ? { method: preset.method, params: preset.params, score: preset.score } : { method: id, params: {}, score: 'published' });
  };
  return (
    <fieldset className="study-part">
      <legend className="section-head">Explained by</legend>
      <Select title="Method" options={options} value={present ? `${PRESET}${present.id}` : choice.method} onChange={choose} />
      <Select title="Score" options={SCORES} value={choice.score} onChange={(score) => setStudy(store, { score })} />
      {present && <p className="quiet">{present.says}</p>}
      {method && Object.keys(method.params).length > 0 && <Parameters />}
    </fieldset>
  );
}

function Parameters() {
  const { store } = useApp();
  const catalog = useAppState((state) => state.catalog);
  const { method: id, params } = useView((view) => view.study);
  const method = catalog.methods.find((one) => one.id === id)!;
  const values = paramsOf(method.params, params);
  return (
    <details className="study-params">
      <summary>Parameters of {method.title}</summary>
      <div className="study-param-list">
        {Object.entries(method.params).map(([name, param]) => (
          <ParamControl
            key={name}
            param={param}
            value={values[name]!}
            onChange={(value, final) => {
              setStudy(store, { params: withStudyParam(method, params, name, value) }, { dragging: !final });
              if (final) endDrag(store);
            }}
          />
        ))}
      </div>
    </details>
  );
}
