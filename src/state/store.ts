/** What the app knows: the visitor's intent, and the results that came for it. Changed by actions.ts and sync.ts only; asks for nothing itself. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Square } from '../fields/picture.ts';
import type { Entry } from '../worker/client.ts';
import type { BackendName, Catalog, Pixels } from '../worker/protocol.ts';
import type { Bringing } from './bringing.ts';
import { defaultView } from './defaults.ts';
import type { Folder } from './folder.ts';
import type { View } from './view.ts';

/** Something to tell the visitor: it names the thing, the value and the remedy. */
export interface Notice {
  readonly id: number;
  readonly tone: 'info' | 'warning' | 'error';
  readonly message: string;
}

/** How the engine stands. */
export interface Boot {
  readonly status: 'starting' | 'ready' | 'failed';
  readonly backend?: BackendName;
  /** Why it failed. */
  readonly message?: string;
  /** Backends that were tried: with a problem, or with the time of the measured gradient. */
  readonly tried: readonly { backend: BackendName; problem?: string; ms?: number }[];
}

/** A picture of the visitor's, kept for this visit only. */
export interface Picture {
  readonly id: string;
  readonly name: string;
  /** Row-major [height, width, 4], no side longer than 2048. */
  readonly rgba: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  /** The visible square, in pixels of `rgba`. */
  readonly crop: Square;
  /** What the models see of it. */
  readonly pixels: Pixels;
}

/** How far the download of a model's weights is, in bytes. */
export interface Loading {
  readonly done: number;
  readonly total: number;
}

export interface State {
  readonly view: View;
  readonly catalog: Catalog;
  readonly boot: Boot;
  /** What each slot shows: cells under 'model/method', else `SLOTS`. */
  readonly entries: Readonly<Record<string, Entry>>;
  /** By model, while its weights are on the way. */
  readonly loading: Readonly<Record<string, Loading>>;
  readonly pictures: Readonly<Record<string, Picture>>;
  /** Of a study over the visitor's own pictures. */
  readonly folder?: Folder;
  /** The dialog of the visitor's own models; absent while it is closed. */
  readonly bringing?: Bringing;
  readonly notices: readonly Notice[];
  /** The method whose slider is being dragged, `SCENE_DRAG` for one of the scene, '' for any other control: previews meanwhile. */
  readonly dragging?: string;
  readonly history: { readonly past: readonly View[]; readonly future: readonly View[] };
  /** How the address bar follows the last change of the view. */
  readonly address: 'push' | 'replace' | 'keep';
}

export type Store = StoreApi<State>;

/** The consensus row's name in slots; no model is called so. */
export const CONSENSUS = '=consensus';

export const SLOTS = {
  cell: (model: string, method: string) => `${model}/${method}`,
  prediction: (model: string) => `predict:${model}`,
  /** The scene as the models see it. */
  scene: 'scene:small',
  /** The scene for the eye, in strips. */
  largeScene: 'scene:large',
  /** What every method is on a model. */
  capabilities: (model: string) => `capabilities:${model}`,
  /** What is written beside a model's weights. */
  card: (model: string) => `card:${model}`,
  /** A model's network, with shapes and rules. */
  graph: (model: string) => `graph:${model}`,
  /** The selected map computed with the next seed. */
  secondSeed: 'second-seed',
  /** What each unit of the scene truly does to a model. */
  effects: (model: string) => `effects:${model}`,
  /** What files are that the visitor brings. */
  inspection: 'inspection',
  /** What the selected cell costs and claims. */
  description: 'describe',
} as const;

/** What is dragged while a slider of the scene is held: every map shows a preview. No method is called so. */
export const SCENE_DRAG = '=scene';

/** Sides of the two scene pictures, in pixels. */
export const SCENE_SIZE = 64;
export const LARGE_SCENE_SIZE = 256;

export function createAppStore(catalog: Catalog, view: View = defaultView(catalog)): Store {
  return createStore<State>(() => ({
    view,
    catalog,
    boot: { status: 'starting', tried: [] },
    entries: {},
    loading: {},
    pictures: {},
    notices: [],
    history: { past: [], future: [] },
    address: 'keep',
  }));
}
