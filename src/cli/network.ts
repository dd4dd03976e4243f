/** A network of the zoo, or the ensemble of several that 'mean(a,b)' names, ready to be explained. Explains nothing. */
import { ensembleOf } from '../engine/committee/ensemble.ts';
import { canonize } from '../engine/graph/canonize.ts';
import { disposeGraph } from '../engine/graph/derived.ts';
import type { Graph } from '../engine/graph/graph.ts';
import type { Framing } from '../fields/picture.ts';
import type { Manifest } from '../engine/models/manifest.ts';
import { loadModel, type Read } from '../engine/models/zoo.ts';
import { membersOf } from '../worker/key.ts';

export interface Network {
  /** Canonized. */
  readonly graph: Graph;
  readonly inputSize: number;
  readonly classes: Manifest['classes'];
  /** How a photograph becomes its square; the largest one in the middle where absent. */
  readonly framing?: Framing;
  dispose(): void;
}

async function openOne(id: string, read: Read): Promise<Network & { readonly id: string }> {
  const { graph: raw, manifest: { inputSize, classes } } = await loadModel(id, read);
  const graph = canonize(raw);
  return { id, graph, inputSize, classes, dispose: () => [graph, raw].forEach(disposeGraph) };
}

/** Throws where a model is not in the zoo, or where several are no ensemble. */
export async function openNetwork(id: string, read: Read): Promise<Network> {
  const ids = membersOf(id);
  if (ids[0] === id) return openOne(id, read);
  const members: (Network & { readonly id: string })[] = [];
  const dispose = () => members.forEach((member) => member.dispose());
  try {
    for (const member of ids) members.push(await openOne(member, read));
    const { inputSize, classes } = members[0]!;
    return { graph: ensembleOf(members), inputSize, classes, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}
