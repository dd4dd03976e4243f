/** Classes across models that do not know the same ones: one list of names, and which of them each model's outputs are. Pure. */
import { matchLabels, normalizedName } from '../fields/labels.ts';
import { isOwn } from '../worker/ownModels.ts';
import type { AnyModel, Catalog, OwnModel } from '../worker/protocol.ts';

type Models = Pick<Catalog, 'models' | 'own'>;

/** Names of classes: those of the scenes first, then those that the visitor's models know besides. A class of the view is a place in this list. */
export interface ClassSpace {
  readonly titles: readonly string[];
  /** The class that output `index` of the model stands for. */
  common(model: string, index: number): number;
  /** The output of the model that stands for a class; `undefined` where it knows no such class. */
  output(model: string, common: number): number | undefined;
  /** How many outputs the model has; `undefined` where it is none of the visitor's. */
  outputs(model: string): number | undefined;
}

const joined = new WeakMap<Models, readonly AnyModel[]>();

/** The zoo's models, then the visitor's. */
export function allModels(catalog: Models): readonly AnyModel[] {
  const all = joined.get(catalog) ?? [...catalog.models, ...(catalog.own ?? [])];
  joined.set(catalog, all);
  return all;
}

/** Class of the scenes (by its place) → output of the model: by name, with the visitor's corrections. No output stands for two classes. */
export function sceneOutputs(scenes: readonly string[], { classes, corrections = {} }: Pick<OwnModel, 'classes' | 'corrections'>): ReadonlyMap<number, number> {
  const chosen = new Map(scenes.flatMap((title, k) => {
    const label = corrections[title];
    const output = typeof label === 'string' ? classes.indexOf(label) : -1;
    return output >= 0 ? [[k, output] as const] : [];
  }));
  const taken = new Set(chosen.values());
  for (const [k, output] of matchLabels(scenes, classes).pairs) {
    if (scenes[k]! in corrections || taken.has(output)) continue;
    chosen.set(k, output);
    taken.add(output);
  }
  return chosen;
}

const spaces = new WeakMap<Models, ClassSpace>();

/** Made once per catalogue. */
export function classSpace(catalog: Models): ClassSpace {
  const space = spaces.get(catalog) ?? makeSpace(catalog);
  spaces.set(catalog, space);
  return space;
}

function makeSpace({ models, own = [] }: Models): ClassSpace {
  const scenes = models[0]?.classes ?? [];
  const titles = [...scenes];
  const places = new Map<string, number>();
  /** A list may name two classes alike (two cranes): the second of one model is the second of another. */
  const placeOf = (title: string, nth: number) => {
    const key = `${normalizedName(title)} ${nth}`;
    const place = places.get(key) ?? titles.push(title) - 1;
    places.set(key, place);
    return place;
  };
  const commons = new Map<string, readonly number[]>();
  const outputs = new Map<string, ReadonlyMap<number, number>>();
  for (const { id, own: model } of own) {
    const scene = new Map([...sceneOutputs(scenes, model)].map(([k, output]) => [output, k]));
    const seen = new Map<string, number>();
    const common = model.classes.map((title, index) => {
      const nth = (seen.get(normalizedName(title)) ?? 0) + 1;
      seen.set(normalizedName(title), nth);
      return scene.get(index) ?? placeOf(title, nth);
    });
    commons.set(id, common);
    outputs.set(id, new Map(common.map((place, index) => [place, index])));
  }
  return {
    titles,
    common: (model, index) => commons.get(model)?.[index] ?? index,
    output: (model, place) => (isOwn(model) ? outputs.get(model)?.get(place) : place < scenes.length ? place : undefined),
    outputs: (model) => commons.get(model)?.length,
  };
}

/** What a class is called in a sentence: the first of its names, in lower case. */
export const shortTitle = (title: string): string => (title.split(/[,;|]/)[0] ?? title).replaceAll('-', ' ').trim().toLowerCase();
