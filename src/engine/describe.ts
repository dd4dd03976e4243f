/** What depends on a model and on parameters, without computing: applies or why not, passes, claims. And the reading of parameters. */
import type { Graph } from './graph/graph.ts';
import type { Passes } from './job/job.ts';
import type { Claim, Method } from './methods/method.ts';
import { coerce, defaults, type Params, type Value, type Values } from './params.ts';

/** A method does not apply to a model; its message says why, in words for the visitor. */
export class NotApplicable extends Error {
  override name = 'NotApplicable';
}

/** The declared parameters with `given` put in; throws, naming it, where a name is unknown or a value cannot be read. Numbers are brought into range. */
export function resolveParams<P extends Params>(params: P, given: Readonly<Record<string, unknown>>): Values<P> {
  const values: Record<string, Value> = { ...defaults(params) };
  for (const [name, raw] of Object.entries(given)) {
    const param = params[name];
    if (!param) throw new Error(`there is no parameter '${name}': choose from ${Object.keys(params).join(', ') || 'none, this method has no parameters'}`);
    const value = coerce(param, raw);
    if (value === undefined) throw new Error(`parameter '${name}' cannot be '${String(raw)}': ${param.kind === 'choice' ? `choose from ${param.options.join(', ')}` : `give ${param.kind === 'flag' ? 'true or false' : 'a number'}`}`);
    values[name] = value;
  }
  return values as Values<P>;
}

export interface Description {
  /** Why the method does not apply; absent where it does. */
  readonly reason?: string;
  readonly passes: Passes & { readonly exact: boolean };
  readonly claims: readonly Claim[];
}

/** `shape` is that of one input, [H, W, C] or [F]. */
export function describeMethod(method: Method, graph: Graph, given: Readonly<Record<string, unknown>>, size: { shape: readonly number[]; classes: number }): Description {
  const params = resolveParams(method.params, given);
  const reason = method.needs(graph, params);
  return { ...(reason === undefined ? {} : { reason }), passes: method.passes(params, { ...size, graph }), claims: method.claims(params, graph) };
}
