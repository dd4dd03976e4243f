/** The site's catalogue of public models: what each is, from where, under which licence. Fetched only when one is chosen. */
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { takeAddress } from '../../../state/bringing.ts';
import { readCatalogue, type PublicModel } from '../../../state/publicModels.ts';
import { useApp } from '../../../ui/app.ts';
import { sizeOf } from '../../../ui/numbers.ts';

type Told = 'reading' | readonly PublicModel[] | { readonly problem: string };

export function PublicModels() {
  const app = useApp();
  const [told, setTold] = useState<Told>('reading');
  useEffect(() => {
    let wanted = true;
    app.client.ask({ kind: 'text', file: 'catalogue.json' }, { order: -10_000 }).then(
      ({ text }) => wanted && setTold(catalogueOf(text)),
      (error: unknown) => wanted && setTold({ problem: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [app.client]);
  if (told === 'reading') return <p className="quiet">Looking …</p>;
  if ('problem' in told) return <p role="alert">{told.problem}</p>;
  return (
    <>
      <p className="quiet">Trained on ImageNet by others and not verified here. Nothing is fetched before you press Fetch; then from the address shown.</p>
      <ul className="bring-list bring-public">
        {told.map((model) => (
          <li key={model.id}>
            <span className="bring-title">
              {model.title}{' '}
              <span className="quiet">
                {model.format}, {model.bytes > 0 ? `${sizeOf(model.bytes)}, ` : ''}
                {model.licence}; not verified here
              </span>
              <span className="bring-url">{model.address}</span>
            </span>
            <Button className="button" aria-label={`Fetch ${model.title}`} onPress={() => void takeAddress(app, model.address, model.title, model.reading)}>
              Fetch
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

function catalogueOf(text: string): Told {
  try {
    return readCatalogue(text);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
