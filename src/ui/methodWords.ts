/** What the declarations of methods read like: passes, claims, scores, ranges, sources. Pure; the cards' own words are the catalogue's. */
import type { Claim } from '../engine/methods/method.ts';
import type { Param } from '../engine/params.ts';
import type { Capability, MethodEntry } from '../worker/protocol.ts';
import { count } from './numbers.ts';
import { valueText } from './sliderScale.ts';

export const SCORE_WORDS = { logit: 'logit', probability: 'probability', 'log-probability': 'log-probability', margin: 'margin' } as const satisfies Record<MethodEntry['score'], string>;

/** "32 passes forth and back", "at most 780 forward + 400 backward". */
export function passesWords({ passes }: Pick<Capability, 'passes'>): string {
  const { forward, backward, exact } = passes;
  const bound = exact ? '' : 'at most ';
  if (forward === 0 && backward === 0) return 'no passes';
  if (backward === 0) return `${bound}${count(forward)} forward ${forward === 1 ? 'pass' : 'passes'}`;
  if (forward === backward) return `${bound}${count(forward)} ${forward === 1 ? 'pass' : 'passes'} forth and back`;
  return `${bound}${count(forward)} forward + ${count(backward)} backward`;
}

/** "explains the logit, as published", or that the map hangs on neither score nor class. */
export function explainsWords(score: string, description: Pick<Capability, 'claims'> | undefined): string {
  if (description?.claims.includes('class-free')) return 'the same for every class';
  if (description?.claims.includes('score-free')) return 'explains the class, the same for every score';
  return `explains the ${score}`;
}

/** In the order in which they are listed. What a map explains is said apart (`explainsWords`). */
const CLAIMS = {
  complete: 'complete',
  'non-negative': 'never negative',
  deterministic: 'deterministic',
} as const satisfies Partial<Record<Claim, string>>;

/** "complete", "deterministic" … ; 'sampled' stands for a map that a seed decides. */
export function claimsInWords(claims: readonly Claim[]): string[] {
  const said = (Object.keys(CLAIMS) as (keyof typeof CLAIMS)[]).filter((claim) => claims.includes(claim)).map((claim) => CLAIMS[claim]);
  return claims.includes('deterministic') ? said : [...said, 'sampled'];
}

/** "2 to 256 steps, usually 32", "black, mean colour or white; usually black". */
export function rangeWords(param: Param): string {
  switch (param.kind) {
    case 'flag':
      return `on or off; usually ${param.default ? 'on' : 'off'}`;
    case 'choice': {
      const titles = param.options.map((option) => param.labels?.[option] ?? option.replaceAll('-', ' '));
      const usual = titles[param.options.indexOf(param.default)]!;
      const listed = titles.length > 1 ? `${titles.slice(0, -1).join(', ')} or ${titles.at(-1)!}` : usual;
      return `${listed}; usually ${usual}`;
    }
    case 'int':
    case 'float':
      return `${valueText(param, param.min)} to ${valueText(param, param.max)}, usually ${valueText(param, param.default)}`;
    default:
      return param satisfies never;
  }
}

/** The first sentence of a text. */
export const firstSentence = (text: string): string => /^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;

/** "Sundararajan et al. 2017", from the reference of a card. */
export function shortReference(reference: string): string {
  const [, authors = reference, year = ''] = /^(.+?) \((\d{4})\)/.exec(reference) ?? [];
  const names = authors.split(', ');
  return [names.length > 2 ? `${names[0]} et al.` : names.join(' & '), year].filter(Boolean).join(' ');
}

/** The address of the paper where the reference has an arXiv number. */
export function paperAddress(reference: string): string | undefined {
  const number = /arXiv (\d{4}\.\d{4,5})/.exec(reference)?.[1];
  return number && `https://arxiv.org/abs/${number}`;
}
