/** Model or method: what makes two maps of one image differ. A small sweep of its own, begun by a button. Puts the parts together. */
import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { MATRIX, SHARES } from '../../../draw/figure/kinds.ts';
import { endDrag, setPolls } from '../../../state/actions.ts';
import { POLLS_NUMBERS } from '../../../state/urlPolls.ts';
import type { StudySetup } from '../../../studies/setup.ts';
import { PAIRINGS, PAIRING_TITLES, type TwoWayFindings } from '../../../studies/twoWay/findings.ts';
import type { TwoWaySetup } from '../../../studies/twoWay/setup.ts';
import { useApp, useAppState, useView } from '../../../ui/app.ts';
import { byFamily, familyTitle } from '../../../ui/families.ts';
import { Figure } from '../../../ui/figure/Figure.tsx';
import type { FigureCaption } from '../../../ui/figure/caption.ts';
import { PlusIcon } from '../../../ui/icons.tsx';
import { firstSentence } from '../../../ui/methodWords.ts';
import { percent, percentRange, plural } from '../../../ui/numbers.ts';
import { SearchMenu } from '../../../ui/SearchMenu.tsx';
import { Slider } from '../../../ui/Slider.tsx';
import { SweepBar } from '../../../ui/SweepBar.tsx';
import { counted } from '../numbers.ts';
import { likenessMatrix, sharesFigure } from './figures.ts';
import { comparedModels, useTwoWay } from './useTwoWay.ts';

export function TwoWaySection({ setup: study }: { readonly setup: StudySetup }) {
  const [started, setStarted] = useState(false);
  const methods = useView((view) => view.polls.methods);
  const { setup, run, findings, problem } = useTwoWay(study, started);
  const models = comparedModels(study.models);
  return (
    <section aria-labelledby="consensus-two-way">
      <h3 className="consensus-section" id="consensus-two-way">
        Is it the model, or the method?
      </h3>
      <p className="consensus-lead">
        {plural(methods.length, 'method')}, one of each family unless you choose others, on {plural(models.length, 'model')}, one of each family: how much of what differs between the maps of one image is due to the model, to the method, to both together, and to chance?
      </p>
      <Controls />
      {methods.length < 2 || models.length < 2 ? (
        <p className="prose">It takes two methods and two models at least: choose more.</p>
      ) : (
        !started && (
          <Button className="button two-way-start" onPress={() => setStarted(true)}>
            Measure it
          </Button>
        )
      )}
      {run && <SweepBar state={run.state} controls={run} label="Answers of the two-way study" awaited={findings ? 0 : (setup?.images.length ?? 0)} />}
      {problem && <p className="consensus-problem">{problem}</p>}
      {setup && findings && findings.kept > 0 && <Findings setup={setup} findings={findings} />}
      {findings && findings.drawn > 0 && findings.kept === 0 && <p className="prose">None of {plural(findings.drawn, 'image')} is kept: ask about more.</p>}
    </section>
  );
}

function Controls() {
  const { store } = useApp();
  const catalog = useAppState((state) => state.catalog);
  const { methods, images } = useView((view) => view.polls);
  const sections = useMemo(
    () => byFamily(catalog.methods, ({ family }) => family).map(({ family, items }) => ({ title: familyTitle(family), items: items.map(({ id, title, card }) => ({ id, title, description: firstSentence(card.says), words: familyTitle(family) })) })),
    [catalog],
  );
  const choose = (chosen: readonly string[]) => setPolls(store, { methods: catalog.methods.filter(({ id }) => chosen.includes(id)).map(({ id }) => id) });
  return (
    <form className="lab-filter poll-controls" aria-label="The two-way view" onSubmit={(event) => event.preventDefault()}>
      <SearchMenu label="Methods of the two-way view" find="Find a method" sections={sections} chosen={methods} onChoose={choose}>
        <PlusIcon /> Methods
      </SearchMenu>
      <Slider
        param={POLLS_NUMBERS.images}
        value={images}
        onChange={(next, final) => {
          setPolls(store, { images: next }, { dragging: !final });
          if (final) endDrag(store);
        }}
      />
      <p className="quiet">{catalog.methods.filter(({ id }) => methods.includes(id)).map(({ title }) => title).join(', ')}</p>
    </form>
  );
}

function Findings({ setup, findings }: { readonly setup: TwoWaySetup; readonly findings: TwoWayFindings }) {
  const shares = useMemo(() => sharesFigure(findings), [findings]);
  const matrix = useMemo(() => likenessMatrix(findings, setup), [findings, setup]);
  const caption: FigureCaption = {
    protocol: [
      'Ranks of |w| over pixels, channels summed; sums of squares of each image about its grand mean map, corrected for degrees of freedom (random effects); the residual is a second seed of the methods that draw.',
      findings.tooFew ? 'Fewer than three images: no intervals.' : `Intervals: 95 %, percentile bootstrap over images, ${findings.resamples} resamples.`,
    ],
    n: `${findings.kept} of ${plural(findings.drawn, 'image')} kept, ${plural(setup.models.length, 'model')}, ${plural(setup.methods.length, 'method')} (${findings.methods.length} complete)`,
    seed: findings.seed,
  };
  return (
    <>
      {shares && <Figure kind={SHARES} data={shares} title="Model, method, or both" lead={sharesLead(findings)} caption={caption} file="chorale-two-way-shares" level={4} />}
      {matrix && <Figure kind={MATRIX} data={matrix} title="Which maps are alike" lead={`Mean Spearman’s ρ between maps: ${PAIRINGS.filter((pairing) => findings.likeness[pairing].n > 0).map((pairing) => `${PAIRING_TITLES[pairing]} ${counted(findings.likeness[pairing])}`).join('; ')}. Trees: average linkage of 1 − ρ.`} caption={caption} file="chorale-two-way-likeness" level={4} />}
    </>
  );
}

function sharesLead({ shares, methods, replicated }: TwoWayFindings): string {
  if (!shares) return '';
  const words = ({ value, low, high }: { readonly value: number; readonly low: number; readonly high: number }) => (Number.isFinite(low) ? `${percent(value, 0)} (95 %: ${percentRange(low, high)})` : percent(value, 0));
  return `Of the variation among the maps of an image, ${words(shares.model)} is the model’s, ${words(shares.method)} the method’s, ${words(shares.interaction)} of both together${replicated ? '' : ', chance included (no method here draws)'}; n = ${plural(shares.n, 'image')}, ${plural(methods.length, 'method')} complete. What all maps share is ${words(shares.common)} of everything.`;
}
