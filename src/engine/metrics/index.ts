/** The metrics on offer. A new metric is one line here; nothing else names it. */
import { causalFidelity } from './causalFidelity.ts';
import type { Metric } from './metric.ts';

export const METRICS: readonly Metric[] = [causalFidelity];

/** The metric called `id`; throws, naming those that there are. */
export function metricOf(id: string): Metric {
  const metric = METRICS.find((m) => m.id === id);
  if (!metric) throw new Error(`there is no metric '${id}': choose one of ${METRICS.map((m) => m.id).join(', ')}`);
  return metric;
}
