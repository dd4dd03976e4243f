/** Says a sentence to screen readers, once it has stood still for a moment. Shows nothing. */
import { useEffect, useState } from 'react';

const QUIET_MS = 900;

export function Announcer({ sentence }: { readonly sentence: string }) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSaid(sentence), QUIET_MS);
    return () => clearTimeout(timer);
  }, [sentence]);
  return (
    <p className="visually-hidden" role="status" aria-live="polite">
      {said}
    </p>
  );
}
