/** Old forms of operators → the form of opset 18, so that lowering knows one. One table; the rewritings stand in their own files by subject. */
import { ImportProblem } from '../../problem.ts';
import type { Operator } from '../../source.ts';
import type { Draft } from '../draft.ts';
import { changed, type Bench, type Part, type Rewrite } from './bench.ts';
import { removed } from './removed.ts';

const REWRITES: Readonly<Record<string, Rewrite>> = { ...removed };

/** Of every domain but the default one. */
const refuseDomain: Rewrite = (operator) => {
  throw new ImportProblem(`the operator '${operator.name}' is '${operator.type}' of the domain '${operator.domain}', which is not ONNX's own`, 'export the model with plain ONNX operators, without the optimiser of one runtime');
};

/** Operators in topological order → the same network in the form of opset 18. Values that nobody takes lose their names before. */
export function modernise(drafts: readonly Draft[], outputs: readonly string[], bench: Bench): Operator[] {
  const taken = new Set([...outputs, ...drafts.flatMap((draft) => draft.inputs)]);
  return drafts.flatMap((draft) => {
    const inputs = trimmed(draft.inputs.map((input) => bench.resolve(input)));
    return rewrite({ ...draft, inputs, outputs: trimmed(draft.outputs.map((output) => (taken.has(output) ? output : ''))) }, bench);
  });
}

function rewrite(operator: Draft, bench: Bench): readonly Part[] {
  if (operator.domain !== '') return refuseDomain(operator, bench);
  const found = Object.hasOwn(REWRITES, operator.type) ? REWRITES[operator.type] : undefined;
  return found ? found(operator, bench) : [changed(operator)];
}

/** Optional inputs left out at the end say nothing. */
const trimmed = (names: readonly string[]): readonly string[] => {
  let end = names.length;
  while (end > 0 && names[end - 1] === '') end--;
  return names.slice(0, end);
};
