/** The table: methods down, models across. A row opens its method's card beneath it. Decides nothing: rows and their order come from table.ts. */
import { Fragment, memo, useEffect, useRef, type CSSProperties } from 'react';
import { select } from '../../state/actions.ts';
import { useApp, useView } from '../../ui/app.ts';
import { byFamily, familySays, familyTitle } from '../../ui/families.ts';
import { claimsInWords, firstSentence, paperAddress, SCORE_WORDS, shortReference } from '../../ui/methodWords.ts';
import { CheckIcon, CrossIcon } from '../../ui/icons.tsx';
import { MethodDetails } from './MethodDetails.tsx';
import { costWords, type Known, type TableCell, type TableRow } from './table.ts';

interface Props {
  readonly rows: readonly TableRow[];
  readonly models: readonly Known[];
  /** By family, each under its name. */
  readonly grouped: boolean;
}

/** Columns besides the models: name, passes, map, claims, score, source. */
const OTHERS = 6;

export function MethodsTable({ rows, models, grouped }: Props) {
  const groups = grouped ? byFamily(rows, ({ method }) => method.family) : [{ family: '', items: rows }];
  return (
    <table className="lab-table methods-table" style={{ '--models': models.length } as CSSProperties}>
      <caption className="visually-hidden">Which method runs on which model, with default parameters; what a map costs and claims. A method’s name opens its card.</caption>
      <thead>
        <tr>
          <th scope="col">Method</th>
          {models.map(({ model, problem }) => (
            <th scope="col" key={model.id} className="model-column" title={problem ?? model.family}>
              {model.title}
            </th>
          ))}
          <th scope="col" className="number" aria-sort={grouped ? undefined : 'ascending'}>
            Passes
          </th>
          <th scope="col">Map</th>
          <th scope="col">Claims</th>
          <th scope="col">Explains</th>
          <th scope="col">Source</th>
        </tr>
      </thead>
      {groups.map(({ family, items }) => (
        <tbody key={family}>
          {grouped && (
            <tr className="family-row">
              <th scope="rowgroup" colSpan={models.length + OTHERS}>
                <span className="section-head">{familyTitle(family)}</span> <span className="quiet">{familySays(family)}</span>
              </th>
            </tr>
          )}
          {items.map((row) => (
            <Row key={row.method.id} row={row} models={models} showFamily={!grouped} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

interface RowProps {
  readonly row: TableRow;
  readonly models: readonly Known[];
  readonly showFamily: boolean;
}

const Row = memo(function Row({ row, models, showFamily }: RowProps) {
  const { store } = useApp();
  const { method, cells, claims } = row;
  const open = useView((view) => view.selected.method === method.id);
  const line = useRef<HTMLTableRowElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (open && !wasOpen.current) for (const part of [line.current?.nextElementSibling, line.current]) part?.scrollIntoView({ block: 'nearest' });
    wasOpen.current = open;
  }, [open]);
  const paper = paperAddress(method.reference);
  const details = `card-${method.id}`;
  return (
    <Fragment>
      <tr ref={line} data-open={open || undefined} data-method={method.id}>
        <th scope="row">
          <button type="button" className="row-button" aria-expanded={open} aria-controls={open ? details : undefined} onClick={() => select(store, open ? {} : { method: method.id })}>
            <span aria-hidden="true">›</span>
            {method.title}
          </button>
          <span className="method-hint">{showFamily ? `${familyTitle(method.family)}. ` : ''}{firstSentence(method.card.says)}</span>
        </th>
        {cells.map((cell, index) => (
          <td key={models[index]!.model.id} className="model-cell" data-kind={cell.kind}>
            <span className="model-name" aria-hidden="true">
              {models[index]!.model.title}
            </span>
            <Mark cell={cell} />
          </td>
        ))}
        <td className="number" data-label="passes">
          {costWords(row)}
        </td>
        <td data-label="map">{method.signed ? 'signed' : 'unsigned'}</td>
        <td data-label="claims">{claims ? claimsInWords(claims).join(', ') : '–'}</td>
        <td data-label="explains">{claims?.includes('class-free') ? 'no class' : claims?.includes('score-free') ? 'any score' : SCORE_WORDS[method.score]}</td>
        <td data-label="source">{paper ? <a href={paper} target="_blank" rel="noreferrer" aria-label={`${shortReference(method.reference)}, on arXiv`}>{shortReference(method.reference)}</a> : shortReference(method.reference)}</td>
      </tr>
      {open && (
        <tr className="details-row" id={details}>
          <td colSpan={models.length + OTHERS}>
            <MethodDetails row={row} models={models} />
          </td>
        </tr>
      )}
    </Fragment>
  );
});

function Mark({ cell }: { readonly cell: TableCell }) {
  switch (cell.kind) {
    case 'runs':
      return (
        <span className="mark mark-runs">
          <CheckIcon /> <span className="mark-word">runs</span>
        </span>
      );
    case 'refuses':
      return (
        <span className="mark mark-refuses" title={cell.reason}>
          <CrossIcon />
          <span>
            <span className="visually-hidden">does not run: </span>
            {cell.lacks}
          </span>
        </span>
      );
    case 'failed':
      return (
        <span className="mark mark-refuses" title={cell.message}>
          unknown
        </span>
      );
    case 'unknown':
      return <span className="mark quiet">…</span>;
    default:
      return cell satisfies never;
  }
}
