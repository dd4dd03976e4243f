/** How the committee votes, and how like each member is to the outcome. The vote itself: fields/vote.ts. */
import { setConsensus } from '../../../state/actions.ts';
import type { ConsensusChoice } from '../../../state/view.ts';
import { formatValue } from '../../../draw/legend.ts';
import { useApp, useView } from '../../../ui/app.ts';
import { Segmented } from '../../../ui/Segmented.tsx';
import { Toggle } from '../../../ui/Toggle.tsx';
import { useGridContext } from '../useGrid.ts';
import { sentenceCase, votingWords } from '../words.ts';

const VOTES: readonly { readonly id: ConsensusChoice['vote']; readonly title: string }[] = [
  { id: 'published', title: 'As published' },
  { id: 'square', title: 'Squares' },
  { id: 'min-max', title: 'Min–max' },
  { id: 'rank', title: 'Ranks' },
];
const WORDS = {
  published: 'As in the consensus paper: weights of segments (LIME and its like) are squared and divided by their length, maps over pixels are scaled to 0 … 1.',
  square: 'Each map is squared and divided by its length, as the paper does for LIME; then the mean.',
  'min-max': 'The magnitudes of each map are scaled to 0 … 1, as the paper does for SmoothGrad; then the mean.',
  rank: 'Each place gets its rank within its map; then the mean. Outliers cannot decide.',
} as const satisfies Record<ConsensusChoice['vote'], string>;

const BALANCE_WORDS = {
  off: 'Each model has one voice, in the maps and in the majority’s class.',
  on: 'A family of n voters counts as one: each of them votes with 1/n, after its own map was scaled or ranked. The majority’s class is counted the same way.',
} as const;

export function ConsensusControls() {
  const { store } = useApp();
  const grid = useGridContext();
  const choice = useView((view) => view.consensus);
  const members = grid.rows.filter((row) => row.shown);
  const scores = members.map(({ model }) => {
    const own = [...grid.consensus.values()].flatMap((found) => (found.kind === 'consensus' ? found.agreement.filter(({ id, score }) => id === model.id && Number.isFinite(score)) : []));
    return { model, n: own.length, score: own.reduce((sum, { score }) => sum + score, 0) / own.length };
  });
  return (
    <section className="card controls" aria-label="Consensus">
      <Segmented title="Vote" options={VOTES} value={choice.vote} onChange={(vote) => setConsensus(store, { vote })} />
      <p className="quiet">{WORDS[choice.vote]}</p>
      <p className="quiet">{sentenceCase(votingWords(members.map(({ standing }) => standing)))}.</p>
      <Toggle title="Models of another opinion vote too" value={choice.dissenters} onChange={(dissenters) => setConsensus(store, { dissenters })} />
      <Toggle title="Weak and misled models vote too" value={choice.weak} onChange={(weak) => setConsensus(store, { weak })} />
      <Toggle title="Each family one voice" value={choice.balance} onChange={(balance) => setConsensus(store, { balance })} />
      <p className="quiet">{BALANCE_WORDS[choice.balance ? 'on' : 'off']}</p>
      <Toggle title="Show where they disagree" value={choice.disagreement} onChange={(disagreement) => setConsensus(store, { disagreement })} />
      <h3 className="section-head">Likeness to the consensus</h3>
      <dl className="facts">
        {scores.map(({ model, score, n }) => (
          <div key={model.id}>
            <dt>{model.title}</dt>
            <dd>{n > 0 ? formatValue(score) : '–'}</dd>
          </div>
        ))}
      </dl>
      <p className="quiet">Mean over the methods shown; 1 is the same map. The scores are those of the paper: cosine, radial basis or correlation, as the vote asks. Li et al. 2023.</p>
    </section>
  );
}
