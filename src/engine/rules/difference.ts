/** The walk of difference-from-reference rules: multipliers carried back over two tapes, that of the image and that of a reference. Knows no rule. */
import { backward, type Policy, type Step, type Tape } from '../graph/graph.ts';
import type { Inputs } from '../graph/ops/index.ts';
import * as tf from '../tf.ts';

export interface Differences {
  /** Of one row, or of as many as the reference. */
  readonly image: Tape;
  readonly reference: Tape;
  /** What travels beside the signal to a node, by its id; see `sendBeside`. */
  readonly beside: Map<string, tf.Tensor>;
}

/** A step with what the reference shows at the same node. Rows of the signal are rows of the reference. */
export interface DifferenceStep extends Step {
  readonly xs0: Inputs;
  readonly y0: tf.Tensor;
  readonly differences: Differences;
}

/** How a multiplier crosses one node: m_i = Σ_j m_j · C(Δx_i → Δy_j) / Δx_i. Complete where Σ_i m_i Δx_i = Σ_j m_j Δy_j. */
export type DifferenceRule = (step: DifferenceStep) => tf.Tensor[];

/** A second signal for the node `id`, added to what was sent before. Kept until the node takes it, or the walk ends. */
export function sendBeside({ beside }: Differences, id: string, tensor: tf.Tensor): void {
  const before = beside.get(id);
  beside.set(id, tf.keep(before ? tf.add(before, tensor) : tf.clone(tensor)));
  before?.dispose();
}

/** What was sent beside the signal to the node `id`, to be freed with the burst; `undefined` where nothing was. */
export function takeBeside({ beside }: Differences, id: string): tf.Tensor | undefined {
  const found = beside.get(id);
  if (!found) return undefined;
  const handle = tf.clone(found);
  found.dispose();
  beside.delete(id);
  return handle;
}

/** `rule` as a policy that closes over the reference and frees its values after their last use, as the walk does with the image's. */
const against = (differences: Differences, rule: DifferenceRule): Policy => (step) => {
  const { value } = differences.reference;
  const at = (id: string) => {
    const tensor = value.get(id);
    if (!tensor) throw new Error(`the reference has no value at '${id}': record both tapes on one graph`);
    return tensor;
  };
  const parts = rule({ ...step, xs0: step.node.inputs.map(at) as unknown as Inputs, y0: at(step.node.id), differences });
  at(step.node.id).dispose();
  return parts;
};

/**
 * The multipliers at the input, shape of the reference's. Uses up both tapes; call it in the tidy that recorded them.
 * Cost: one backward pass a row; memory: both tapes and little more.
 */
export function multipliers(image: Tape, reference: Tape, seed: tf.Tensor, rule: DifferenceRule): tf.Tensor {
  const differences: Differences = { image, reference, beside: new Map() };
  try {
    return backward(image, seed, against(differences, rule)).get(image.graph.input)!;
  } finally {
    differences.beside.forEach((tensor) => tensor.dispose());
  }
}
