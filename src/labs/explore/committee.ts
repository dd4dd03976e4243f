/** What the committee says of an image, for the page: means, who dissents, how strange the image is. Pure; who is asked what: state/request.ts. */
import { PERCENT_SIGN } from '../../fields/percent.ts';
import type { Prediction } from '../../state/request.ts';
import type { TargetChoice } from '../../state/view.ts';

/** Mean probability of each class over the members whose prediction is there and that know the class. */
export function meanProbabilities(predictions: readonly Prediction[], classes: number, knows: (model: string, k: number) => boolean = () => true): number[] {
  return Array.from({ length: classes }, (_, k) => {
    const asked = predictions.filter(({ model }) => knows(model, k));
    return asked.reduce((sum, { probabilities }) => sum + (probabilities[k] ?? 0), 0) / Math.max(1, asked.length);
  });
}

/** The member predicts another class than the one explained: it does not vote unless asked. Unknown yet: no. */
export function dissents(prediction: Prediction | undefined, target: TargetChoice, explained: number | undefined): boolean {
  return prediction !== undefined && target !== 'own' && explained !== undefined && prediction.top !== explained;
}

/**
 * The rows that the visitor took out of the committee, so that they stay in sight and can come back: one that leaves alone is among them,
 * one that comes back alone is not. Any larger change is another committee, and starts anew.
 */
export function takenOut(before: readonly string[], after: readonly string[], out: readonly string[]): readonly string[] {
  const gone = before.filter((id) => !after.includes(id));
  const come = after.filter((id) => !before.includes(id));
  if (gone.length + come.length === 0) return out;
  if (gone.length + come.length > 1) return [];
  return [...out.filter((id) => !come.includes(id)), ...gone];
}

/** Beyond this share of nearer validation scenes a scene counts as far from the training scenes; one in a hundred is. */
const FAR = 0.99;

const rounded = (share: number) => Math.min(100, Math.floor(100 * share));
const ofAll = (n: number) => (n === 1 ? 'the model' : n === 2 ? 'both models' : `all ${n} models`);

/**
 * How strange the image is to the models, in a sentence: always for a photograph (they never saw one), for a scene only where it is far out.
 * "Its features lie farther out than 71 to 98 % of validation scenes."
 */
export function strangenessWords(predictions: readonly Pick<Prediction, 'strangeness'>[], photograph: boolean): string | undefined {
  const shares = predictions.flatMap(({ strangeness }) => (strangeness === undefined ? [] : [strangeness])).sort((x, y) => x - y);
  const far = shares.filter((share) => share >= FAR);
  if (!photograph && far.length === 0) return undefined;
  if (!photograph) return `Even for a scene this one is unusual: its features lie farther out than ${rounded(far[0]!)}${PERCENT_SIGN} of validation scenes for ${far.length === shares.length ? ofAll(far.length) : `${far.length} of ${shares.length} models`}.`;
  const unseen = 'These models were trained on rendered scenes of twelve objects and never saw a photograph.';
  if (shares.length === 0) return unseen;
  const [least, most] = [rounded(shares[0]!), rounded(shares.at(-1)!)];
  return `${unseen} Its features lie farther out than ${least === most ? least : `${least} to ${most}`}${PERCENT_SIGN} of validation scenes, so a confident answer is no sign that it is right.`;
}
