/** What stands in the inspector before anything is chosen: how to read the page, and the two sliders that teach most. */
import { endDrag, select, setParam } from '../../../state/actions.ts';
import { paramsOf } from '../../../state/request.ts';
import { useApp, useView } from '../../../ui/app.ts';
import { ParamControl } from '../../../ui/ParamControl.tsx';
import { Button } from 'react-aria-components';
import { useGridContext } from '../useGrid.ts';

/** Method and parameter. */
const AT_HAND = [
  ['local-attribution', 'radius'],
  ['integrated-gradients', 'steps'],
] as const;

export function Guide() {
  const { store } = useApp();
  const { methods } = useGridContext();
  const set = useView((view) => view.params);
  const offered = AT_HAND.flatMap(([id, name]) => {
    const method = methods.find((entry) => entry.id === id);
    const param = method?.params[name];
    return method && param ? [{ method, name, param }] : [];
  });
  return (
    <>
      <section className="card" aria-labelledby="guide-head">
        <h2 className="section-head" id="guide-head">
          How to read this
        </h2>
        <p className="prose">A row is a model, a column a way of asking it: which pixels made you say so? Red pixels spoke for the class, blue ones against it.</p>
        <p className="prose">The last row is what the voters agree on. A hollow mark is a model that does not vote: it sees something else, is weak, or learned a shortcut.</p>
        <p className="quiet">Point at a map to read its values in all of them; click to pin a region. A name explains itself when it is chosen.</p>
      </section>
      {offered.map(({ method, name, param }) => (
        <section className="card" key={method.id} aria-label={method.title}>
          <Button className="button button-text at-hand" onPress={() => select(store, { method: method.id })}>
            {method.title}
          </Button>
          <ParamControl
            param={param}
            value={paramsOf(method.params, set[method.id])[name] ?? param.default}
            onChange={(value, final) => {
              setParam(store, method.id, name, value, { dragging: !final });
              if (final) endDrag(store);
            }}
          />
        </section>
      ))}
    </>
  );
}
