/** How each file of the oracle is put to the engine: parameters translated, stored draws replayed through the shipped code. Judges nothing. */
import { deconvnet } from '../../methods/deconvnet.ts';
import { gradientMethod } from '../../methods/gradient.ts';
import { gradientTimesInput } from '../../methods/gradientTimesInput.ts';
import { guidedBackprop } from '../../methods/guidedBackprop.ts';
import { attended } from './attention.ts';
import { deepShapped, differencesPredicted, expected, rescaled, revealed } from './differences.ts';
import { ablated, enumerated, kernelRegressed, ranked, sampledOrders, surrogate } from './games.ts';
import type { Replay } from './example.ts';
import { PROPAGATION } from './propagation.ts';
import { explored, followed, frequencies, guided, integratedAdversarially } from './exploration.ts';
import { cams, integrated, occluded, plain, smoothed } from './gradients.ts';

export type { Example, Replay } from './example.ts';

/** By the oracle's file names. A method that stands not here is not built yet. */
export const REPLAYS: Readonly<Record<string, Replay>> = {
  gradient: plain(gradientMethod.attribute),
  input_x_gradient: plain(gradientTimesInput.attribute),
  guided_backprop: plain(guidedBackprop.attribute),
  deconvnet: plain(deconvnet.attribute),
  integrated_gradients: integrated,
  smoothgrad: smoothed,
  grad_cam: cams,
  vit_attention: attended,
  occlusion: occluded,
  feature_ablation: ablated,
  shapley_exact: enumerated,
  shapley_sampling: sampledOrders,
  kernel_shap: kernelRegressed,
  lime: surrogate,
  insertion_deletion: ranked,
  la: explored,
  ...PROPAGATION,
  expected_gradients: expected,
  prediction_difference: differencesPredicted,
  deeplift_rescale: rescaled,
  deeplift_revealcancel: revealed,
  deep_shap: deepShapped,
  agi: integratedAdversarially,
  mfaba: followed,
  attexplore: frequencies,
  guided_ig: guided,
};
