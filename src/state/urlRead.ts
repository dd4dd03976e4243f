/** Reading one value of a link, with a word for the visitor where it cannot be read. Knows no view. */
import { coerce, type Param, type Value } from '../engine/params.ts';

/** Larger seeds would not survive 32-bit arithmetic. */
export const LARGEST_SEED = 2 ** 31 - 1;

/** How the readers get at the link, and how they say what they could not read. */
export interface Read {
  readonly link: URLSearchParams;
  say(key: string, value: string, problem: string, instead: string): void;
}

/** The value of `key` (the param's title unless given) where the link has one that `param` allows. */
export function readOne<V extends Value | undefined>({ link, say }: Read, param: Param, fallback: V, key = param.title): V {
  const text = link.get(key);
  if (text === null) return fallback;
  const value = coerce(param, text);
  if (value === undefined) say(key, text, param.kind === 'choice' ? `is none of ${param.options.join(', ')}` : 'is no such value', String(fallback));
  else if (typeof value === 'number' && value !== Number(text)) say(key, text, outside(param), String(value));
  return (value ?? fallback) as V;
}

const outside = (param: Param) => (param.kind === 'int' || param.kind === 'float' ? `is outside ${param.min} to ${param.max}${param.kind === 'int' ? ' or no whole number' : ''}` : '');
