/** Which label of a model is which class of the scenes, so that it can vote with the built-in committee: by name, and as the visitor corrects it. */
import { useMemo } from 'react';
import { sceneOutputs } from '../../../state/classes.ts';
import { setDraft, type Draft } from '../../../state/bringing.ts';
import { useApp, useAppState } from '../../../ui/app.ts';

export function Mapping({ draft, labels }: { readonly draft: Draft; readonly labels: readonly string[] }) {
  const { store } = useApp();
  const scenes = useAppState((state) => state.catalog.models[0]?.classes);
  const { corrections } = draft;
  const found = useMemo(() => sceneOutputs(scenes ?? [], { classes: labels, ...(corrections ? { corrections } : {}) }), [scenes, labels, corrections]);
  if (!scenes) return null;
  const set = (title: string, text: string) => {
    const label = labels.find((known) => known === text) ?? labels.find((known) => known.toLowerCase().startsWith(text.toLowerCase()) && text.length > 2);
    if (text.trim() === '' || label !== undefined) setDraft(store, { corrections: { ...corrections, [title]: label ?? null } });
  };
  return (
    <details className="bring-details">
      <summary>
        Classes of the scenes: it knows {found.size} of {scenes.length}
      </summary>
      <p className="quiet">With these it votes beside the built-in models; asked about another class, it is explained on its own. An empty field: it has no such class.</p>
      <datalist id="bring-known">
        {labels.slice(0, 1001).map((label, k) => (
          <option key={k} value={label} />
        ))}
      </datalist>
      <table className="sums bring-mapping">
        <thead>
          <tr>
            <th scope="col">Scene</th>
            <th scope="col">Its label</th>
          </tr>
        </thead>
        <tbody>
          {scenes.map((title, k) => {
            const label = found.has(k) ? (labels[found.get(k)!] ?? '') : '';
            return (
              <tr key={title}>
                <th scope="row">{title}</th>
                <td>
                  <input key={label} type="text" list="bring-known" autoComplete="off" aria-label={`Its label for ${title}`} defaultValue={label} onBlur={(event) => event.target.value !== label && set(title, event.target.value)} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </details>
  );
}
