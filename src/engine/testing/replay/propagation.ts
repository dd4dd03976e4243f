/** Replays of the relevance rules: the composite, its numbers and its box as the case states them, walked by the shipped code. */
import type { CompositeId, RuleOptions } from '../../rules/composites.ts';
import type { Bound } from '../../rules/box.ts';
import type { OracleCase } from '../oracle.ts';
import { relevance } from '../relevance.ts';
import type { Replay } from './example.ts';

/** What a case states of the rules' numbers; what it does not state is absent. */
function optionsOf({ params }: OracleCase): RuleOptions {
  const stated = (name: string) => (typeof params[name] === 'number' ? params[name] : undefined);
  const bound = (name: string) => params[name] as Bound | undefined;
  return { epsilon: stated('epsilon'), gamma: stated('gamma'), beta: stated('beta'), low: bound('low'), high: bound('high'), bias: params.zeroParams !== 'bias' };
}

const lrp = (composite: (c: OracleCase) => CompositeId): Replay => async (example, job) => {
  const { net, x, target, case: c } = example;
  return { attribution: job.own(relevance(net.graph, x, target, composite(c), optionsOf(c))) };
};

/** The composites of the file lrp_composites, by their cases. */
const NAMED: Readonly<Record<string, CompositeId>> = {
  epsilon_plus: 'epsilon-plus',
  epsilon_plus_zerobias: 'epsilon-plus',
  epsilon_plus_flat: 'epsilon-plus-flat',
  epsilon_alpha2beta1: 'epsilon-alpha2-beta1',
  epsilon_alpha2beta1_flat: 'epsilon-alpha2-beta1-flat',
  epsilon_gamma_box: 'epsilon-gamma-box',
};

function named({ id }: OracleCase): CompositeId {
  const composite = NAMED[id];
  if (!composite) throw new Error(`case '${id}' names no composite that we have: ${Object.keys(NAMED).join(', ')}`);
  return composite;
}

export const PROPAGATION: Readonly<Record<string, Replay>> = {
  lrp_epsilon: lrp(() => 'epsilon'),
  lrp_alpha_beta: lrp(() => 'alpha-beta'),
  lrp_zplus: lrp(() => 'z-plus'),
  lrp_gamma: lrp(() => 'gamma'),
  deep_taylor: lrp(() => 'deep-taylor'),
  lrp_composites: lrp(named),
};
