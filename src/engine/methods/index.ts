/** The methods on offer, in the order of the menus. A new method is one line here; nothing else names it. */
import { agi } from './agi.ts';
import { attentionRollout } from './attentionRollout.ts';
import { attexplore } from './attexplore.ts';
import { big } from './big.ts';
import { gradCam, gradCamPlusPlus, layerCam } from './cams.ts';
import { edges, noiseControl } from './controls.ts';
import { deconvnet } from './deconvnet.ts';
import { deepLiftRescale, deepLiftRevealCancel } from './deepLift.ts';
import { deepShap } from './deepShap.ts';
import { expectedGradients } from './expectedGradients.ts';
import { featureAblation } from './featureAblation.ts';
import { genericAttention } from './genericAttention.ts';
import { gradientMethod, saliency } from './gradient.ts';
import { fastIg, gradientTimesInput } from './gradientTimesInput.ts';
import { guidedBackprop } from './guidedBackprop.ts';
import { guidedIg } from './guidedIg.ts';
import { integratedGradients } from './integratedGradients.ts';
import { kernelShap } from './kernelShap.ts';
import { lime } from './lime.ts';
import { localAttribution } from './localAttribution.ts';
import { attnLrp, deepTaylor, lrpAlphaBeta, lrpEpsilon, lrpEpsilonAlpha2Beta1, lrpEpsilonGammaBox, lrpEpsilonPlus, lrpEpsilonPlusFlat, lrpGamma, lrpZPlus } from './lrp.ts';
import type { Method } from './method.ts';
import { mfabaMethod } from './mfaba.ts';
import { occlusion, occlusionOne } from './occlusion.ts';
import { predictionDifference } from './predictionDifference.ts';
import { rise } from './rise.ts';
import { scoreCam } from './scoreCam.ts';
import { shapley } from './shapley.ts';
import { smoothGrad } from './smoothGrad.ts';
import { transformerAttribution } from './transformerAttribution.ts';

export const METHODS: readonly Method[] = [
  // gradient
  gradientMethod,
  saliency,
  gradientTimesInput,
  smoothGrad,
  guidedBackprop,
  deconvnet,

  // path
  integratedGradients,
  expectedGradients,
  guidedIg,
  big,
  fastIg,

  // propagation
  lrpEpsilon,
  lrpAlphaBeta,
  deepTaylor,
  lrpGamma,
  lrpZPlus,
  lrpEpsilonPlus,
  lrpEpsilonPlusFlat,
  lrpEpsilonAlpha2Beta1,
  lrpEpsilonGammaBox,
  attnLrp,
  deepLiftRescale,
  deepLiftRevealCancel,
  deepShap,

  // class activation maps
  gradCam,
  gradCamPlusPlus,
  layerCam,
  scoreCam,

  // attention
  attentionRollout,
  genericAttention,
  transformerAttribution,

  // perturbation
  occlusion,
  occlusionOne,
  featureAblation,
  shapley,
  kernelShap,
  lime,
  rise,
  predictionDifference,

  // exploration
  localAttribution,
  agi,
  mfabaMethod,
  attexplore,

  // controls
  edges,
  noiseControl,
];

/** The method called `id`; throws, naming those that there are. */
export function methodOf(id: string): Method {
  const method = METHODS.find((m) => m.id === id);
  if (!method) throw new Error(`there is no method '${id}': choose one of ${METHODS.map((m) => m.id).join(', ')}`);
  return method;
}
