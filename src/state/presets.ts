/** Sets of columns that are one click away. Methods that the catalogue lacks are left out; what a method is, the catalogue says. */
import type { AnyModel, Catalog } from '../worker/protocol.ts';
import { capabilitiesOf } from './capabilities.ts';
import { defaultView } from './defaults.ts';
import type { State } from './store.ts';

export interface Preset {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly methods: readonly string[];
}

/** Those that Deng et al. unify by Taylor interactions. */
const FOURTEEN = [
  'gradient-x-input', 'occlusion-1', 'occlusion', 'prediction-difference', 'grad-cam', 'integrated-gradients', 'expected-gradients', 'shapley', 'lrp-epsilon',
  'lrp-alpha-beta', 'deep-taylor', 'deeplift-rescale', 'deeplift-reveal-cancel', 'deep-shap',
];
/** What Local Attribution is compared with in its paper. */
const RIVALS = ['local-attribution', 'agi', 'mfaba', 'attexplore', 'guided-ig', 'big', 'integrated-gradients', 'fast-ig', 'smoothgrad', 'saliency'];
const ON_TRANSFORMERS = ['attention-rollout', 'generic-attention', 'transformer-attribution', 'attn-lrp', 'grad-cam', 'integrated-gradients'];

/** Forward and backward passes of a map that comes at once. */
const QUICK_PASSES = 4;

/** `models` are those on show: what is quick is known once they have answered. */
export function presets(catalog: Catalog, state: Pick<State, 'entries'>, models: readonly AnyModel[]): Preset[] {
  const listed = (ids: readonly string[]) => ids.filter((id) => catalog.methods.some((method) => method.id === id));
  const isQuick = (id: string) =>
    models.length > 0 &&
    models.every((model) => {
      const capability = capabilitiesOf(state, model.id)?.[id];
      return capability !== undefined && capability.reason === undefined && capability.passes.forward + capability.passes.backward <= QUICK_PASSES;
    });
  const sets: Preset[] = [
    { id: 'first', title: 'First view', description: 'one or two of each kind, with two controls', methods: defaultView(catalog).methods },
    { id: 'fourteen', title: 'The fourteen', description: 'unified by Taylor interactions', methods: listed(FOURTEEN) },
    { id: 'rivals', title: 'Local Attribution and its rivals', description: 'as compared in its paper', methods: listed(RIVALS) },
    { id: 'transformers', title: 'For transformers', description: 'attention, AttnLRP and two that run everywhere', methods: listed(ON_TRANSFORMERS) },
    { id: 'quick', title: 'Quick ones', description: `at most ${QUICK_PASSES} passes, on every model shown`, methods: catalog.methods.map(({ id }) => id).filter(isQuick) },
  ];
  return sets.filter(({ methods }) => methods.length > 1);
}
