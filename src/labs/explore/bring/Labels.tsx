/** Where the names of a model's classes come from: its file, the ImageNet list, a file of the visitor's, or nowhere. */
import { Button, FileTrigger } from 'react-aria-components';
import { setLabels, type Draft, type LabelSource } from '../../../state/bringing.ts';
import type { InspectResult } from '../../../worker/protocol.ts';
import { useApp } from '../../../ui/app.ts';
import { Select } from '../../../ui/Select.tsx';

export function Labels({ draft, inspection: { labels, outputs } }: { readonly draft: Draft; readonly inspection: InspectResult }) {
  const app = useApp();
  const options: { readonly id: LabelSource; readonly title: string }[] = [
    ...(labels?.length === outputs ? [{ id: 'file' as const, title: 'from the model’s file' }] : []),
    ...(outputs === 1000 || outputs === 1001 ? [{ id: 'imagenet' as const, title: 'ImageNet’s list' }] : []),
    ...(draft.labels === 'own' ? [{ id: 'own' as const, title: draft.replaces ? 'as they are' : 'from your file' }] : []),
    { id: 'numbers', title: 'numbers only' },
  ];
  const value = options.some(({ id }) => id === draft.labels) ? draft.labels : 'numbers';
  return (
    <div className="bring-labels">
      <Select title="Names of its classes" options={options} value={value} onChange={(next) => next !== 'own' && void setLabels(app, next)} />
      <FileTrigger acceptedFileTypes={['.txt', '.json', '.csv', '.tsv']} onSelect={(files) => files?.[0] && void setLabels(app, 'own', files[0])}>
        <Button className="button">From a file</Button>
      </FileTrigger>
      {draft.labelProblem && (
        <p className="bring-problem" role="alert">
          {draft.labelProblem}
        </p>
      )}
    </div>
  );
}
