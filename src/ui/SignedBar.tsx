/** A signed number as a bar from the middle: right is positive, left negative. Decoration beside the number: hidden from screen readers. */
export function SignedBar({ value, limit }: { readonly value: number; readonly limit: number }) {
  const half = limit > 0 && Number.isFinite(value) ? 50 * Math.min(1, Math.abs(value) / limit) : 0;
  return (
    <svg className="signed-bar" data-negative={value < 0 || undefined} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect className="bar-track" y="2.5" width="100" height="1" />
      <rect className="bar-fill" x={value < 0 ? 50 - half : 50} width={half} height="6" />
      <rect className="bar-middle" x="49.5" width="1" height="6" />
    </svg>
  );
}
