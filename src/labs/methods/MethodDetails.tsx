/** A method's card in full: what it says, formula, when it misleads, parameters with their ranges, where it runs and why not. */
import { Button } from 'react-aria-components';
import { showInExplore } from '../../state/actions.ts';
import { useApp, useView } from '../../ui/app.ts';
import { Facts } from '../../ui/Facts.tsx';
import { isControl } from '../../ui/families.ts';
import { Formula } from '../../ui/Formula.tsx';
import { claimsInWords, explainsWords, paperAddress, passesWords, SCORE_WORDS } from '../../ui/methodWords.ts';
import { ParameterList } from './ParameterList.tsx';
import type { Known, TableRow } from './table.ts';

interface Props {
  readonly row: TableRow;
  readonly models: readonly Known[];
}

export function MethodDetails({ row, models }: Props) {
  const { store } = useApp();
  const { method, claims } = row;
  const shown = useView((view) => view.methods.includes(method.id));
  const paper = paperAddress(method.reference);
  return (
    <div className="details">
      <section className="details-words" aria-label={method.title}>
        <p className="prose">{method.card.says}</p>
        <Formula tex={method.card.formula} />
        <p className="prose prose-small">
          <b>When it misleads.</b> {method.card.misleads}
        </p>
        <p className="quiet">
          {method.reference}{' '}
          {paper && (
            <a href={paper} target="_blank" rel="noreferrer">
              {paper.replace('https://', '')}
            </a>
          )}
        </p>
        <Button className="button" onPress={() => showInExplore(store, method.id)}>
          {shown ? 'Go to it in Explore' : 'Show in Explore'}
        </Button>
      </section>
      <section className="details-facts" aria-label={`Where ${method.title} runs`}>
        <ul className="chips" aria-label="Traits">
          <li>{method.signed ? 'signed' : 'unsigned'}</li>
          {isControl(method) && <li>control: votes for nothing</li>}
          {claims && claimsInWords(claims).map((claim) => <li key={claim}>{claim}</li>)}
          <li>{explainsWords(`${SCORE_WORDS[method.score]}, as published`, claims && { claims })}</li>
        </ul>
        <Facts facts={models.map(({ model }, index) => [model.title, whereWords(row.cells[index]!)] as const)} />
        <Parameters row={row} />
      </section>
    </div>
  );
}

function whereWords(cell: TableRow['cells'][number]): string {
  switch (cell.kind) {
    case 'runs':
      return `runs, ${passesWords(cell.capability)}`;
    case 'refuses':
      return `does not run. ${cell.reason}`;
    case 'failed':
      return cell.message;
    case 'unknown':
      return 'not asked yet';
    default:
      return cell satisfies never;
  }
}

function Parameters({ row: { method } }: { readonly row: TableRow }) {
  if (Object.keys(method.params).length === 0) return <p className="quiet">It has no parameters.</p>;
  return (
    <>
      <h3 className="section-head">Parameters</h3>
      <ParameterList params={method.params} />
    </>
  );
}
