/** Puts operators in the order of their values and drops those that no output needs. It refuses what is no graph: cycles, missing values, values given twice. */
import { ImportProblem } from '../problem.ts';
import type { Draft } from './draft.ts';

const AGAIN = 'the file is damaged: export the model again';

interface Given {
  /** Names that need no operator: inputs and constants. */
  has(name: string): boolean;
}

/** Value → the operator that gives it. */
function producersOf(drafts: readonly Draft[], given: Given): Map<string, Draft> {
  const producers = new Map<string, Draft>();
  for (const draft of drafts) {
    for (const output of draft.outputs) {
      if (output === '') continue;
      const other = producers.get(output);
      if (other) throw new ImportProblem(`the value '${output}' is given twice, by '${other.name}' and by '${draft.name}'`, AGAIN);
      if (given.has(output)) throw new ImportProblem(`the value '${output}' is given twice, by '${draft.name}' and as an input or a constant`, AGAIN);
      producers.set(output, draft);
    }
  }
  return producers;
}

/**
 * The operators that `outputs` need, each after those whose values it takes; the file's own order where it is one.
 * Depth first with a stack of its own, so that long chains cannot exhaust the machine's. Cost: operators + edges.
 */
export function ordered(drafts: readonly Draft[], outputs: readonly string[], given: Given): Draft[] {
  const producers = producersOf(drafts, given);
  const state = new Map<Draft, 'open' | 'done'>();
  const order: Draft[] = [];
  const makerOf = (value: string, taker: string): Draft | undefined => {
    const maker = producers.get(value);
    if (!maker && value !== '' && !given.has(value)) throw new ImportProblem(`${taker} takes the value '${value}', which no operator gives`, AGAIN);
    return maker;
  };
  const visit = (root: Draft) => {
    const stack: { draft: Draft; next: number }[] = [{ draft: root, next: 0 }];
    state.set(root, 'open');
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      if (top.next >= top.draft.inputs.length) {
        state.set(top.draft, 'done');
        order.push(top.draft);
        stack.pop();
        continue;
      }
      const maker = makerOf(top.draft.inputs[top.next++]!, `the operator '${top.draft.name}' (${top.draft.type})`);
      if (!maker || state.get(maker) === 'done') continue;
      if (state.get(maker) === 'open') throw new ImportProblem(`the network runs in a circle through '${maker.name}' (${maker.type})`, AGAIN);
      state.set(maker, 'open');
      stack.push({ draft: maker, next: 0 });
    }
  };
  for (const output of outputs) {
    const maker = makerOf(output, 'the list of outputs');
    if (maker && !state.has(maker)) visit(maker);
  }
  const asWritten = drafts.filter((draft) => state.has(draft));
  return isOrdered(asWritten, producers) ? asWritten : order;
}

function isOrdered(drafts: readonly Draft[], producers: ReadonlyMap<string, Draft>): boolean {
  const seen = new Set<Draft>();
  for (const draft of drafts) {
    if (draft.inputs.some((input) => producers.has(input) && !seen.has(producers.get(input)!))) return false;
    seen.add(draft);
  }
  return true;
}

/** An operator as far as its order goes. */
interface Step {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Of operators in order, those that `outputs` need. */
export function alive<T extends Step>(operators: readonly T[], outputs: readonly string[]): T[] {
  const needed = new Set(outputs);
  const kept: T[] = [];
  for (const operator of operators.toReversed()) {
    if (!operator.outputs.some((output) => needed.has(output))) continue;
    for (const input of operator.inputs) needed.add(input);
    kept.push(operator);
  }
  return kept.reverse();
}

/** The values that change with `inputs`, of operators in order. */
export function dependent(operators: readonly Step[], inputs: Iterable<string>): Set<string> {
  const moved = new Set(inputs);
  for (const operator of operators) if (operator.inputs.some((input) => moved.has(input))) for (const output of operator.outputs) moved.add(output);
  return moved;
}
