/** The visitor's intent: what is shown, in plain data. The whole of it stands in the URL; results are elsewhere and can be lost. */
import type { ChannelPooling, ScaleScope, ScaleUnit, SignChoice, VoteRule } from '../fields/choices.ts';
import type { Value } from '../engine/params.ts';
import type { ScoreKind } from '../engine/methods/score.ts';
import type { FindingSettings, RecordSettings } from '../studies/consensus/settings.ts';
import type { SceneChange } from '../worker/protocol.ts';

/** A scene of the renderer, or a picture of the visitor's (which no link can carry: its id names it within this visit). */
export type ImageChoice =
  | { readonly kind: 'scene'; readonly seed: number; readonly changes?: readonly SceneChange[] }
  | { readonly kind: 'picture'; readonly id: string };

/** 'majority': the class most members predict; 'own': each model's own prediction; else a class index. */
export type TargetChoice = 'majority' | 'own' | number;

export type { ChannelPooling, ScaleScope, ScaleUnit, SignChoice, VoteRule };

export interface DisplayChoice {
  readonly scope: ScaleScope;
  readonly unit: ScaleUnit;
  /** Of |value|, 90 … 100; larger values are drawn as this one. */
  readonly percentile: number;
  /** Of the map over the grey image, 0 … 1. 1 hides the image. */
  readonly opacity: number;
  readonly pooling: ChannelPooling;
  readonly sign: SignChoice;
  readonly diverging: 'blue-red' | 'purple-orange';
  readonly sequential: 'inferno' | 'viridis';
  readonly overlay: boolean;
  /** Coarse maps: as the pixels they are, or interpolated. */
  readonly smooth: boolean;
  /** The consensus contour over every cell. */
  readonly contour: boolean;
  /** The outline of the object's true mask, for scenes. */
  readonly outline: boolean;
  /** A second carrier for sign: hatching over negative places. */
  readonly hatch: boolean;
}

export interface ConsensusChoice {
  readonly vote: VoteRule;
  /** Members that predict another class vote too. */
  readonly dissenters: boolean;
  /** Models whose role is not 'member' (weak, or misled by a shortcut) vote too. */
  readonly weak: boolean;
  /** Each family of models one voice, however many of it vote. */
  readonly balance: boolean;
  /** Show the disagreement (spread over members) rather than the mean. */
  readonly disagreement: boolean;
}

/** The pages of the app. */
export const LAB_IDS = ['explore', 'consensus', 'transfer', 'committee', 'methods'] as const;
export type LabId = (typeof LAB_IDS)[number];

/** Which rows of the table of methods are seen, and in which order. */
export interface TableChoice {
  /** Words that a row must have. */
  readonly find: string;
  /** 'all', or the family that is shown. */
  readonly family: string;
  readonly sort: 'family' | 'cost' | 'name';
}

export const MODEL_SORTS = ['accuracy', 'family', 'name', 'parameters', 'multiply-adds', 'calibration', 'download'] as const;
export type ModelSort = (typeof MODEL_SORTS)[number];
export const MODEL_ROLES = ['all', 'member', 'weak', 'shortcut'] as const;

/** Which models the committee's page shows, in which order, and how an open card draws the network. */
export interface RosterChoice {
  /** 'all', or the family that is shown. */
  readonly family: string;
  readonly role: (typeof MODEL_ROLES)[number];
  readonly sort: ModelSort;
  /** The other way round than usual: the best first for accuracy, the smallest first for the rest. */
  readonly reverse: boolean;
  /** The composite whose rules the diagram names. */
  readonly composite: string;
  /** Every repeated block of the diagram is drawn. */
  readonly unfolded: boolean;
}

