/** Which class is explained, and which number of it. Offers; the store decides. */
import { memo, useMemo } from 'react';
import { classSpace } from '../../../state/classes.ts';
import { setRival, setScore, setTarget } from '../../../state/actions.ts';
import type { View } from '../../../state/view.ts';
import { useApp, useAppState, useView } from '../../../ui/app.ts';
import { Segmented } from '../../../ui/Segmented.tsx';
import { Select } from '../../../ui/Select.tsx';
import { meanProbabilities } from '../committee.ts';
import { useCommittee } from '../useGrid.ts';
import { inLetters } from '../words.ts';
import { ClassList } from './ClassList.tsx';

/** Beyond, a list helps nobody. */
const MOST_RIVALS = 60;

const SCORES: readonly { readonly id: View['score']; readonly title: string }[] = [
  { id: 'published', title: 'As published' },
  { id: 'logit', title: 'Logit' },
  { id: 'probability', title: 'Probability' },
  { id: 'log-probability', title: 'Log-prob.' },
  { id: 'margin', title: 'Margin' },
];

export const ExplainPanel = memo(function ExplainPanel() {
  const { store } = useApp();
  const grid = useCommittee();
  const catalog = useAppState((state) => state.catalog);
  const target = useView((view) => view.target);
  const score = useView((view) => view.score);
  const rival = useView((view) => view.rival);
  const members = grid.rows.filter((row) => row.shown);
  const predictions = useMemo(() => grid.rows.flatMap(({ prediction }) => (prediction ? [prediction] : [])), [grid.rows]);
  const classes = useMemo(() => {
    const { output } = classSpace(catalog);
    const means = meanProbabilities(predictions, grid.classes.length, (model, k) => output(model, k) !== undefined);
    return grid.known.map((index) => ({ index, name: grid.classes[index]!, share: means[index]! })).sort((a, b) => b.share - a.share || a.index - b.index);
  }, [predictions, grid.classes, grid.known, catalog]);
  const votes = predictions.filter(({ top }) => top === grid.majority).length;
  return (
    <>
      <section aria-labelledby="explain-head">
        <h2 className="section-head" id="explain-head">
          Explain
        </h2>
        <ClassList classes={classes} known={predictions.length > 0} target={target} majority={grid.majority} onTarget={(next) => setTarget(store, next)} />
        <p className="quiet">{predictions.length < members.length ? 'The committee is looking …' : committeeWords(votes, members.length, grid.majority === undefined ? undefined : grid.classes[grid.majority])}</p>
      </section>
      <section aria-labelledby="score-head">
        <h2 className="section-head" id="score-head">
          Score
        </h2>
        <Segmented title="Score" hideTitle options={SCORES} value={score} onChange={(next) => setScore(store, next)} />
        {score === 'margin' && (
          <Select
            title="Against"
            options={[{ id: 'runner-up', title: 'each runner-up' }, ...classes.slice(0, MOST_RIVALS).map(({ name, index }) => ({ id: String(index), title: name })).sort((a, b) => Number(a.id) - Number(b.id))]}
            value={String(rival)}
            onChange={(next) => setRival(store, next === 'runner-up' ? next : Number(next))}
          />
        )}
      </section>
    </>
  );
});

/** "Committee mean; three of four say teapot." */
function committeeWords(votes: number, members: number, name: string | undefined): string {
  if (members === 0 || name === undefined) return 'No model looks: bring one into the committee.';
  const who = votes === members ? (members === 1 ? 'the one model says' : members === 2 ? 'both say' : `all ${inLetters(members)} say`) : `${inLetters(votes)} of ${inLetters(members)} ${votes === 1 ? 'says' : 'say'}`;
  return `Committee mean; ${who} ${name}.`;
}
