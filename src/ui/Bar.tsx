/** A share as a thin bar. Decoration beside a number: hidden from screen readers. */
export function Bar({ share, hollow = false }: { readonly share: number; readonly hollow?: boolean }) {
  return (
    <svg className="bar" data-hollow={hollow || undefined} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect className="bar-track" width="100" height="6" />
      <rect className="bar-fill" width={100 * Math.min(1, Math.max(0, share))} height="6" />
    </svg>
  );
}
