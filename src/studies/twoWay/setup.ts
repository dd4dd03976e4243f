/** What the two-way study asks: several methods on several models, and a second seed of the methods that draw. Plan and facts; nothing is measured here. */
import { mapFor, mapRequest, planStudy, type ImageFacts, type MapOutcome, type Outcome } from '../explanations.ts';
import { sweepItem, type Found, type SweepItem, type SweepPlan } from '../plan.ts';
import { nameOf, type StudyImage, type StudyMethod, type StudySetup } from '../setup.ts';
import type { Capability, ModelEntry } from '../../worker/protocol.ts';

/** A method, and whether its map hangs on the seed: then a second seed's is the residual. */
export interface TwoWayMethod extends StudyMethod {
  readonly draws: boolean;
}

export interface TwoWaySetup {
  /** One of each family, or a family weighs double. */
  readonly models: readonly ModelEntry[];
  readonly methods: readonly TwoWayMethod[];
  readonly images: readonly StudyImage[];
  readonly seed: number;
}

/** Whether a method draws, by what it claims with these parameters on a model (`describe`). */
export const drawsOf = ({ claims }: Pick<Capability, 'claims'>): boolean => !claims.includes('deterministic');

/** Of every family the member with the best validation accuracy, in the order given: nothing is chosen by test images. */
export function oneOfEachFamily(models: readonly ModelEntry[]): ModelEntry[] {
  const members = models.filter(({ role }) => role === 'member');
  return members.filter((model) => members.every((other) => other === model || other.family !== model.family || other.accuracy.validation < model.accuracy.validation || (other.accuracy.validation === model.accuracy.validation && members.indexOf(other) > members.indexOf(model))));
}

/** The seed of the replicate. */
export const secondSeed = (seed: number): number => seed + 1;

/** A map of the study: of which model, by which method, and which of the two seeds. */
export interface Cell {
  readonly model: string;
  readonly method: string;
  readonly replicate: 0 | 1;
}

/** In the order model by model, method by method. */
export const cellsOf = ({ models, methods }: Pick<TwoWaySetup, 'models' | 'methods'>): Cell[] =>
  models.flatMap(({ id: model }) => methods.flatMap(({ method, draws }) => (draws ? ([0, 1] as const) : ([0] as const)).map((replicate) => ({ model, method: method.id, replicate }))));

/** The shared part asks for the first method. */
export const baseOf = ({ models, methods, images, seed }: TwoWaySetup): StudySetup => ({ ...methods[0]!, models, images, seed });

export function cellRequest({ methods, seed }: TwoWaySetup, { model, method, replicate }: Cell, { image, target }: Pick<ImageFacts, 'image' | 'target'>) {
  return mapRequest({ ...methods.find((one) => one.method.id === method)!, seed: replicate === 0 ? seed : secondSeed(seed) }, model, image, target!);
}

const itemOf = (setup: TwoWaySetup, cell: Cell, facts: Pick<ImageFacts, 'image' | 'target'>, order: number): SweepItem =>
  sweepItem(cellRequest(setup, cell, facts), `${setup.methods.find(({ method }) => method.id === cell.method)!.method.title} of ${cell.model} on ${nameOf(facts.image)}${cell.replicate === 1 ? ', another seed' : ''}`, order);

/** The sweep: image by image; what the shared part asked for already is not asked again. */
export function planTwoWay(setup: TwoWaySetup): SweepPlan<Outcome> {
  const added = cellsOf(setup).filter(({ method, replicate }) => method !== setup.methods[0]!.method.id || replicate === 1);
  return planStudy(baseOf(setup), { more: (facts, _, order) => added.map((cell, i) => itemOf(setup, cell, facts, order + i)), adds: added.length });
}

/** The maps of a kept image, and whether more is to come. */
export function mapsOf(setup: TwoWaySetup, facts: Pick<ImageFacts, 'image' | 'target'>, found: Found<Outcome>, failed: ReadonlySet<string>): { readonly maps: ReadonlyMap<Cell, MapOutcome>; readonly open: boolean } {
  const maps = new Map<Cell, MapOutcome>();
  let open = false;
  for (const cell of cellsOf(setup)) {
    const request = cellRequest(setup, cell, facts);
    const map = mapFor(request, found);
    if (map) maps.set(cell, map);
    else open ||= !failed.has(sweepItem(request, '', 0).key);
  }
  return { maps, open };
}
