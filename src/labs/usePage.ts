/** What changes with the page besides its content: the tab's title, the focus, the scroll. */
import { useEffect, useRef } from 'react';
import type { LabId } from '../state/view.ts';
import { TITLES } from './index.ts';

/** A page that replaces another takes the focus at its head, so that a keyboard or a screen reader is where the eye is. */
export function usePage(lab: LabId): void {
  const before = useRef(lab);
  useEffect(() => {
    document.title = TITLES[lab];
    if (before.current === lab) return;
    before.current = lab;
    window.scrollTo(0, 0);
    document.getElementById('main')?.focus({ preventScroll: true });
  }, [lab]);
}
