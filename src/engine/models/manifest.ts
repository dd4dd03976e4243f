/** What is written beside a model's weights: graph.json and card.json, and the zoo's index.json. Types only. */
import type { Features } from '../graph/graph.ts';
import type { Attrs, OpName } from '../graph/ops/index.ts';
import type { Role } from './committee.ts';

/** One weight in weights.bin: little-endian halves from byte `offset`. */
export interface WeightEntry {
  readonly node: string;
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
}

/** How the weights came about. */
export interface Training {
  readonly seed: number;
  /** Scenes it saw, and how often. */
  readonly scenes: number;
  readonly epochs: number;
  /** Processor time, where it was recorded. */
  readonly cpuSeconds?: number;
}

/** graph.json: the network, and where its weights stand. Written by `train`. */
export interface GraphFile {
  readonly format: 1;
  readonly id: string;
  readonly title: string;
  readonly family: string;
  /** Images are [size, size, 3], RGB in [0, 1]; the graph's first node does the rest. */
  readonly inputSize: number;
  readonly classes: readonly { readonly id: string; readonly title: string }[];
  readonly training: Training;
  readonly graph: {
    readonly input: string;
    readonly output: string;
    readonly features: Features;
    readonly nodes: readonly { readonly id: string; readonly op: OpName; readonly inputs: readonly string[]; readonly attrs: Attrs }[];
  };
  readonly weights: {
    readonly file: string;
    readonly type: 'float16';
    readonly bytes: number;
    readonly sha256: string;
    readonly entries: readonly WeightEntry[];
  };
}

export interface Accuracy {
  readonly correct: number;
  readonly n: number;
  readonly share: number;
  /** Wilson, 95 %. */
  readonly interval: readonly [number, number];
}

/** What a backend must compute from a fixed scene: the same numbers to a relative 1e-3 of the largest. */
export interface Golden {
  readonly scene: number;
  readonly logits: readonly number[];
  /** Of the top logit by the pixels: Σ, Σ|·|, and the entries at evenly spaced places of the flattened gradient. */
  readonly gradient: { readonly target: number; readonly sum: number; readonly absoluteSum: number; readonly entries: readonly number[] };
}

/** Features pooled over places, of the validation images: what 'far from training' is measured against (strangeness.ts). */
export interface FeatureStatistics {
  /** Each class's mean features. */
  readonly means: readonly (readonly number[])[];
  /** Of each feature around its class's mean. */
  readonly deviation: readonly number[];
  /** 101 evenly spaced quantiles of the validation images' distances. */
  readonly quantiles: readonly number[];
}

/** How far the confidence of a model can be believed, over ten equal bins of its largest probability. Guo et al. 2017. */
export interface Calibration {
  /** Per bin: images, their mean confidence and the share that is right; 0 where the bin is empty. */
  readonly bins: readonly { readonly n: number; readonly confidence: number; readonly accuracy: number }[];
  /** Expected calibration error, Σ n_bin / n · |accuracy − confidence|. */
  readonly error: number;
}

/** card.json: what the model is and how good, computed from the files as loaded. Written by `evaluate`. */
export interface ModelCard {
  readonly architecture: string;
  readonly parameters: number;
  /** Multiply-adds of one image. */
  readonly multiplyAdds: number;
  readonly training: Training & { readonly command: string };
  readonly validation: Accuracy;
  readonly test: Accuracy;
  /** Test images of class [row] that were called [column]. */
  readonly confusion: readonly (readonly number[])[];
  /** Of the test images. */
  readonly calibration: Calibration;
  /** Accuracy on the first `n` test images with a sticker that stands for their class, and with one that stands for another. */
  readonly stickers: { readonly n: number; readonly truthful: Accuracy; readonly misleading: Accuracy };
  readonly golden: Golden;
  readonly features: FeatureStatistics;
  /** Of the weights that this card speaks about. */
  readonly sha256: string;
}

/** One line of index.json: what a menu needs before any weight is loaded. */
export interface ZooEntry {
  readonly id: string;
  readonly title: string;
  readonly architecture: string;
  readonly family: string;
  readonly familyTitle: string;
  /** How places of the image come together in it. */
  readonly mixes: 'convolution' | 'attention' | 'other';
  /** 'member' votes; 'weak' and 'shortcut' are scored but do not vote unless asked. */
  readonly role: Role;
  /** What is special about its training. */
  readonly note?: string;
  readonly inputSize: number;
  readonly classes: readonly string[];
  readonly parameters: number;
  readonly multiplyAdds: number;
  /** Expected calibration error on test images. */
  readonly calibrationError: number;
  /** Of the weights: what is downloaded, and under which checksum it is kept. */
  readonly bytes: number;
  readonly sha256: string;
  readonly accuracy: { readonly validation: number; readonly test: number; readonly interval: readonly [number, number]; readonly n: number };
}

/** A model's files together. */
export interface Manifest extends Omit<GraphFile, 'graph'> {
  readonly card: ModelCard;
}
