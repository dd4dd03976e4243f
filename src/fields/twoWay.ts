/** How much of the variation of an image's maps is due to the model, to the method, to both together, and to the seed. Not the maps: rank shares (`normalize.ts`) make them comparable. */
import { estimate, type Estimate, type Resamples } from './bootstrap.ts';

/** Variances, per place. As estimated: a component that is small next to its noise may come out below 0. */
export interface TwoWay {
  readonly models: number;
  readonly methods: number;
  readonly replicates: number;
  readonly model: number;
  readonly method: number;
  /** Of a model under a method, beyond both. Without replicates it holds the residual too. */
  readonly interaction: number;
  /** Between seeds; null without replicates. */
  readonly residual: number | null;
  /** Over places, of what all the maps share: the image's own part, beside the other four. */
  readonly common: number;
}

export type Component = 'model' | 'method' | 'interaction' | 'residual';
export const COMPONENTS: readonly Component[] = ['model', 'method', 'interaction', 'residual'];

/** A complete table: every method on every model, equally often, at one size. At least two of each. */
function checkTable(maps: readonly (readonly (readonly Float32Array[])[])[]): void {
  const [methods, replicates, places] = [maps[0]?.length ?? 0, maps[0]?.[0]?.length ?? 0, maps[0]?.[0]?.[0]?.length ?? 0];
  if (maps.length < 2 || methods < 2 || replicates < 1 || places < 2) throw new Error(`A two-way table of ${maps.length} models × ${methods} methods × ${replicates} maps of ${places} places has nothing to compare: take two models and two methods at least.`);
  maps.forEach((row, a) =>
    row.forEach((cell, b) => {
      if (row.length !== methods || cell.length !== replicates || cell.some((map) => map.length !== places))
        throw new Error(`Model ${a} has ${row.length} methods and, for method ${b}, ${cell.length} maps of ${cell.map((map) => map.length).join(', ')} places, where the first has ${methods}, ${replicates} and ${places}: leave out what not every model has.`);
    }),
  );
}

/**
 * maps[model a][method b][replicate r] over p places: m = μ(p) + A_a(p) + B_b(p) + AB_ab(p) + e_abr(p), all but μ random. At each place the sums of squares about the
 * grand mean map, Σ over places, ÷ degrees of freedom; the expected mean squares e + r·AB + b·r·A (or a·r·B) give the variances (Searle, Casella, McCulloch 1992, ch. 4).
 * Replicates are other seeds' maps: a method without chance has residual 0. One method per family, or the family weighs double. O(a b r p).
 */
export function twoWay(maps: readonly (readonly (readonly Float32Array[])[])[]): TwoWay {
  checkTable(maps);
  const [models, methods, replicates, places] = [maps.length, maps[0]!.length, maps[0]![0]!.length, maps[0]![0]![0]!.length];
  // Σ over places of the squares of: values, and sums over each cell, model, method and all.
  const [ofModels, ofMethods, ofAll] = [new Float64Array(places * models), new Float64Array(places * methods), new Float64Array(places)];
  let [squares, cells, level] = [0, 0, 0];
  const cell = new Float64Array(places);
  maps.forEach((row, a) =>
    row.forEach((own, b) => {
      cell.fill(0);
      for (const map of own)
        for (let p = 0; p < places; p++) {
          const value = map[p]!;
          cell[p]! += value;
          squares += value * value;
        }
      for (let p = 0; p < places; p++) {
        const value = cell[p]!;
        cells += value * value;
        ofModels[a * places + p]! += value;
        ofMethods[b * places + p]! += value;
        ofAll[p]! += value;
        level += value;
      }
    }),
  );
  const total = models * methods * replicates;
  const squared = (sums: Float64Array, count: number): number => sums.reduce((sum, value) => sum + value * value, 0) / count;
  const [grand, byModel, byMethod, byCell] = [squared(ofAll, total), squared(ofModels, methods * replicates), squared(ofMethods, models * replicates), cells / replicates];
  const mean = (sumOfSquares: number, freedom: number): number => sumOfSquares / (freedom * places);
  const meanModel = mean(byModel - grand, models - 1);
  const meanMethod = mean(byMethod - grand, methods - 1);
  const meanBoth = mean(byCell - byModel - byMethod + grand, (models - 1) * (methods - 1));
  const residual = replicates > 1 ? mean(squares - byCell, models * methods * (replicates - 1)) : null;
  const noise = meanModel + meanMethod - meanBoth; // expected: total × the variance that A, B, AB and e leave in the grand mean map
  return {
    models,
    methods,
    replicates,
    model: (meanModel - meanBoth) / (methods * replicates),
    method: (meanMethod - meanBoth) / (models * replicates),
    interaction: residual === null ? meanBoth : (meanBoth - residual) / replicates,
    residual,
    common: ((grand - (level * level) / (total * places)) / (places - 1) - noise) / total,
  };
}

export type Shares = Readonly<Record<Component, Estimate>> & { readonly n: number; readonly common: Estimate };

/**
 * Each component's share of all four: Σ over images of the component / Σ of all, with the 95 % percentile interval over images; `common`: its share of all five.
 * Signs are kept, so a share may lie a little below 0 or above 1 (`clippedShares` for display). Images without replicates among others with: throws.
 */
export function poolTwoWay(images: readonly TwoWay[], resamples: Resamples): Shares {
  const replicated = images.filter(({ residual }) => residual !== null).length;
  if (replicated > 0 && replicated < images.length) throw new Error(`${replicated} of ${images.length} images have replicates: pool those with and those without apart.`);
  const sum = (chosen: readonly number[], of: (image: TwoWay) => number): number => chosen.reduce((total, i) => total + of(images[i]!), 0);
  const varied = (image: TwoWay): number => COMPONENTS.reduce((total, name) => total + (image[name] ?? 0), 0);
  const share = (part: (image: TwoWay) => number, whole: (image: TwoWay) => number): Estimate => estimate(images.length, resamples, (chosen) => sum(chosen, part) / sum(chosen, whole));
  const of = (name: Component): Estimate => share((image) => image[name] ?? 0, varied);
  const common = share((image) => image.common, (image) => image.common + varied(image));
  return { n: images.length, model: of('model'), method: of('method'), interaction: of('interaction'), residual: of('residual'), common };
}

/** Shares to draw as parts of a whole: what is below 0 counts as 0, and the rest is scaled to Σ = 1. For display only. */
export function clippedShares(shares: Readonly<Record<Component, number>>): Record<Component, number> {
  const clipped = COMPONENTS.map((name) => Math.max(0, shares[name]));
  const total = clipped.reduce((sum, value) => sum + value, 0);
  return Object.fromEntries(COMPONENTS.map((name, i) => [name, clipped[i]! / total])) as Record<Component, number>;
}
