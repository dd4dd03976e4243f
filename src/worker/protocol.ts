/** Everything that crosses the thread boundary: plain data, no functions, no tensors. Types only. */
import type { Fill } from '../engine/committee/featureImages.ts';
import type { ModelCard } from '../engine/models/manifest.ts';
import type { Diagram } from '../engine/rules/diagram.ts';
import type { Value } from '../engine/params.ts';
import type { ScoreKind } from '../engine/methods/score.ts';
import type { Claim } from '../engine/methods/method.ts';
import type { Background, Ground } from '../engine/scenes/scene.ts';
import type { SettingId } from '../engine/scenes/settings.ts';
import type { Catalog, Reading } from './catalog.ts';

export type * from './catalog.ts';

export type BackendName = 'webgpu' | 'webgl' | 'wasm' | 'cpu';

/** An image that the engine can find again: a scene by its recipe, a picture by the id under which its pixels were put. */
export type ImageRef =
  | { readonly kind: 'scene'; readonly seed: number; readonly changes?: readonly SceneChange[] }
  | { readonly kind: 'picture'; readonly id: string };

/** An intervention on a scene: everything else stays as it was. */
export type SceneChange =
  | { readonly type: 'remove-part' | 'restore-part'; readonly part: string }
  | { readonly type: 'remove-object' | 'remove-distractors' | 'remove-shadow' | 'remove-sticker' }
  /** A sticker in a corner, of the colour that stands for a class. */
  | { readonly type: 'sticker'; readonly classId: string; readonly corner: 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right' }
  | { readonly type: 'recolour' | 'background' | 'ground' | 'light'; readonly seed: number }
  | { readonly type: 'ground-kind'; readonly name: Ground['kind'] }
  | { readonly type: 'background-kind'; readonly name: Background['kind'] }
  /** A number of the scene in absolute terms: turn, place, size, light, hue, things around. */
  | { readonly type: SettingId; readonly value: number };

/** Pixels of a picture: RGB in [0, 1], row-major [size, size, 3]. */
export interface Pixels {
  readonly data: Float32Array;
  readonly size: number;
  /** The same square as finely as it is kept, sRGB bytes [size, size, 3]: for models that read more pixels. */
  readonly large?: { readonly rgb: Uint8Array; readonly size: number };
}

export interface ScoreRequest {
  readonly kind: ScoreKind;
  /** Of a margin. */
  readonly rival?: number;
}

/** A picture that someone wants to see. Its key (`keyOf`) finds its result. */
export interface ExplainRequest {
  readonly kind: 'explain';
  readonly model: string;
  readonly method: string;
  readonly image: ImageRef;
  readonly target: number;
  readonly score: ScoreRequest;
  readonly seed: number;
  readonly params: Readonly<Record<string, Value>>;
  /** A picture that serves as the baseline. */
  readonly baselineImage?: ImageRef;
  /** The cheaper parameters of a dragged slider: shown, marked, never kept as the result. */
  readonly preview?: boolean;
}
/** What a model says of an image. */
export interface PredictRequest {
  readonly kind: 'predict';
  readonly model: string;
  readonly image: ImageRef;
}
/** Pixels of a scene and what stands at each. Large ones come in strips (`partial`). */
export interface SceneRequest {
  readonly kind: 'scene';
  readonly seed: number;
  readonly size: number;
  readonly changes?: readonly SceneChange[];
}
/** What depends on a model and on parameters: applies or why not, passes, claims. */
export interface DescribeRequest {
  readonly kind: 'describe';
  readonly model: string;
  readonly method: string;
  readonly params: Readonly<Record<string, Value>>;
}
/** Of one model: what `describe` says of every method with its default parameters. */
export interface CapabilitiesRequest {
  readonly kind: 'capabilities';
  readonly model: string;
}
/** What is written beside a model's weights; they are not loaded for it. */
export interface CardRequest {
  readonly kind: 'card';
  readonly model: string;
}
/** The network as methods see it: nodes, shapes, and the rule of each under every composite. No weights are loaded for it. */
export interface GraphRequest {
  readonly kind: 'graph';
  readonly model: string;
}
/** What each unit of a scene (parts, shadow, other things, sticker; ground and background) truly does to the logit of `target`: the scene with and without it. */
export interface EffectsRequest {
  readonly kind: 'effects';
  readonly model: string;
  readonly image: Extract<ImageRef, { kind: 'scene' }>;
  readonly target: number;
  /** How many other grounds and backgrounds stand in for the scene's own, and the seed that draws them. */
  readonly draws: number;
  readonly seed: number;
}
/** Places of the image that a model is shown, the rest replaced. */
export interface Shown {
  /** Of the image's places, as `packMask` (fields/maskBits.ts) writes them. */
  readonly mask: string;
  /** In their mean colour, so that only the outline tells anything. */
  readonly flat?: boolean;
}
/** How a model answers to parts of an image, each shown in its place with `fill` around it (fields/featureImage.ts). */
export interface ReactRequest {
  readonly kind: 'react';
  readonly model: string;
  readonly image: ImageRef;
  /** The class whose probability is asked for. */
  readonly target: number;
  readonly shown: readonly Shown[];
  readonly fill: Fill;
  /** Of the noise, where that is the fill. */
  readonly seed: number;
}
/** What files of the visitor's are, and how they would be read: as guessed, or as asked for. They must be on the shelf (ownModels.ts). */
export interface InspectRequest {
  readonly kind: 'inspect';
  readonly files: string;
  readonly reading?: Partial<Reading>;
  /** What the model says of it is told. */
  readonly image?: ImageRef;
}
/** Brings a model's files from an address that the visitor typed or chose to the shelf. */
export interface DownloadRequest {
  readonly kind: 'download';
  readonly address: string;
}
/** A text of the site itself, below the page's folder. */
export interface TextRequest {
  readonly kind: 'text';
  readonly file: 'catalogue.json' | 'labels/imagenet.txt';
}
export type Request = InspectRequest | DownloadRequest | TextRequest | ExplainRequest | PredictRequest | SceneRequest | DescribeRequest | CapabilitiesRequest | CardRequest | GraphRequest | EffectsRequest | ReactRequest;

export interface ExplainResult {
  readonly kind: 'explain';
  /** Row-major [height, width, channels], raw and signed. */
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly score: ScoreRequest;
  /** f(x), and f(baseline) where the method measures from one. */
  readonly value: number;
  readonly baselineValue?: number;
  /** (Σ attribution − (f(x) − f(b))) / |f(x) − f(b)|, where the method measures from a baseline. */
  readonly gap?: number;
  /** Of each entry of `data`, from sampled methods that know it. */
  readonly standardError?: Float32Array;
  /** Of methods that weigh segments: the label of each place, row-major, 0, 1, … as they first appear. `data` is constant on each. */
  readonly segments?: Uint8Array;
  /** Those that this run took; `recalled` gradients were left by earlier ones. */
  readonly passes: { readonly forward: number; readonly backward: number; readonly recalled?: number };
  readonly ms: number;
  readonly backend: BackendName;
  readonly batch: number;
}
export interface PredictResult {
  readonly kind: 'predict';
  readonly logits: Float32Array;
  readonly probabilities: Float32Array;
  /** Distance of the image's features to those of the validation images, as the share of validation images that lie nearer (0 … 1). */
  readonly strangeness?: number;
}
export interface SceneResult {
  readonly kind: 'scene';
  readonly size: number;
  /** sRGB bytes [size, size, 3]. */
  readonly rgb: Uint8Array;
  /** What stands at each pixel [size, size]; `legend` names the ids. */
  readonly ids: Uint8Array;
  readonly legend: readonly { readonly id: number; readonly name: string }[];
  readonly classId: string;
  /** What models call the class: one of their `classes`. */
  readonly classTitle: string;
  /** What can be changed, as it stands. */
  readonly state: SceneState;
  /** Rows that are final; the rest is still to come. */
  readonly rowsDone: number;
}
/** What of a scene can be changed, as it stands. */
export interface SceneState {
  /** What each setting is; `own` is what it would be without having been set. */
  readonly settings: Readonly<Record<SettingId, number>>;
  readonly own: Readonly<Record<SettingId, number>>;
  /** All parts of the class, in its order; `absent` are those that the scene was drawn without. */
  readonly parts: readonly { readonly name: string; readonly title: string; readonly there: boolean; readonly absent: boolean }[];
  readonly ground: Ground['kind'];
  readonly background: Background['kind'];
}
export interface Capability {
  /** Why the method does not apply; absent where it does. */
  readonly reason?: string;
  readonly passes: { readonly forward: number; readonly backward: number; readonly exact: boolean };
  readonly claims: readonly Claim[];
}
export interface DescribeResult extends Capability {
  readonly kind: 'describe';
}
export interface CapabilitiesResult {
  readonly kind: 'capabilities';
  /** By method id. */
  readonly methods: Readonly<Record<string, Capability>>;
}
export interface CardResult {
  readonly kind: 'card';
  /** Without the statistics of its features, which the engine alone reads. */
  readonly card: Omit<ModelCard, 'features'>;
}
export interface GraphResult extends Diagram {
  readonly kind: 'graph';
}
export interface UnitEffect {
  /** Of its pixels in `ids`. */
  readonly id: number;
  readonly name: string;
  readonly title: string;
  readonly pixels: number;
  /** Others were drawn in its place, rather than nothing. */
  readonly redrawn: boolean;
  /** logit(x) − mean over draws of logit(x without the unit); `deviation` over the draws where there are several. */
  readonly effect: number;
  readonly deviation?: number;
}
export interface EffectsResult {
  readonly kind: 'effects';
  /** The logit of the target at x. */
  readonly value: number;
  readonly units: readonly UnitEffect[];
  /** What stands at each pixel [size, size]. */
  readonly ids: Uint8Array;
  readonly size: number;
}
/** One entry for each of `shown`. */
export interface ReactResult {
  readonly kind: 'react';
  /** The class of the largest logit. */
  readonly top: Uint8Array;
  /** Of the target. */
  readonly probability: Float32Array;
}
export interface InspectResult extends Reading {
  readonly kind: 'inspect';
  /** "ONNX". */
  readonly format: string;
  /** What the file says of itself. */
  readonly facts: Readonly<Record<string, string>>;
  /** What was read otherwise than written. */
  readonly remarks: readonly string[];
  /** Whether another size can be asked for. */
  readonly anySize: boolean;
  readonly channels: number;
  readonly outputs: number;
  /** What its outputs are, in a word and in a sentence. */
  readonly output: string;
  readonly outputWords: string;
  readonly labels?: readonly string[];
  /** Why the preprocessing is guessed so; '' where it was asked for. */
  readonly why: string;
  /** Engine's operations by how often they stand in the network, the most frequent first. */
  readonly operations: readonly { readonly op: string; readonly count: number }[];
  readonly parameters: number;
  readonly multiplyAdds: number;
  /** What one image takes in memory besides the weights, forward and back. */
  readonly tapeBytes: number;
  /** Of `image`, the largest outputs first; absent without an image. */
  readonly top?: readonly { readonly index: number; readonly value: number; readonly probability: number }[];
  /** Of methods that do not run on it: why not. */
  readonly without: Readonly<Record<string, string>>;
  readonly ms: number;
}
export interface DownloadResult {
  readonly kind: 'download';
  /** Their name on the shelf. */
  readonly files: string;
  readonly names: readonly string[];
  readonly bytes: number;
}
export interface TextResult {
  readonly kind: 'text';
  readonly text: string;
}
export type Result = InspectResult | DownloadResult | TextResult | ExplainResult | PredictResult | SceneResult | DescribeResult | CapabilitiesResult | CardResult | GraphResult | EffectsResult | ReactResult;
/** The result that answers a request of kind K. */
export type ResultOf<K extends Request['kind']> = Extract<Result, { kind: K }>;

/** A message for the visitor: it names the thing, the value and the remedy. */
export interface Failure {
  /** 'not-applicable' and 'failed' are final until retried; 'memory' makes the client try once more with half the batch. */
  readonly reason: 'failed' | 'not-applicable' | 'memory';
  readonly message: string;
}

export type ToWorker =
  /** `backend` forces one; 'best' also tries the GPU (slow to start); absent, WASM or else CPU (fast to start). `zoo`: the address of the weights' folder. */
  | { readonly type: 'start'; readonly backend?: BackendName | 'best'; readonly zoo: string }
  | { readonly type: 'put'; readonly id: string; readonly pixels: Pixels }
  | { readonly type: 'run'; readonly id: number; readonly request: Request; readonly batchShare?: number }
  | { readonly type: 'cancel'; readonly id: number };

export type FromWorker =
  | { readonly type: 'ready'; readonly backend: BackendName; readonly tried: readonly { backend: BackendName; problem?: string; ms?: number }[]; readonly catalog: Catalog }
  | { readonly type: 'broken'; readonly message: string }
  /** What a worker is doing; 'loading' and 'compiling' have no ticks, so the watchdog waits. `burstMs` is how long a burst should take. */
  | { readonly type: 'phase'; readonly id: number; readonly phase: 'loading' | 'compiling' | 'computing'; readonly burstMs?: number }
  /** Of a model whose weights are being downloaded: bytes so far, and in all. */
  | { readonly type: 'loading'; readonly id: number; readonly model: string; readonly done: number; readonly total: number }
  | { readonly type: 'progress'; readonly id: number; readonly done: number; readonly total: number }
  | { readonly type: 'partial'; readonly id: number; readonly result: Result }
  /** `tensors` without those that are `kept` for later runs. */
  | { readonly type: 'done'; readonly id: number; readonly result: Result; readonly heapBytes: number; readonly tensors: number; readonly kept?: { readonly tensors: number; readonly bytes: number } }
  | { readonly type: 'cancelled'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly failure: Failure };

/** The part of a MessagePort that both sides need; a Worker, a MessagePort and a test double all fit. */
export interface Port<Out, In> {
  postMessage(message: Out, transfer?: ArrayBufferLike[]): void;
  onmessage: ((event: { data: In }) => void) | null;
}
