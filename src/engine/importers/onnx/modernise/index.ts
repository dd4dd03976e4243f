/** Old forms of operators → the form of opset 18, so that lowering knows one. Tables by domain; the rewritings stand in their own files by subject. */
import { ImportProblem } from '../../problem.ts';
import type { Operator } from '../../source.ts';
import type { Draft } from '../draft.ts';
import { attentions } from './attention.ts';
import { changed, refused, type Bench, type Part, type Rewrite } from './bench.ts';
import { fusedByRuntime, recent } from './fused.ts';
import { moved } from './moved.ts';
import { quantised, quantisedByRuntime } from './quantised.ts';
import { removed } from './removed.ts';
import { sequences } from './sequences.ts';
import { resultType, types } from './types.ts';

/** Operators that are not named here keep their form. */
const OWN: Readonly<Record<string, Rewrite>> = { ...removed, ...moved, ...types, ...quantised, ...recent, ...attentions, ...sequences };
const RUNTIME: Readonly<Record<string, Rewrite>> = { ...fusedByRuntime, ...quantisedByRuntime };

/** How a file comes to operators of a foreign domain, and how to avoid them. */
const DOMAINS: Readonly<Record<string, string>> = {
  'com.microsoft': 'export the model without the optimiser of ONNX Runtime, or with its level "basic"',
  'org.pytorch.aten': 'export with torch.onnx.export(…, dynamo=True), or with operator_export_type=OperatorExportTypes.ONNX',
  'ai.onnx.ml': 'choose a network: this is an operator of classical machine learning',
  'ai.onnx.training': 'export the model after model.eval()',
};

/** Several times what the largest classifier has. */
const MOST_PARTS = 100_000;

/** Operators in topological order → the same network in the form of opset 18. Values that nobody takes lose their names before. */
export function modernise(drafts: readonly Draft[], outputs: readonly string[], bench: Bench): Operator[] {
  const taken = new Set(outputs);
  for (const draft of drafts) for (const input of draft.inputs) taken.add(input);
  let count = 0;
  return drafts.flatMap((draft) => {
    const inputs = trimmed(draft.inputs.map((input) => bench.resolve(input)));
    const parts = rewrite({ ...draft, inputs, outputs: draft.outputs.map((output) => (taken.has(output) ? output : '')) }, bench);
    count += parts.length;
    if (count > MOST_PARTS) throw refused(draft, `makes more than ${MOST_PARTS} operators of the network`, 'choose a smaller network');
    if (parts.some((part) => part.inputs.includes(undefined as never))) throw incomplete(draft);
    for (const part of parts) for (const output of part.outputs) bench.setType(output, resultType(part, bench));
    return parts.map((part) => ({ ...part, inputs: trimmed(part.inputs), outputs: trimmed(part.outputs) }));
  });
}

function rewrite(operator: Draft, bench: Bench): readonly Part[] {
  const table = operator.domain === '' ? OWN : operator.domain === 'com.microsoft' ? RUNTIME : {};
  const found = Object.hasOwn(table, operator.type) ? table[operator.type] : undefined;
  if (found && operator.inputs.length === 0) throw incomplete(operator);
  if (found) return found(operator, bench);
  if (operator.domain === '') return [changed(operator)];
  const remedy = DOMAINS[operator.domain] ?? 'export the model with plain ONNX operators, or include the function with the file';
  throw new ImportProblem(`the operator '${operator.name}' is '${operator.type}' of the domain '${operator.domain}', which is not ONNX's own`, remedy);
}

const incomplete = (operator: Draft) => refused(operator, `has ${operator.inputs.length} inputs, which are too few`, 'export the model again');

/** Optional values left out at the end say nothing. */
const trimmed = (names: readonly string[]): readonly string[] => {
  let end = names.length;
  while (end > 0 && names[end - 1] === '') end--;
  return names.slice(0, end);
};
