/** The network of an open card: which rule each layer gets under a composite, the drawing, the node that is pointed at, and the same as a list. */
import { useMemo, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { setRoster } from '../../../state/actions.ts';
import { SLOTS } from '../../../state/store.ts';
import type { GraphResult, ModelEntry } from '../../../worker/protocol.ts';
import { useApp, useAppState, useView } from '../../../ui/app.ts';
import { download } from '../../../ui/download.ts';
import { plural } from '../../../ui/numbers.ts';
import { Select } from '../../../ui/Select.tsx';
import { Toggle } from '../../../ui/Toggle.tsx';
import { Waiting } from '../Waiting.tsx';
import { Diagram } from './Diagram.tsx';
import { drawingOf } from './network.ts';
import { NetworkFacts, NodeFacts } from './NodeFacts.tsx';
import { NodeList } from './NodeList.tsx';
import { svgText } from './svgText.ts';

export function NetworkSection({ model }: { readonly model: ModelEntry }) {
  const entry = useAppState((state) => state.entries[SLOTS.graph(model.id)]);
  const graph = entry?.shown?.result.kind === 'graph' ? entry.shown.result : undefined;
  return (
    <section className="network" aria-labelledby="network-head">
      <h4 className="section-head" id="network-head">
        Its network
      </h4>
      {graph ? <Network key={model.id} model={model} graph={graph} /> : <Waiting entry={entry} what={`the network of ${model.title}`} />}
    </section>
  );
}

function Network({ model, graph }: { readonly model: ModelEntry; readonly graph: GraphResult }) {
  const { store } = useApp();
  const composites = useAppState((state) => state.catalog.composites);
  const { composite, unfolded } = useView((view) => view.roster);
  const drawing = useMemo(() => drawingOf(graph, unfolded), [graph, unfolded]);
  const repeats = useMemo(() => drawingOf(graph, false).boxes.some(({ folded }) => folded), [graph]);
  const [active, setActive] = useState<string>();
  const svg = useRef<SVGSVGElement>(null);
  const rules = useMemo(() => new Map(graph.nodes.map(({ id }, index) => [id, graph.rules[composite]?.[index] ?? '']) ), [graph, composite]);
  const node = graph.nodes.find(({ id }) => id === active);
  const title = composites.find(({ id }) => id === composite)?.title ?? composite;
  const save = () => svg.current && download(`chorale-${model.id}-${composite}.svg`, new Blob([svgText(svg.current, `${model.title} under ${title}`)], { type: 'image/svg+xml' }));
  return (
    <>
      <div className="network-tools">
        <Select title="Rules of" options={composites} value={composite} onChange={(id) => setRoster(store, { composite: id })} />
        {repeats && <Toggle title="Every repeated block" value={unfolded} onChange={(value) => setRoster(store, { unfolded: value })} />}
        <Button className="button" onPress={save}>
          Save the drawing, SVG
        </Button>
      </div>
      <div className="network-body">
        <Diagram
          svg={svg}
          drawing={drawing}
          graph={graph}
          rules={rules}
          label={`${model.title}: ${plural(graph.nodes.length, 'node')} from the image down to the logits, with the rules of ${title}`}
          active={active}
          onActive={setActive}
          onUnfold={() => setRoster(store, { unfolded: true })}
        />
        <aside className="network-facts" aria-live="polite">
          {node ? <NodeFacts node={node} rule={rules.get(node.id)!} graph={graph} /> : <NetworkFacts graph={graph} rules={[...rules.values()]} composite={title} />}
        </aside>
      </div>
      <NodeList graph={graph} rules={rules} composite={title} />
    </>
  );
}
