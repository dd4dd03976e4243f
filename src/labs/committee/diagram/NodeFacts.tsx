/** Beside the drawing: the node that is pointed at, or the network as a whole. Shows, decides nothing. */
import type { DiagramNode } from '../../../engine/rules/diagram.ts';
import type { GraphResult } from '../../../worker/protocol.ts';
import { Facts } from '../../../ui/Facts.tsx';
import { count, plural } from '../../../ui/numbers.ts';
import { ruleCounts } from './network.ts';
import { opWords, ruleSays, ruleTone, settingsOf, shapeWords } from './nodeWords.ts';

export function NodeFacts({ node, rule, graph }: { readonly node: DiagramNode; readonly rule: string; readonly graph: GraphResult }) {
  const facts: readonly (readonly [string, string])[] = [
    ['Name', node.id],
    ['Reads', node.inputs.join(', ')],
    ['Gives', shapeWords(node.shape)],
    ...(node.parameters > 0 ? [['Parameters', count(node.parameters)] as const] : []),
    ...(node.multiplyAdds > 0 ? [['Multiply-adds', count(node.multiplyAdds)] as const] : []),
    ...node.weights.map(({ name, shape }) => [`Weights, ${name}`, shapeWords(shape)] as const),
    ...settingsOf(node),
  ];
  return (
    <>
      <h5 className="card-title">{opWords(node)}</h5>
      <p className="rule-line">
        <RuleMark rule={rule} /> <b>{rule}</b> <span className="quiet">{ruleSays(rule)}</span>
      </p>
      {graph.features?.node === node.id && <p className="quiet">The last features that stand for places: class activation maps read them.</p>}
      <Facts facts={facts} />
    </>
  );
}

export function NetworkFacts({ graph, rules, composite }: { readonly graph: GraphResult; readonly rules: readonly string[]; readonly composite: string }) {
  const total = (of: (node: DiagramNode) => number) => count(graph.nodes.reduce((sum, node) => sum + of(node), 0));
  return (
    <>
      <h5 className="card-title">{plural(graph.nodes.length, 'node')}</h5>
      <p className="quiet">
        As the methods see it, any batch normalisation folded into the layer before it: {total(({ parameters }) => parameters)} parameters, {total(({ multiplyAdds }) => multiplyAdds)} multiply-adds an image. Read it from
        the image down to the logits. Point at a node, or walk with the arrows.
      </p>
      <h6 className="section-head">Rules of {composite}</h6>
      <ul className="rule-list">
        {ruleCounts(rules).map(([rule, times]) => (
          <li key={rule}>
            <RuleMark rule={rule} /> <b>{rule}</b> <span className="quiet">{plural(times, 'node')}. {ruleSays(rule)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

const RuleMark = ({ rule }: { readonly rule: string }) => <span className="rule-mark" data-rule={ruleTone(rule)} aria-hidden="true" />;
