/** What the committee says of an image, for the page: means, who dissents, how strange the image is. Pure; who is asked what: state/request.ts. */
import type { Prediction } from '../../state/request.ts';
import type { TargetChoice } from '../../state/view.ts';

/** Mean probability of each class over the members whose prediction is there. */
export function meanProbabilities(predictions: readonly Prediction[], classes: number): number[] {
  return Array.from({ length: classes }, (_, k) => predictions.reduce((sum, { probabilities }) => sum + (probabilities[k] ?? 0), 0) / Math.max(1, predictions.length));
}

/** The member predicts another class than the one explained: drawn hollow, does not vote unless asked. Unknown yet: no. */
export function dissents(prediction: Prediction | undefined, target: TargetChoice, explained: number | undefined): boolean {
  return prediction !== undefined && target !== 'own' && explained !== undefined && prediction.top !== explained;
}

/** Beyond this share of nearer validation scenes an image counts as far from the training scenes. */
const FAR = 0.95;

/** "farther from the training scenes than 98 % of validation scenes for 3 of 4 models"; `undefined` for an image that is not strange to any. */
export function strangenessWords(predictions: readonly Pick<Prediction, 'strangeness'>[]): string | undefined {
  const distances = predictions.flatMap(({ strangeness }) => (strangeness === undefined ? [] : [strangeness]));
  const far = distances.filter((share) => share >= FAR);
  if (far.length === 0) return undefined;
  const least = Math.floor(100 * Math.min(...far));
  const who = far.length < distances.length ? `${far.length} of ${distances.length} models` : far.length === 1 ? 'the model' : far.length === 2 ? 'both models' : `all ${far.length} models`;
  return least === 100 ? `farther from the training scenes than every validation scene for ${who}` : `farther from the training scenes than ${least} % of validation scenes for ${who}`;
}
