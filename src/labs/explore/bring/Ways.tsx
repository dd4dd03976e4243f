/** Ways to bring a model: a file, a folder, an address, the catalogue; and the models that are there. Reads nothing itself. */
import { useState } from 'react';
import { Button, FileTrigger } from 'react-aria-components';
import { closeModels, dropDraft, openModels, removeModel, takeAddress, takeFiles, undoRemoval, type Bringing } from '../../../state/bringing.ts';
import { useApp, useAppState } from '../../../ui/app.ts';
import { Bar } from '../../../ui/Bar.tsx';
import { bytesOf, sizeOf } from '../../../ui/numbers.ts';
import { PublicModels } from './PublicModels.tsx';
import { namedFiles } from './files.ts';

const TYPES = ['.onnx', '.json', '.bin', '.zip', '.data', '.pb', '.pt', '.pth', '.h5', '.keras', '.safetensors', '.tflite'];

export function Ways({ bringing: { taking, problem, removed } }: { readonly bringing: Bringing }) {
  const app = useApp();
  const [listed, setListed] = useState(false);
  const onSelect = (files: FileList | null) => files && files.length > 0 && void takeFiles(app, namedFiles(files));
  if (taking) return <Taking {...taking} />;
  return (
    <>
      <p>
        ONNX, or TensorFlow.js (its model.json together with its weights, a folder or a zip). It stays on this computer: nothing is uploaded. Files can also be dropped anywhere on this page.
      </p>
      {problem && (
        <p className="bring-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="bring-buttons">
        <FileTrigger allowsMultiple acceptedFileTypes={TYPES} onSelect={onSelect}>
          <Button className="button">Choose files</Button>
        </FileTrigger>
        <FileTrigger acceptDirectory onSelect={onSelect}>
          <Button className="button">Choose a folder</Button>
        </FileTrigger>
      </div>
      <Address onFetch={(address) => void takeAddress(app, address)} />
      <OwnModels removed={removed} />
      <details className="bring-details" open={listed} onToggle={(event) => setListed(event.currentTarget.open)}>
        <summary>Public models</summary>
        {listed && <PublicModels />}
      </details>
      <div className="bring-buttons bring-end">
        <Button className="button" onPress={() => void closeModels(app)}>
          Close
        </Button>
      </div>
    </>
  );
}

function Address({ onFetch }: { onFetch(address: string): void }) {
  const [address, setAddress] = useState('');
  return (
    <form
      className="bring-address"
      onSubmit={(event) => {
        event.preventDefault();
        if (address.trim()) onFetch(address.trim());
      }}
    >
      <label htmlFor="bring-address">Or an address</label>
      <input id="bring-address" type="text" inputMode="url" autoComplete="off" spellCheck={false} placeholder="https://…/model.onnx" value={address} onChange={(event) => setAddress(event.target.value)} />
      <Button className="button" type="submit" isDisabled={address.trim() === ''}>
        Fetch
      </Button>
      <p className="quiet">Fetched once, when you press Fetch, from that address and nowhere else.</p>
    </form>
  );
}

function Taking({ what, done, total }: NonNullable<Bringing['taking']>) {
  const app = useApp();
  const fetched = useAppState((state) => state.loading[what]);
  const [so, all] = fetched ? [fetched.done, fetched.total] : [done, total];
  return (
    <>
      <p className="bring-what">{what}</p>
      <p role="status">{all > 0 ? `Reading, ${bytesOf(so, all)}` : so > 0 ? `Reading, ${sizeOf(so)} so far` : 'Reading …'}</p>
      <Bar share={all > 0 ? so / all : 0} />
      <div className="bring-buttons bring-end">
        <Button className="button" onPress={() => void dropDraft(app)}>
          Cancel
        </Button>
      </div>
    </>
  );
}

function OwnModels({ removed }: Pick<Bringing, 'removed'>) {
  const app = useApp();
  const own = useAppState((state) => state.catalog.own);
  if (!removed && (own ?? []).length === 0) return null;
  return (
    <section aria-labelledby="bring-own">
      <h3 className="section-head" id="bring-own">
        On this computer
      </h3>
      <ul className="bring-list">
        {own?.map(({ id, title, bytes, own: { format } }) => (
          <li key={id}>
            <span className="bring-title">
              {title} <span className="quiet">{format}, {sizeOf(bytes)}</span>
            </span>
            <Button className="button button-text" aria-label={`Change ${title}`} onPress={() => openModels(app.store, { change: id })}>
              Change
            </Button>
            <Button className="button button-text" aria-label={`Remove ${title}`} onPress={() => void removeModel(app, id)}>
              Remove
            </Button>
          </li>
        ))}
      </ul>
      {removed && (
        <p role="status">
          {removed.title} was removed.{' '}
          <Button className="button button-text" onPress={() => void undoRemoval(app)}>
            Undo
          </Button>
        </p>
      )}
    </section>
  );
}
