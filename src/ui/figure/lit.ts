/**
 * Whose marks are lit, shared by all figures: the member under the pointer or the focus is lit in every one. Not part of the view: no link carries it.
 * Changes go round React: each figure sets an attribute on its own marks.
 */
import { useEffect, type RefObject } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** Ids of models, methods …: `series` of marks. */
export type Series = readonly string[];
const NONE: Series = [];

const lit = createStore<{ readonly series: Series }>(() => ({ series: NONE }));

/** Lights these in every figure; none, and nothing is lit. */
export function light(series: Series = NONE): void {
  const now = lit.getState().series;
  if (now.length !== series.length || now.some((id, i) => id !== series[i])) lit.setState({ series: series.length === 0 ? NONE : series });
}

/** For what is no figure, such as rows of a table. */
export const useLit = (): Series => useStore(lit, ({ series }) => series);

/** For an element of a table or list: it is lit with its series, and lights it. Spread it on the element. */
export function useLighting(id: string): { readonly 'data-lit': true | undefined; onPointerEnter(): void; onPointerLeave(): void; onFocus(): void; onBlur(): void } {
  const isLit = useStore(lit, ({ series }) => series.includes(id));
  const on = () => light([id]);
  const off = () => light();
  return { 'data-lit': isLit || undefined, onPointerEnter: on, onPointerLeave: off, onFocus: on, onBlur: off };
}

/** Keeps `data-lit` on the element's marks of the lit series, and `data-lighting` on the element while one of its own is lit. `drawn`: what was drawn, so that new marks are lit too. */
export function useLitMarks(element: RefObject<Element | null>, drawn: unknown): void {
  useEffect(() => {
    const follow = ({ series }: { readonly series: Series }) => {
      const root = element.current;
      if (!root) return;
      let any = false;
      for (const mark of root.querySelectorAll('[data-series]')) {
        const own = mark.getAttribute('data-series')!.split(' ').some((id) => series.includes(id));
        mark.toggleAttribute('data-lit', own);
        any ||= own;
      }
      root.toggleAttribute('data-lighting', any);
    };
    follow(lit.getState());
    return lit.subscribe(follow);
  }, [element, drawn]);
}
