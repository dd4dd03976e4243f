/** Operators that do nothing when a network only answers. */
import { number, refused, used, type Rewrite } from './bench.ts';

const identity: Rewrite = (operator, bench) => bench.alias(operator.outputs[0]!, operator.inputs[0]!);

/** Dropout passes its input on (opset 7, 12) unless the file was exported while training; with a share of 0 it drops nothing even then (torchvision's Swin is written so). */
const dropout: Rewrite = (operator, bench) => {
  const [share, training] = [bench.value(operator.inputs[1]), bench.value(operator.inputs[2])];
  const drops = operator.inputs[2] && (!training || training.values[0]) && share?.values[0] !== 0;
  if (used(operator, 1) || drops) throw refused(operator, 'drops values at random', 'export the model after model.eval()');
  return bench.alias(operator.outputs[0]!, operator.inputs[0]!);
};

/** Opset 7 has `spatial`, 7 to 13 give running statistics as further outputs, from 14 on `training_mode`. */
const batchNormalization: Rewrite = (operator) => {
  if (number(operator, 'training_mode', 0) === 1 || operator.outputs.some((output, i) => i > 0 && output !== '')) throw refused(operator, 'normalises by the batch', 'export the model after model.eval()');
  if (number(operator, 'spatial', 1) === 0) throw refused(operator, 'has spatial = 0: a mean for every place', 'export it with opset_version=18');
  return [{ name: operator.name, type: operator.type, inputs: operator.inputs, outputs: operator.outputs.slice(0, 1), attributes: { epsilon: number(operator, 'epsilon', 1e-5) } }];
};

export const removed = { Identity: identity, Dropout: dropout, BatchNormalization: batchNormalization } satisfies Record<string, Rewrite>;
