/** The numbers of a figure as a table on the page. Rounds for the eye; the file has them all. */
import type { FigureTable as Table } from '../../draw/figure/tables.ts';
import { short } from '../numbers.ts';
import { Sideways } from '../Sideways.tsx';

export function FigureTable({ table: { header, rows }, title }: { readonly table: Table; readonly title: string }) {
  return (
    <Sideways label={`${title}, as a table`}>
      <table className="figure-table">
        <caption className="visually-hidden">{title}</caption>
        <thead>
          <tr>
            {header.map((name, i) => (
              <th key={i} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, r) => (
            <tr key={r}>
              {row.map((cell, c) =>
                c === 0 ? (
                  <th key={c} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={c} className={typeof cell === 'number' ? 'number' : undefined}>
                    {typeof cell === 'number' ? short(cell) : cell || '–'}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Sideways>
  );
}
