/** The list of keys. Knows only what it is given. */
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

export interface Shortcut {
  readonly keys: readonly string[];
  readonly does: string;
}

interface Props {
  readonly isOpen: boolean;
  onOpenChange(isOpen: boolean): void;
  readonly shortcuts: readonly Shortcut[];
}

export function ShortcutsDialog({ isOpen, onOpenChange, shortcuts }: Props) {
  return (
    <ModalOverlay className="dialog-shade" isOpen={isOpen} onOpenChange={onOpenChange} isDismissable>
      <Modal className="dialog">
        <Dialog className="shortcuts">
          <Heading slot="title">Keys</Heading>
          <dl>
            {shortcuts.map(({ keys, does }) => (
              <div key={does}>
                <dt>
                  {keys.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <Button slot="close" className="button">
            Close
          </Button>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
