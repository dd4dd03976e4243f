/** Messages for the visitor: polite, dismissible, never in the way. Holds no messages itself. */
import { Button } from 'react-aria-components';
import type { Notice } from '../state/store.ts';
import { CloseIcon } from './icons.tsx';

export function Notices({ notices, onDismiss }: { readonly notices: readonly Notice[]; onDismiss(id: Notice['id']): void }) {
  return (
    <div className="notices" role="status">
      {notices.map((notice) => (
        <div key={notice.id} className="notice" data-tone={notice.tone}>
          <p>{notice.message}</p>
          <Button className="button button-bare" aria-label="Dismiss" onPress={() => onDismiss(notice.id)}>
            <CloseIcon />
          </Button>
        </div>
      ))}
    </div>
  );
}
