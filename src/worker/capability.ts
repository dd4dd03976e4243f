/** What a method is on a network, whatever the network: one that a method cannot read is a reason, never an error that hides all others. */
import { describeMethod } from '../engine/describe.ts';
import type { Graph } from '../engine/graph/graph.ts';
import type { Method } from '../engine/methods/method.ts';
import type { Capability } from './protocol.ts';

export function capabilityOf(method: Method, graph: Graph, size: Parameters<typeof describeMethod>[3]): Capability {
  try {
    return describeMethod(method, graph, {}, size);
  } catch (error) {
    return { reason: `it cannot read this network: ${error instanceof Error ? error.message : String(error)}`, passes: { forward: 0, backward: 0, exact: false }, claims: [] };
  }
}
