/** The figures of the page with what they say, section by section. Data come from findings (figures.ts), sentences from words.ts. */
import { useMemo, type ReactNode } from 'react';
import { CURVES, SCATTER, WHISKERS } from '../../draw/figure/kinds.ts';
import type { Scatter } from '../../draw/figure/scatter.ts';
import type { Whiskers } from '../../draw/figure/whiskers.ts';
import type { ConsensusFindings } from '../../studies/consensus/findings.ts';
import type { Correlates } from '../../studies/consensus/scores.ts';
import { Figure } from '../../ui/figure/Figure.tsx';
import { byAccuracy, byAlignment, alignmentRows, bySize, precisionBySize, scoreRows, withoutRows } from './figures.ts';
import { chance, spoken } from './numbers.ts';
import { ScoreControls } from './PollControls.tsx';
import type { Polling } from './polled.ts';
import { alignmentLead, captionOf, correlationLead, scoreLead, sizeLead } from './words.ts';

interface Props {
  readonly polling: Polling;
  readonly findings: ConsensusFindings;
}

function Section({ id, title, children }: { readonly id: string; readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-labelledby={id}>
      <h3 className="consensus-section" id={id}>
        {title}
      </h3>
      {children}
    </section>
  );
}

interface PairProps extends Props {
  readonly rows: Whiskers;
  readonly rowsTitle: string;
  readonly rowsLead: string;
  readonly scatter: Scatter;
  readonly scatterTitle: string;
  /** What the score is held against in the scatter plot. */
  readonly against: 'accuracy' | 'alignment';
  /** Of rows and scatter plot, for saving. */
  readonly files: readonly [string, string];
}

/** A quantity of each model, and beside it the scatter plot of the score against it with all its correlations. */
function Pair({ polling: { setup, settings }, findings, rows, rowsTitle, rowsLead, scatter, scatterTitle, against, files }: PairProps) {
  const caption = captionOf(setup, settings, findings);
  const [correlates, images] = against === 'accuracy' ? [findings.byAccuracy, findings.kept] : [findings.byAlignment, findings.alignment.n];
  const { headline } = findings;
  return (
    <div className="consensus-pair">
      <Figure kind={WHISKERS} data={rows} title={rowsTitle} lead={rowsLead} caption={caption} file={files[0]} level={4} />
      <Figure kind={SCATTER} data={scatter} title={scatterTitle} lead={correlationLead(correlates[headline], against, images)} caption={caption} file={files[1]} level={4}>
        <Correlations correlates={correlates} headline={headline} />
      </Figure>
    </div>
  );
}

export function ScoreSection(props: Props) {
  const { findings } = props;
  const rows = useMemo(() => scoreRows(findings), [findings]);
  const scatter = useMemo(() => byAccuracy(findings), [findings]);
  return (
    <Section id="consensus-scores" title="Who is near the consensus, and is that who is good?">
      <ScoreControls />
      <Pair
        {...props} rows={rows} rowsTitle="Score of each model" rowsLead={scoreLead(findings)}
        scatter={scatter} scatterTitle="Score against accuracy" against="accuracy" files={['chorale-consensus-scores', 'chorale-score-accuracy']}
      />
    </Section>
  );
}

/** The correlations of one scatter plot, with the weak and without, over models, over images, over both, and given the maps' entropy. */
function Correlations({ correlates, headline }: { readonly correlates: ConsensusFindings['byAccuracy']; readonly headline: ConsensusFindings['headline'] }) {
  const rows: readonly (readonly [string, Correlates, boolean])[] = [
    ['with the weak', correlates.all, headline === 'all'],
    ['members only', correlates.members, headline === 'members'],
  ];
  return (
    <details className="consensus-more">
      <summary>All correlations</summary>
      <dl>
        {rows.map(([title, { models, pearson, spearman, partial, p }, isHeadline]) => (
          <div key={title}>
            <dt>
              {title}, {models.length} models{isHeadline ? ' (headline)' : ''}
            </dt>
            <dd>
              Pearson {spoken(pearson.both)} over models and images, {chance(p.pearson)}; over models {spoken(pearson.models)}; over images {spoken(pearson.images)}. Given map entropy {spoken(partial.pearson)}.
            </dd>
            <dd>
              Spearman {spoken(spearman.both)} over models and images, {chance(p.spearman)}; over models {spoken(spearman.models)}; over images {spoken(spearman.images)}. Given map entropy {spoken(partial.spearman)}.
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

export function AlignmentSection(props: Props) {
  const { findings } = props;
  const rows = useMemo(() => alignmentRows(findings), [findings]);
  const scatter = useMemo(() => byAlignment(findings), [findings]);
  const lead = alignmentLead(findings);
  return (
    <Section id="consensus-alignment" title="Does it lie on the object?">
      {findings.alignment.n === 0 ? (
        <p className="prose">{lead}</p>
      ) : (
        <Pair
          {...props} rows={rows} rowsTitle="Alignment with the true mask" rowsLead={lead}
          scatter={scatter} scatterTitle="Alignment against score" against="alignment" files={['chorale-consensus-alignment', 'chorale-score-alignment']}
        />
      )}
    </Section>
  );
}

const DRAWS_WORDS = 'Random sub-committees of the voters, 20 of each size; bands: 95 % of these draws. With all, the curve reaches 1 by construction; halves that share nobody do not.';

export function SizeSection({ polling: { setup, settings }, findings }: Props) {
  const sizes = useMemo(() => bySize(findings, findings.committee.kind), [findings]);
  const precisions = useMemo(() => precisionBySize(findings), [findings]);
  const without = useMemo(() => withoutRows(findings), [findings]);
  const caption = captionOf(setup, settings, findings, [DRAWS_WORDS]);
  return (
    <Section id="consensus-size" title="How many models does it take?">
      <div className="consensus-pair">
        <Figure kind={CURVES} data={sizes} title="Size of the committee" lead={sizeLead(findings)} caption={caption} file="chorale-committee-size" level={4} />
        {findings.alignment.n > 0 && <Figure kind={CURVES} data={precisions} title="Size and alignment" lead="Average precision of the consensus of random committees." caption={caption} file="chorale-committee-size-alignment" level={4} />}
      </div>
      {without.rows.length > 0 && findings.alignment.n > 0 && <Figure kind={WHISKERS} data={without} title="Without some of them" lead="What the consensus gains or loses on the object when some do not vote, and how alike it stays." caption={captionOf(setup, settings, findings)} file="chorale-committee-without" level={4} />}
    </Section>
  );
}
