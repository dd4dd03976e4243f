/**
 * Where the pointer is over the maps, shared by all of them: one crosshair everywhere. Not part of the view: no link carries it.
 * Moves go round React: at every move each map writes one text, and one element two CSS variables.
 */
import { useEffect, type RefObject } from 'react';
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

export interface Point {
  /** Shares of the picture's width and height, 0 … 1. */
  readonly across: number;
  readonly down: number;
  /** The cell under the pointer, if it is one. */
  readonly slot?: string;
}

const pointer = createStore<{ readonly point: Point | undefined }>(() => ({ point: undefined }));
let scheduled: number | undefined;
let next: Point | undefined;

/** Takes effect with the next animation frame; of several in a frame the last. */
export function setPoint(point: Point | undefined): void {
  next = point;
  scheduled ??= requestAnimationFrame(() => {
    scheduled = undefined;
    pointer.setState({ point: next });
  });
}

/** The cell under the pointer. */
export const useHoveredSlot = (): string | undefined => useStore(pointer, ({ point }) => point?.slot);

/** Gives the element --across and --down, and data-pointing while the pointer is over a map. */
export function useCrosshair(element: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const follow = (point: Point | undefined) => {
      const target = element.current;
      if (!target) return;
      if (!point) {
        delete target.dataset['pointing'];
        return;
      }
      target.style.setProperty('--across', point.across.toFixed(4));
      target.style.setProperty('--down', point.down.toFixed(4));
      target.dataset['pointing'] = point.down > 0.7 ? 'low' : 'high';
    };
    follow(pointer.getState().point);
    return pointer.subscribe(({ point }) => follow(point));
  }, [element]);
}

/** Keeps the element's text at what `read` says of the place under the pointer. `read` must be stable. */
export function useReading(element: RefObject<HTMLElement | null>, read: (across: number, down: number) => string): void {
  useEffect(() => {
    const follow = (point: Point | undefined) => {
      if (point && element.current) element.current.textContent = read(point.across, point.down);
    };
    follow(pointer.getState().point);
    return pointer.subscribe(({ point }) => follow(point));
  }, [element, read]);
}

/** Where an event of the pointer lies in the element, in shares. */
export function shareOf(event: { readonly clientX: number; readonly clientY: number; readonly currentTarget: Element }): { across: number; down: number } {
  const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
  const share = (at: number, size: number) => Math.min(0.9999, Math.max(0, at / size));
  return { across: share(event.clientX - left, width), down: share(event.clientY - top, height) };
}