/** Where a sticker can be stuck. */
export const CORNERS = ['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const;

/** The study of the planted shortcut. */
export interface ShortcutChoice {
  /** How many held-out scenes, 2 … 100. */
  readonly scenes: number;
  /** Of the scenes, their stickers and whatever a method draws. */
  readonly seed: number;
  /** 'any': drawn for each scene. */
  readonly corner: 'any' | (typeof CORNERS)[number];
  /** 'half': every other sticker has the colour of the scene's own class. */
  readonly stickers: 'half' | 'truthful' | 'misleading';
  /** In any order: the table sorts them by what they show. */
  readonly methods: readonly string[];
}

/** What the studies over many images share: who is asked, how, and about which images. */
export interface StudyChoice {
  /** In the order of the catalogue. */
  readonly models: readonly string[];
  readonly method: string;
  /** Of that method: only what differs from the defaults. */
  readonly params: Readonly<Record<string, Value>>;
  readonly score: 'published' | Exclude<ScoreKind, 'margin'>;
  /** Scenes of the test split, or the pictures of a folder of the visitor's (which no link can carry). */
  readonly source: 'scenes' | 'folder';
  /** How many images are drawn. */
  readonly images: number;
  /** Of the choice of scenes, of whatever the method draws, of resamples. */
  readonly seed: number;
}

/** What the Consensus page adds to it: how maps are voted on and scored, and what of it is on show. */
export interface PollsChoice extends RecordSettings, Pick<FindingSettings, 'score' | 'sigma'> {
  /** Weak models, and those with a shortcut, count in the correlations. */
  readonly counted: boolean;
  /** Of the images of the study, from 0: the one whose members' maps are on show. */
  readonly image?: number;
  /** Of the two-way view, in the catalogue's order, and how many images it asks about. */
  readonly methods: readonly string[];
  readonly images: number;
}

/** What the Transfer page adds to it: which places are one model's feature, what stands in for the rest, and what of it is on show. */
export interface TransferChoice {
  /** The places with the largest values; those near the largest value; or the best windows. */
  readonly region: 'top' | 'threshold' | 'windows';
  /** q: of the image, that the largest values take. */
  readonly share: number;
  /** τ: of the largest value, from which on a place belongs. */
  readonly level: number;
  /** Of a window, in pixels: its side, and how far the next one stands from it. */
  readonly side: number;
  readonly stride: number;
  /** How many windows. */
  readonly windows: number;
  /** What becomes of negative values. */
  readonly reduction: 'absolute' | 'positive';
  /** What stands where nothing is shown. */
  readonly fill: 'black' | 'mean' | 'grey' | 'blurred' | 'noise';
  /** A harmonised feature is made without the model that it is shown to. */
  readonly leaveOut: boolean;
  readonly order: 'family' | 'clustered';
  readonly measure: 'kept' | 'accuracy' | 'probability';
  readonly agreement: 'spearman' | 'ssim' | 'overlap';
  /** The shares at which the curves stand, ascending. */
  readonly shares: readonly number[];
  /** Which image of the set the preview shows, from 0; absent: the first that is kept. */
  readonly image?: number;
  /** The row and the column that the preview points at: whose feature, shown to which model. */
  readonly generator?: string;
  readonly tester?: string;
}

export interface View {
  readonly lab: LabId;
  readonly study: StudyChoice;
  readonly polls: PollsChoice;
  readonly transfer: TransferChoice;
  readonly table: TableChoice;
  readonly roster: RosterChoice;
  readonly shortcut: ShortcutChoice;
  readonly image: ImageChoice;
  /** Rows, in order. */
  readonly models: readonly string[];
  /** Columns, in order. */
  readonly methods: readonly string[];
  /** Only what differs from the defaults: method id → parameter → value. */
  readonly params: Readonly<Record<string, Readonly<Record<string, Value>>>>;
  readonly target: TargetChoice;
  readonly score: 'published' | ScoreKind;
  /** The class a margin is taken against; 'runner-up' is each model's second class. */
  readonly rival: 'runner-up' | number;
  readonly seed: number;
  /** What methods measure from where their baseline is set to 'image'. */
  readonly baselineImage?: ImageChoice;
  readonly display: DisplayChoice;
  readonly consensus: ConsensusChoice;
  /** What the inspector speaks of, or whose card is open on the pages of methods and of the committee. A row without a column is a model, a column without a row a method. */
  readonly selected: { readonly model?: string; readonly method?: string };
  /** The pinned region: a disc in pixels of the model's input. */
  readonly region?: { readonly x: number; readonly y: number; readonly radius: number };
  readonly theme: 'system' | 'light' | 'dark';
  /** The backend that the visitor forces. */
  readonly backend?: 'webgpu' | 'webgl' | 'wasm' | 'cpu';
}
