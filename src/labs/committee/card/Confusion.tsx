/** The confusion matrix of one model as a table: true classes down, answers across; shade by share of the row. */
import type { CSSProperties } from 'react';
import { Sideways } from '../../../ui/Sideways.tsx';
import { mistakesWords } from './cardWords.ts';

interface Props {
  readonly confusion: readonly (readonly number[])[];
  readonly classes: readonly string[];
  readonly title: string;
}

/** Shares grow by their root, so that a few mistakes can be seen. */
const shade = (n: number, total: number): CSSProperties => ({ '--shade': `${total > 0 ? Math.round(45 * Math.sqrt(n / total)) : 0}%` }) as CSSProperties;

export function Confusion({ confusion, classes, title }: Props) {
  return (
    <figure className="figure">
      <Sideways label={`Confusions of ${title}`}>
        <table className="confusion">
          <caption className="visually-hidden">Test scenes by true class (rows) and by what {title} calls them (columns)</caption>
          <thead>
            <tr>
              <td />
              {classes.map((name) => (
                <th scope="col" key={name}>
                  <span>{name}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {confusion.map((row, is) => {
              const total = row.reduce((sum, n) => sum + n, 0);
              return (
                <tr key={classes[is]}>
                  <th scope="row">{classes[is]}</th>
                  {row.map((n, called) => (
                    <td key={classes[called]} data-right={is === called || undefined} data-none={n === 0 || undefined} style={shade(n, total)}>
                      {n}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </Sideways>
      <figcaption className="quiet">{mistakesWords(confusion, classes)} Rows are true classes, columns answers; the shade is the share of the row.</figcaption>
    </figure>
  );
}
