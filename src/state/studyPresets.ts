/** Methods that are one click away in studies, with their settings; the score that is in force; a parameter set. Pure. What is asked with them: study.ts. */
import { coerce, type Params, type Value } from '../engine/params.ts';
import type { ScoreKind } from '../engine/methods/score.ts';
import type { Catalog, MethodEntry } from '../worker/protocol.ts';
import type { StudyChoice } from './view.ts';

export interface StudyPreset extends Pick<StudyChoice, 'method' | 'params' | 'score'> {
  readonly id: string;
  readonly title: string;
  readonly says: string;
}

/** The settings of Li et al. 2023 (METHODS 5.1); LIME's are this app's defaults. */
const PRESETS: readonly StudyPreset[] = [
  { id: 'smoothgrad', title: 'SmoothGrad (paper)', says: '50 noisy copies, noise 10 % of the range, of the probability', method: 'smoothgrad', params: { samples: 50, noise: 0.1 }, score: 'probability' },
  { id: 'lime', title: 'LIME (paper)', says: '1,000 samples over at most 60 quickshift segments, least squares, of the probability', method: 'lime', params: {}, score: 'probability' },
];

/** Those whose method the catalogue has, with such parameters as that method has there. */
export const studyPresets = ({ methods }: Pick<Catalog, 'methods'>): StudyPreset[] =>
  PRESETS.flatMap((preset) => {
    const declared = methods.find(({ id }) => id === preset.method)?.params;
    return declared ? [{ ...preset, params: differing(declared, preset.params) }] : [];
  });

/** What of `set` the method has, in range, and other than the default. */
function differing(declared: Params, set: Readonly<Record<string, Value>>): StudyChoice['params'] {
  const kept = Object.entries(set).flatMap(([name, value]): [string, Value][] => {
    const param = declared[name];
    const coerced = param && coerce(param, value);
    return coerced === undefined || coerced === param!.default ? [] : [[name, coerced]];
  });
  return Object.fromEntries(kept);
}

const sameParams = (a: StudyChoice['params'], b: StudyChoice['params']): boolean => {
  const [one, other] = [Object.entries(a), Object.entries(b)];
  return one.length === other.length && one.every(([name, value]) => b[name] === value);
};

/** The score that is explained: the method's own where 'published' is chosen; a margin needs a rival, which a study has not. */
export function studyScore({ score: own }: Pick<MethodEntry, 'score'>, score: StudyChoice['score']): ScoreKind {
  const kind = score === 'published' ? own : score;
  return kind === 'margin' ? 'logit' : kind;
}

/** The preset that this choice is. */
export function presentPreset({ methods }: Pick<Catalog, 'methods'>, choice: Pick<StudyChoice, 'method' | 'params' | 'score'>): StudyPreset | undefined {
  const method = methods.find(({ id }) => id === choice.method);
  if (!method) return undefined;
  return studyPresets({ methods }).find((preset) => preset.method === method.id && sameParams(preset.params, choice.params) && studyScore(method, preset.score) === studyScore(method, choice.score));
}

/** `params` with one of them set. Throws where the method has no such parameter, or it cannot be that. */
export function withStudyParam(method: Pick<MethodEntry, 'id' | 'params'>, params: StudyChoice['params'], name: string, value: Value): StudyChoice['params'] {
  const param = method.params[name];
  if (!param) throw new Error(`method '${method.id}' has no parameter '${name}'`);
  const coerced = coerce(param, value);
  if (coerced === undefined) throw new Error(`${method.id}.${name} cannot be ${JSON.stringify(value)}`);
  return differing(method.params, { ...params, [name]: coerced });
}
