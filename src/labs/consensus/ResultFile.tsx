/** The whole study as a file, and a file that was saved here or by the command line. What is opened stands in the place of the live study until one goes back. */
import { Button, FileTrigger } from 'react-aria-components';
import { notify } from '../../state/actions.ts';
import { useApp } from '../../ui/app.ts';
import { download } from '../../ui/download.ts';
import { MenuButton } from '../../ui/MenuButton.tsx';
import type { ConsensusRecord } from '../../studies/consensus/record.ts';
import type { Polling } from './polled.ts';
import { recordsCsv } from './recordsTable.ts';
import { readResult, resultText, type Opened } from './resultFile.ts';

interface Props {
  readonly polling: Polling | undefined;
  readonly records: readonly ConsensusRecord[];
  readonly opened: Opened | undefined;
  onOpen(opened: Opened | undefined): void;
}

const FILES = [
  { id: 'json', title: 'Whole result, JSON', description: 'every record with its protocol; this page and the command line read it' },
  { id: 'csv', title: 'All records, CSV', description: 'a line per image and model' },
] as const;

export function ResultFile({ polling, records, opened, onOpen }: Props) {
  const { store } = useApp();
  const save = (id: string) => {
    if (!polling) return;
    const name = `chorale-consensus-${polling.setup.method.id}-${records.length}-images-seed-${polling.setup.seed}`;
    if (id === 'csv') return download(`${name}.csv`, new Blob([recordsCsv(records, polling.setup.models[0]?.classes ?? [])], { type: 'text/csv' }));
    download(`${name}.json`, new Blob([resultText(polling, records)], { type: 'application/json' }));
  };
  const open = async (file: File) => {
    try {
      onOpen(readResult(await file.text(), file.name, store.getState().catalog));
    } catch (error) {
      notify(store, 'error', error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className="result-file">
      {polling && records.length > 0 && (
        <MenuButton label="Save the result" title="Save" items={FILES} onAction={save}>
          Save result
        </MenuButton>
      )}
      <FileTrigger acceptedFileTypes={['application/json', '.json']} onSelect={(files) => files?.[0] && void open(files[0])}>
        <Button className="button">Open a result</Button>
      </FileTrigger>
      {opened && (
        <Button className="button" onPress={() => onOpen(undefined)}>
          Back to the live study
        </Button>
      )}
    </div>
  );
}
