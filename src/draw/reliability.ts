/** A reliability diagram: how often a model is right among images on which it is about as sure, as marks in a unit square. Data to numbers; draws nothing. */

export interface Bin {
  readonly n: number;
  /** Means over its images; both 0 where it is empty. */
  readonly confidence: number;
  readonly accuracy: number;
}

export interface ReliabilityMark {
  /** Of the bin's confidences, 0 … 1. */
  readonly from: number;
  readonly to: number;
  readonly n: number;
  /** Share of all images. */
  readonly share: number;
  /** Absent where the bin is empty. */
  readonly point?: { readonly confidence: number; readonly accuracy: number };
}

/** One mark for each of equally wide bins, in order. */
export function reliabilityMarks(bins: readonly Bin[]): readonly ReliabilityMark[] {
  const total = bins.reduce((sum, { n }) => sum + n, 0);
  return bins.map(({ n, confidence, accuracy }, index) => ({
    from: index / bins.length,
    to: (index + 1) / bins.length,
    n,
    share: total > 0 ? n / total : 0,
    ...(n > 0 ? { point: { confidence, accuracy } } : {}),
  }));
}

/** Σ n · (confidence − accuracy) / Σ n: above 0 the model is surer than it is right. */
export function overconfidence(bins: readonly Bin[]): number {
  const total = bins.reduce((sum, { n }) => sum + n, 0);
  return total > 0 ? bins.reduce((sum, { n, confidence, accuracy }) => sum + n * (confidence - accuracy), 0) / total : 0;
}
