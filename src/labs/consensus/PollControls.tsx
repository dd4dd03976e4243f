/** How the committee votes and how its members are scored. Each is in the link and can be undone; none asks for a new map, but letting the weak vote, which asks for another ensemble. */
import { endDrag, setPolls } from '../../state/actions.ts';
import { POLLS_NUMBERS } from '../../state/urlPolls.ts';
import type { PollsChoice } from '../../state/view.ts';
import { appliedRule } from '../../fields/vote.ts';
import { appliedLikeness } from '../../studies/consensus/settings.ts';
import { useApp, useAppState, useView } from '../../ui/app.ts';
import { Segmented } from '../../ui/Segmented.tsx';
import { Select } from '../../ui/Select.tsx';
import { Slider } from '../../ui/Slider.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { useMethodOfStudy } from './useMethodOfStudy.ts';

const RULES = [
  { id: 'published', title: 'as in the paper' },
  { id: 'square', title: 'squares, w²/‖w‖' },
  { id: 'min-max', title: '|w| as 0 … 1' },
  { id: 'rank', title: 'ranks of |w|' },
] as const satisfies readonly { readonly id: PollsChoice['rule']; readonly title: string }[];
const CHANNELS = [
  { id: 'abs-sum', title: '|w| summed' },
  { id: 'sum', title: 'summed' },
] as const satisfies readonly { readonly id: PollsChoice['pooling']; readonly title: string }[];
const SCORES = [
  { id: 'published', title: 'as in the paper' },
  { id: 'cosine', title: 'cosine' },
  { id: 'radial-basis', title: 'radial basis' },
  { id: 'spearman', title: 'Spearman' },
] as const satisfies readonly { readonly id: PollsChoice['score']; readonly title: string }[];

export function VoteControls() {
  const { store } = useApp();
  const polls = useView((view) => view.polls);
  return (
    <form className="lab-filter poll-controls" aria-label="The vote" onSubmit={(event) => event.preventDefault()}>
      <Select title="Maps vote" options={RULES} value={polls.rule} onChange={(rule) => setPolls(store, { rule })} />
      <Segmented title="Channels" hideTitle options={CHANNELS} value={polls.pooling} onChange={(pooling) => setPolls(store, { pooling })} />
      <Toggle title="Each family one voice" value={polls.balance} onChange={(balance) => setPolls(store, { balance })} />
      <Toggle title="The weak vote too" value={polls.weak} onChange={(weak) => setPolls(store, { weak })} />
    </form>
  );
}

export function ScoreControls() {
  const { store } = useApp();
  const polls = useView((view) => view.polls);
  const method = useMethodOfStudy();
  const radial = method && appliedLikeness(polls.score, appliedRule(polls.rule, method)) === 'radial-basis';
  const dragging = useAppState((state) => state.dragging !== undefined);
  return (
    <form className="lab-filter poll-controls" aria-label="The score" onSubmit={(event) => event.preventDefault()}>
      <Select title="Score" options={SCORES} value={polls.score} onChange={(score) => setPolls(store, { score })} />
      {radial && (
        <Slider
          param={POLLS_NUMBERS.sigma}
          value={polls.sigma}
          onChange={(sigma, final) => {
            setPolls(store, { sigma }, { dragging: !final });
            if (final) endDrag(store);
          }}
        />
      )}
      <Toggle title="Leave the scored one out" value={polls.leaveOneOut} onChange={(leaveOneOut) => setPolls(store, { leaveOneOut })} />
      <Toggle title="Weak ones count in correlations" value={polls.counted} onChange={(counted) => setPolls(store, { counted })} />
      {radial && <p className="quiet poll-note" data-dragging={dragging || undefined}>exp(−½ (d/σ)²), d the root of the mean square difference over places: the plain distance of the paper would underflow.</p>}
    </form>
  );
}
