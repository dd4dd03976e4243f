/** Which weight of the files belongs to which layer. Converters wrote 'conv1/kernel', 'model/conv1/kernel:0', 'conv1/conv1/kernel' … */
import { ImportProblem } from '../../problem.ts';
import type { Weights } from '../weights.ts';

interface Candidate {
  readonly written: string;
  readonly segments: readonly string[];
}

export interface WeightNames {
  /** `path`: the layer's name behind those of the models around it. Undefined where no weight is called so. */
  find(path: readonly string[], weight: string): string | undefined;
  /** What the files have for the layer, for messages. */
  near(path: readonly string[]): string[];
}

/** How well a name fits: the layer right before the weight counts most, then each model around it, then nothing in front. */
function fit({ segments }: Candidate, path: readonly string[]): number {
  const layer = path.at(-1)!;
  const at = segments.lastIndexOf(layer, segments.length - 2);
  if (at < 0) return 0;
  const around = path.slice(0, -1).filter((model) => segments.slice(0, at).includes(model)).length;
  return 1000 + 100 * Number(at === segments.length - 2) + 10 * around - Math.min(9, at - around);
}

/** A name without ':0'; layers may have slashes in their names, so the layer's own are split alike. */
const split = (name: string) => name.replace(/:\d+$/, '').split('/');

export function weightNames(weights: Weights): WeightNames {
  const byLast = new Map<string, Candidate[]>();
  for (const written of weights.names) {
    const segments = split(written);
    byLast.set(segments.at(-1)!, [...(byLast.get(segments.at(-1)!) ?? []), { written, segments }]);
  }
  return {
    find(path, weight) {
      const whole = path.flatMap(split);
      const fits = (byLast.get(weight) ?? []).map((candidate) => ({ candidate, score: fit(candidate, whole) })).filter(({ score }) => score > 0);
      const best = Math.max(...fits.map(({ score }) => score));
      const [first, second] = fits.filter(({ score }) => score === best);
      if (second) throw new ImportProblem(`two weights could be '${weight}' of layer '${path.join('/')}': '${first!.candidate.written}' and '${second.candidate.written}'`, 'give the layers names of their own and export the model again');
      return first?.candidate.written;
    },
    near: (path) => weights.names.filter((name) => split(name).includes(path.at(-1)!)),
  };
}
