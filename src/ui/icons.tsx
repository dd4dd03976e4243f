/** The few line icons of the page, drawn on a 16 × 16 grid. They carry no meaning alone: each button names itself in words. */
import type { ReactNode } from 'react';

const icon = (children: ReactNode) => (
  <svg viewBox="0 0 16 16" aria-hidden="true">
    {children}
  </svg>
);

export const UndoIcon = () => icon(<path d="M5.5 3 2.5 6l3 3M2.5 6h6.75a4 4 0 0 1 0 8H6" />);
export const RedoIcon = () => icon(<path d="M10.5 3l3 3-3 3M13.5 6H6.75a4 4 0 0 0 0 8H10" />);
export const CloseIcon = () => icon(<path d="M4 4l8 8M12 4l-8 8" />);
export const CheckIcon = () => icon(<path d="M3 8.5l3.5 3.5L13 4.5" />);
export const CrossIcon = () => icon(<path d="M4.5 4.5l7 7M11.5 4.5l-7 7" />);
export const DiceIcon = () =>
  icon(
    <>
      <rect x="2" y="2" width="12" height="12" rx="2.5" />
      <path d="M5.5 5.5h.01M10.5 5.5h.01M8 8h.01M5.5 10.5h.01M10.5 10.5h.01" strokeWidth="2" />
    </>,
  );
export const SunIcon = () =>
  icon(
    <>
      <circle cx="8" cy="8" r="2.8" />
      <path d="M8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1" />
    </>,
  );
export const MoonIcon = () => icon(<path d="M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5 5.8 5.8 0 1 0 13.5 9.6Z" />);
export const HalfIcon = () =>
  icon(
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 2.5v11a5.5 5.5 0 0 0 0-11Z" fill="currentColor" />
    </>,
  );
export const PlusIcon = () => icon(<path d="M8 3v10M3 8h10" />);
export const ImageIcon = () =>
  icon(
    <>
      <rect x="1.75" y="2.75" width="12.5" height="10.5" rx="1.5" />
      <path d="M2 11.5 6 8l3 2.5L11.5 8l2.5 2" />
    </>,
  );
export const SlidersIcon = () => icon(<path d="M2 5h6M12 5h2M2 11h2M8 11h6M10 3v4M6 9v4" />);
