/** What there is, as it travels to the page: models, methods, metrics, ops, scenes. Types only; made by engine/catalog.ts. */
import type { Preprocessing } from '../engine/importers/preprocessing.ts';
import type { OpKind } from '../engine/graph/ops/op.ts';
import type { MethodCard } from '../engine/methods/method.ts';
import type { ScoreKind } from '../engine/methods/score.ts';
import type { Metric } from '../engine/metrics/metric.ts';
import type { ZooEntry } from '../engine/models/manifest.ts';
import type { NumberParam, Param } from '../engine/params.ts';
import type { Background, Ground } from '../engine/scenes/scene.ts';
import type { SettingId } from '../engine/scenes/settings.ts';

export type { Preprocessing };

/** A line of the zoo's index. */
export type ModelEntry = ZooEntry;

/** How a picture becomes the input of a model that the visitor brought. */
export interface Reading {
  readonly preprocessing: Preprocessing;
  /** Side in pixels. */
  readonly inputSize: number;
}

/** A model of the visitor's: what is kept beside its files (ownModels.ts). */
export interface OwnModel extends Reading {
  /** 'own:' + what its files contain + how they are read. */
  readonly id: string;
  /** Name of its files on the shelf. */
  readonly files: string;
  readonly title: string;
  /** "ONNX". */
  readonly format: string;
  /** Of its files. */
  readonly bytes: number;
  readonly classes: readonly string[];
  /** Class of the scenes → label of this model, where names do not tell; null: it has none. */
  readonly corrections?: Readonly<Record<string, string | null>>;
  readonly parameters: number;
  readonly multiplyAdds: number;
  /** Milliseconds since 1970. */
  readonly added: number;
}

/** A model of the visitor's, as a row of the grid has it: no accuracy is known. */
export interface OwnEntry extends Omit<ModelEntry, 'accuracy' | 'calibrationError'> {
  readonly own: OwnModel;
  readonly accuracy?: undefined;
  readonly calibrationError?: undefined;
}
/** A row of the grid. */
export type AnyModel = (ModelEntry & { readonly own?: undefined }) | OwnEntry;
export interface MethodEntry {
  readonly id: string;
  readonly title: string;
  readonly cite: string;
  readonly reference: string;
  readonly family: string;
  readonly signed: boolean;
  readonly score: ScoreKind;
  readonly card: MethodCard;
  readonly params: Readonly<Record<string, Param>>;
  /** Whether a dragged slider shows a preview. */
  readonly previews: boolean;
}
export interface MetricEntry extends Pick<Metric, 'id' | 'title' | 'cite' | 'category' | 'better' | 'range' | 'sensitiveTo' | 'needs' | 'card'> {
  readonly reference: string;
  readonly params: Readonly<Record<string, Param>>;
}
export interface OpEntry {
  readonly id: string;
  readonly kind: OpKind;
}
/** A composite of rules of relevance propagation. */
export interface CompositeEntry {
  readonly id: string;
  readonly title: string;
}
/** What scenes can be changed to. */
export interface ScenesEntry {
  readonly settings: Readonly<Record<SettingId, NumberParam>>;
  readonly grounds: readonly Ground['kind'][];
  readonly backgrounds: readonly Background['kind'][];
  /** The seeds of the test split. */
  readonly test: { readonly first: number; readonly count: number };
  /** The colour that stands for each class, sRGB bytes. */
  readonly stickers: readonly { readonly classId: string; readonly title: string; readonly colour: readonly [number, number, number] }[];
}
export interface Catalog {
  readonly scenes: ScenesEntry;
  readonly models: readonly ModelEntry[];
  /** Of the visitor's; the page adds them. */
  readonly own?: readonly OwnEntry[];
  readonly methods: readonly MethodEntry[];
  readonly metrics: readonly MetricEntry[];
  readonly ops: readonly OpEntry[];
  readonly composites: readonly CompositeEntry[];
}
