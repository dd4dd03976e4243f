/** Replays of the relevance rules. */
import { type Composite } from '../../rules/composite.ts';
import type { OracleCase } from '../oracle.ts';
import { relevance } from '../relevance.ts';
import { type Replay } from './example.ts';

/** A relevance walk under the composite that the parameters of a case name. */
export const lrp = (composite: (c: OracleCase, bias: boolean) => Composite): Replay => async (example, job) => {
  const { net, x, target, case: c } = example;
  return { attribution: job.own(relevance(net.graph, x, target, composite(c, c.params.zeroParams !== 'bias'))) };
};
