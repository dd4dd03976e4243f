/** Where the pointer is over the maps, shared by all of them: one crosshair everywhere. Not part of the view: no link carries it. */
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

export const usePoint = (): Point | undefined => useStore(pointer, ({ point }) => point);
/** The cell under the pointer. */
export const useHoveredSlot = (): string | undefined => useStore(pointer, ({ point }) => point?.slot);

/** Where an event of the pointer lies in the element, in shares. */
export function shareOf(event: { readonly clientX: number; readonly clientY: number; readonly currentTarget: Element }): { across: number; down: number } {
  const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
  const share = (at: number, size: number) => Math.min(0.9999, Math.max(0, at / size));
  return { across: share(event.clientX - left, width), down: share(event.clientY - top, height) };
}
