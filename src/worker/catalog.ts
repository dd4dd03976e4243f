/** What there is, as it travels to the page: models, methods, metrics, ops, scenes. Types only; made by engine/catalog.ts. */
import type { OpKind } from '../engine/graph/ops/op.ts';
import type { MethodCard } from '../engine/methods/method.ts';
import type { ScoreKind } from '../engine/methods/score.ts';
import type { Metric } from '../engine/metrics/metric.ts';
import type { ZooEntry } from '../engine/models/manifest.ts';
import type { NumberParam, Param } from '../engine/params.ts';
import type { Background, Ground } from '../engine/scenes/scene.ts';
import type { SettingId } from '../engine/scenes/settings.ts';

/** A line of the zoo's index. */
export type ModelEntry = ZooEntry;
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
  readonly methods: readonly MethodEntry[];
  readonly metrics: readonly MetricEntry[];
  readonly ops: readonly OpEntry[];
  readonly composites: readonly CompositeEntry[];
}
