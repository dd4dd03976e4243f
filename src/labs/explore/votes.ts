/** Who votes in each column and with which weight, for the exports. Counts nothing itself. */
import type { Consensus } from '../../fields/vote.ts';
import type { Grid } from './useGrid.ts';

/** Σ of the weights is 1. */
export const votesOf = ({ voters, weights, abstained }: Consensus) => ({ voters: voters.map((id, i) => ({ id, weight: weights[i]! })), abstained });

const quoted = (cell: string | number) => (/[",\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell));

/**
 * One line for each model and method: weight 0 and a reason where it does not vote; agreement is its likeness to the consensus, empty where there is none.
 * Numbers as they are: nothing is rounded.
 */
export function votesCsv({ rows, methods, classes, consensus }: Pick<Grid, 'rows' | 'methods' | 'classes' | 'consensus'>): string {
  const lines = methods.flatMap((method) =>
    rows
      .filter((row) => row.shown)
      .map(({ model, prediction }) => {
        const found = consensus.get(method.id);
        const known = found?.kind === 'consensus' ? found : undefined;
        const place = known?.voters.indexOf(model.id) ?? -1;
        const silent = found?.abstained.find(({ id }) => id === model.id)?.why ?? (known ? 'no map' : (found?.kind === 'none' && found.abstained.length === 0 ? 'no vote' : 'not computed'));
        const score = known?.agreement.find(({ id }) => id === model.id)?.score;
        return [method.id, model.id, model.family, model.role, prediction ? (classes[prediction.top] ?? '') : '', place < 0 ? 0 : known!.weights[place]!, place < 0 ? silent : '', known?.rule ?? '', Number.isFinite(score) ? score! : ''];
      }),
  );
  const head = ['method', 'model', 'family', 'role', 'predicts', 'weight', 'why no vote', 'rule', 'agreement'];
  return [head, ...lines].map((line) => line.map(quoted).join(',')).join('\n') + '\n';
}
