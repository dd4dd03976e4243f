/** The dialog of the visitor's own models: ways to bring one, then what was found. Its state is the store's (state/bringing.ts). */
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { closeModels } from '../../../state/bringing.ts';
import { useApp, useAppState } from '../../../ui/app.ts';
import { Found } from './Found.tsx';
import { Ways } from './Ways.tsx';
import './bring.css';

export function BringDialog() {
  const app = useApp();
  const bringing = useAppState((state) => state.bringing);
  return (
    <ModalOverlay className="dialog-shade" isOpen={bringing !== undefined} onOpenChange={(open) => !open && void closeModels(app)}>
      <Modal className="dialog bring-modal">
        <Dialog className="bring">
          <Heading slot="title">{bringing?.draft ? (bringing.draft.replaces ? 'Change a model' : 'Add a model') : 'Models of your own'}</Heading>
          {bringing?.draft ? <Found draft={bringing.draft} problem={bringing.problem} /> : bringing && <Ways bringing={bringing} />}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
