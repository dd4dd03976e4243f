/** The network as a table, in the order in which it is computed: the drawing's twin for those who do not see it. */
import type { GraphResult } from '../../../worker/protocol.ts';
import { Sideways } from '../../../ui/Sideways.tsx';
import { count } from '../../../ui/numbers.ts';
import { opWords, shapeWords } from './nodeWords.ts';

interface Props {
  readonly graph: GraphResult;
  readonly rules: ReadonlyMap<string, string>;
  readonly composite: string;
}

export function NodeList({ graph, rules, composite }: Props) {
  return (
    <details>
      <summary>The network as a list</summary>
      <Sideways label="Nodes">
        <table className="plain-table">
          <caption className="visually-hidden">Nodes in the order in which they are computed</caption>
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col">Op</th>
              <th scope="col">Reads</th>
              <th scope="col">Gives</th>
              <th scope="col">Parameters</th>
              <th scope="col">{composite}</th>
            </tr>
          </thead>
          <tbody>
            {graph.nodes.map((node) => (
              <tr key={node.id}>
                <th scope="row">{node.id}</th>
                <td>{opWords(node)}</td>
                <td>{node.inputs.join(', ')}</td>
                <td>{shapeWords(node.shape)}</td>
                <td>{count(node.parameters)}</td>
                <td>{rules.get(node.id)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Sideways>
    </details>
  );
}
