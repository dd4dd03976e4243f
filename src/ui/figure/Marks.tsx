/** Marks on the page: the elements that a file gets too (draw/figure/elements.ts), coloured by CSS variables. Knows no pointer and no keys. */
import { createElement, memo, type ReactNode } from 'react';
import { elementsOf, type Element } from '../../draw/figure/elements.ts';
import { INKS, type Ink, type Mark } from '../../draw/figure/marks.ts';

const paint = (ink: Ink): string => (ink in INKS.light ? `var(--${ink})` : ink);

/** 'stroke-width' → 'strokeWidth', as React wants it; data- and aria- stay. */
const reactName = (name: string) => (/^(data|aria)-/.test(name) ? name : name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));

/** A spot's first child is its title. */
const titleOf = ([title]: Element['children']): string => (typeof title === 'object' ? title.children.filter((child) => typeof child === 'string').join('') : '');

function node({ tag, attributes, children }: Element, place: number, spots: SpotProps | undefined): ReactNode {
  const props = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [reactName(name), value]));
  const spot = attributes['data-spot'];
  const named = typeof spot === 'string' && spots ? spots(spot, titleOf(children)) : {};
  // A spot stays itself when rows change their order, so that a focus stays with it.
  const key = typeof spot === 'string' ? `spot ${spot}` : place;
  return createElement(tag, { key, ...props, ...named }, ...children.map((child, i) => (typeof child === 'string' ? child : node(child, i, spots))));
}

/** What a spot's element has besides: role, name, tab stop. */
export type SpotProps = (id: string, name: string) => Readonly<Record<string, string | number>>;

export const Marks = memo(function Marks({ marks, spots }: { readonly marks: readonly Mark[]; readonly spots?: SpotProps }) {
  return elementsOf(marks, paint, true).map((element, i) => node(element, i, spots));
});
