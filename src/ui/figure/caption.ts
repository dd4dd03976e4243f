/** What stands beneath every figure and in every file of it. Words only. */

/** What every number needs: what was done, on how many, drawn with which seed. */
export interface FigureCaption {
  /** Sentences: what is measured and how; what whiskers and bands are. */
  readonly protocol: readonly string[];
  /** "38 of 40 scenes kept, 16 models". */
  readonly n: string;
  readonly seed: number;
  /** Of models, methods, app, where they matter. */
  readonly versions?: string;
}

export const captionLines = ({ protocol, n, seed, versions }: FigureCaption): string[] => [...protocol, `n: ${n}. Seed ${seed}.${versions ? ` ${versions}.` : ''}`];
