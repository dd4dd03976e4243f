/** Names of classes, compared: which class of one model is which of another. Not reading of label files. */

/** Regular plurals only; a word of three letters is left alone. */
function singular(word: string): string {
  if (word.length < 4 || /(ss|us|is)$/.test(word)) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(ch|sh|x|ss|zz)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') ? word.slice(0, -1) : word;
}

/** Lower case, words apart by one blank, without WordNet's number, brackets, accents and marks; each word in the singular. */
export function normalizedName(name: string): string {
  const plain = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/^n\d{8}\b/, '')
    .replace(/\([^)]*\)/g, ' ')
    .replace(/['’]s\b/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return plain.split(' ').map(singular).join(' ');
}

/** The names that a label gives, the first one first: "tench, Tinca tinca". */
export const synonymsOf = (label: string): string[] => label.split(/[,;|/]/).map(normalizedName).filter((name) => name !== '');

export interface LabelMatch {
  /** [class of a, class of b], by a; no class stands in two of them. */
  readonly pairs: readonly (readonly [number, number])[];
  readonly unmatchedA: readonly number[];
  readonly unmatchedB: readonly number[];
}

/**
 * Classes of a and b that bear the same name: first where the whole label is the same, then the first synonym, then any synonym, then the same letters
 * without blanks. Where several bear it, the k-th of a goes with the k-th of b. A visitor may correct it.
 */
export function matchLabels(a: readonly string[], b: readonly string[]): LabelMatch {
  const partner = new Map<number, number>();
  const taken = new Set<number>();
  const keys: ((label: string) => readonly string[])[] = [
    (label) => [synonymsOf(label).join(', ')],
    (label) => synonymsOf(label).slice(0, 1),
    synonymsOf,
    (label) => synonymsOf(label).map((name) => name.replaceAll(' ', '')),
  ];
  for (const keysOf of keys) {
    const places = new Map<string, number[]>();
    b.forEach((label, j) => {
      if (!taken.has(j)) for (const key of new Set(keysOf(label))) if (key) places.set(key, [...(places.get(key) ?? []), j]);
    });
    a.forEach((label, i) => {
      if (partner.has(i)) return;
      const found = keysOf(label).flatMap((key) => places.get(key) ?? []).find((j) => !taken.has(j));
      if (found === undefined) return;
      partner.set(i, found);
      taken.add(found);
    });
  }
  return {
    pairs: [...partner].sort(([i], [j]) => i - j),
    unmatchedA: [...a.keys()].filter((i) => !partner.has(i)),
    unmatchedB: [...b.keys()].filter((j) => !taken.has(j)),
  };
}
