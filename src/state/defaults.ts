/** The view a first visitor sees, made from the catalogue. A link states only what differs from it. */
import type { Catalog } from '../worker/protocol.ts';
import { FIRST } from './committees.ts';
import { studyPresets } from './studyPresets.ts';
import { FINDING_SETTINGS, RECORD_SETTINGS } from '../studies/consensus/settings.ts';
import type { ConsensusChoice, DisplayChoice, PollsChoice, RosterChoice, ShortcutChoice, StudyChoice, TableChoice, TransferChoice, View } from './view.ts';

export const DEFAULT_DISPLAY: DisplayChoice = {
  scope: 'cell',
  unit: 'share',
  percentile: 99,
  opacity: 0.8,
  pooling: 'sum',
  sign: 'both',
  diverging: 'blue-red',
  sequential: 'inferno',
  overlay: true,
  smooth: false,
  contour: false,
  outline: false,
  hatch: false,
};

export const DEFAULT_CONSENSUS: ConsensusChoice = { vote: 'published', dissenters: false, weak: false, balance: false, disagreement: false };

export const DEFAULT_TABLE: TableChoice = { find: '', family: 'all', sort: 'family' };

export const DEFAULT_ROSTER: RosterChoice = { family: 'all', role: 'all', sort: 'accuracy', reverse: false, composite: 'epsilon-plus', unfolded: false };

/** Of the first picture: a scene of the test split on which the models disagree (a disc before a watering can, and one of them sees a car). */
export const DEFAULT_SCENE = 36_145;

/** The columns of the first view, in order: one or two of each kind, and two controls. Those that the catalogue lacks are left out. */
const METHODS = ['gradient', 'smoothgrad', 'integrated-gradients', 'lrp-gamma', 'grad-cam', 'occlusion', 'local-attribution', 'sobel', 'noise'];

const firstMethods = (catalog: Catalog) => METHODS.filter((id) => catalog.methods.some((method) => method.id === id));

/** Small enough to answer within seconds. */
export const DEFAULT_SHORTCUT: Omit<ShortcutChoice, 'methods'> = { scenes: 6, seed: 0, corner: 'any', stickers: 'half' };

/** Every model, by the consensus paper's setting for dense maps; few images, so that the first numbers come within seconds. */
export function defaultStudy({ models, methods }: Catalog): StudyChoice {
  const { method, params, score } = studyPresets({ methods })[0] ?? { method: methods[0]?.id ?? '', params: {}, score: 'published' };
  return { models: models.map(({ id }) => id), method, params, score, source: 'scenes', images: 12, seed: 0 };
}

/** A fifth of the image: most objects of the scenes are about as large. */
export const DEFAULT_TRANSFER: TransferChoice = {
  region: 'top',
  share: 0.2,
  level: 0.5,
  side: 16,
  stride: 16,
  windows: 3,
  reduction: 'absolute',
  fill: 'mean',
  leaveOut: true,
  order: 'family',
  measure: 'kept',
  agreement: 'spearman',
  shares: [0.05, 0.1, 0.2, 0.3, 0.5],
};

/** Of the two-way view: cheap ones, each of another family, that run on every architecture. */
const TWO_WAY = ['smoothgrad', 'integrated-gradients', 'lrp-epsilon', 'grad-cam', 'occlusion'];

export function defaultPolls({ methods }: Pick<Catalog, 'methods'>): PollsChoice {
  const { resamples: _, weak: counted, ...findings } = FINDING_SETTINGS;
  return { ...RECORD_SETTINGS, ...findings, counted, methods: methods.filter(({ id }) => TWO_WAY.includes(id)).map(({ id }) => id), images: 2 };
}

export const defaultView = (catalog: Catalog): View => ({
  lab: 'explore',
  study: defaultStudy(catalog),
  polls: defaultPolls(catalog),
  transfer: DEFAULT_TRANSFER,
  table: DEFAULT_TABLE,
  roster: DEFAULT_ROSTER,
  shortcut: { ...DEFAULT_SHORTCUT, methods: firstMethods(catalog) },
  image: { kind: 'scene', seed: DEFAULT_SCENE },
  models: catalog.models.slice(0, FIRST).map(({ id }) => id),
  methods: firstMethods(catalog),
  params: {},
  target: 'majority',
  score: 'published',
  rival: 'runner-up',
  seed: 0,
  display: DEFAULT_DISPLAY,
  consensus: DEFAULT_CONSENSUS,
  selected: {},
  theme: 'system',
});
