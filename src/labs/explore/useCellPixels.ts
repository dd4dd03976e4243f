/** How many device pixels a cell of the grid is wide, so that maps are drawn at exactly that size. Follows the pane's size. */
import { useEffect, useState, type RefObject } from 'react';

const FIRST_GUESS = 128;

/** `layout` changes when rows or columns do. */
export function useCellPixels(pane: RefObject<HTMLElement | null>, layout: string): number {
  const [pixels, setPixels] = useState(FIRST_GUESS);
  useEffect(() => {
    const element = pane.current;
    if (!element) return;
    const measure = () => {
      const width = element.querySelector('.cell')?.getBoundingClientRect().width ?? 0;
      if (width >= 1) setPixels(Math.round(width * Math.min(2, window.devicePixelRatio)));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [pane, layout]);
  return pixels;
}
