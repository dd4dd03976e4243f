/** How much this browser keeps of studies, and forgetting it: that cannot be undone, so it is asked. */
import { useState } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { keptOutcomes, type Usage } from '../state/outcomes.ts';
import { plural, sizeOf } from './numbers.ts';

/** 'reading', then what is there, or why nobody knows. */
type Told = 'reading' | Usage | { readonly problem: string };

function wordsOf(told: Told): string {
  if (told === 'reading') return 'Looking …';
  if ('problem' in told) return `This browser keeps nothing for Chorale (${told.problem}).`;
  if (told.count === 0) return 'This browser keeps no results of studies.';
  return `This browser keeps ${plural(told.count, 'result')} of studies, ${sizeOf(told.bytes)}, so that nothing is computed twice. Forgotten, they are computed anew when they are wanted; that cannot be undone.`;
}

export function KeptResults() {
  const [isOpen, setOpen] = useState(false);
  const [told, setTold] = useState<Told>('reading');
  const fail = (error: unknown) => setTold({ problem: error instanceof Error ? error.message : String(error) });
  const look = () => keptOutcomes().usage().then(setTold, fail);
  const open = (next: boolean) => {
    setOpen(next);
    if (next) void look();
  };
  const some = told !== 'reading' && 'count' in told && told.count > 0;
  return (
    <>
      <Button className="button button-text" onPress={() => open(true)}>
        Kept results
      </Button>
      <ModalOverlay className="dialog-shade" isOpen={isOpen} onOpenChange={open} isDismissable>
        <Modal className="dialog">
          <Dialog className="kept-results">
            <Heading slot="title">Kept results</Heading>
            <p>{wordsOf(told)}</p>
            <div className="kept-buttons">
              {some && (
                <Button className="button" onPress={() => void keptOutcomes().clear().then(look, fail)}>
                  Forget them
                </Button>
              )}
              <Button slot="close" className="button">
                Close
              </Button>
            </div>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  );
}
