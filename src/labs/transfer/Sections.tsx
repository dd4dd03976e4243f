/** The study's figures from top to bottom, each with its sentence and its caption. What they show: figures/; what they say: words.ts. */
import { memo, useMemo } from 'react';
import { CURVES, MATRIX, WHISKERS } from '../../draw/figure/kinds.ts';
import { lookAt, setTransfer } from '../../state/actions.ts';
import type { TransferChoice } from '../../state/view.ts';
import { claimsOf } from '../../studies/transfer/claims.ts';
import { BEST, GENERATORS, RANDOM } from '../../studies/transfer/comparisons.ts';
import type { TransferFindings } from '../../studies/transfer/findings.ts';
import { harmonisedRow } from '../../studies/transfer/rows.ts';
import { IMAGES_FOR_VERDICT } from '../../studies/verdict.ts';
import { useApp, useView } from '../../ui/app.ts';
import { Figure } from '../../ui/figure/Figure.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { AGREEMENTS, agreementMatrix, familyMatrix, MEASURES, transferMatrix } from './figures/matrices.ts';
import { controlRows, familyCurves, gainRows, harmonisedCurves, kindRows, maskedRows } from './figures/rows.ts';
import type { Asked } from './study/useTransferStudy.ts';
import { agreementWords, captionOf, pointWords, shareWords } from './words.ts';

interface Props {
  readonly findings: TransferFindings;
  readonly asked: Asked;
}

const options = <T extends string>(table: Readonly<Record<T, { readonly title: string }>>) => (Object.keys(table) as T[]).map((id) => ({ id, title: table[id].title }));
const ORDERS = [{ id: 'family', title: 'By family' }, { id: 'clustered', title: 'By clustering' }] as const satisfies readonly { readonly id: TransferChoice['order']; readonly title: string }[];

/** Drawn when there is time: what is typed or dragged meanwhile comes first. */
export const Sections = memo(function Sections({ findings, asked, curves }: Props & { readonly curves: TransferFindings | undefined }) {
  return (
    <>
      <MatrixSection findings={findings} asked={asked} />
      <GainSection findings={findings} asked={asked} />
      <KindSection findings={findings} asked={asked} />
      <MaskedSection findings={findings} asked={asked} />
      {curves && curves.curves.length > 0 && <CurveSection findings={curves} asked={asked} />}
      <AgreementSection findings={findings} asked={asked} />
      <ClaimsSection findings={findings} />
    </>
  );
});

const useMeasure = () => useView((view) => view.transfer.measure);
const useCaption = ({ findings, asked }: Props, ...more: string[]) => captionOf(findings, asked.setup, asked.settings, more);

function MatrixSection(props: Props) {
  const { findings } = props;
  const { store } = useApp();
  const { measure, order, image } = useView((view) => view.transfer);
  const data = useMemo(() => transferMatrix(findings, { measure, order }), [findings, measure, order]);
  const open = ([generator, tester]: readonly string[]) => {
    lookAt(store, { image, ...(generator ? { generator } : {}), ...(tester ? { tester } : {}) });
    document.getElementById('preview')?.scrollIntoView({ block: 'start' });
  };
  return (
    <Figure
      kind={MATRIX}
      data={data}
      title="Whose features serve whom"
      lead={`A row is what is shown, a column who sees it. Shown to itself, a member’s feature keeps ${shareWords(findings.diagonal.kept)} of its accuracy; shown to the others, ${shareWords(findings.offDiagonal.kept)}. Choose a cell to see that pair in the preview above.`}
      caption={useCaption(props, `Cells: ${MEASURES[measure].words}.`)}
      file="chorale-transfer-matrix"
      onPick={open}
    >
      <div className="figure-controls">
        <Segmented title="Cells" options={options(MEASURES)} value={measure} onChange={(next) => setTransfer(store, { measure: next })} />
        <Segmented title="Order" options={ORDERS} value={order} onChange={(next) => setTransfer(store, { order: next })} />
      </div>
    </Figure>
  );
}

function GainSection(props: Props) {
  const { findings } = props;
  const measure = useMeasure();
  const gains = useMemo(() => gainRows(findings, RANDOM), [findings]);
  const beyond = useMemo(() => gainRows(findings, BEST), [findings]);
  const controls = useMemo(() => controlRows(findings, measure), [findings, measure]);
  const of = (one: string, against: string) => findings.comparisons.find((comparison) => comparison.of === one && comparison.against === against)?.accuracy;
  const [feature, best] = [of(GENERATORS, RANDOM), of(harmonisedRow('mean'), BEST)];
  const harmonising = useCaption(props, 'Differences on the same images from the best single model’s feature; which model is best, the other images say, anew for each.');
  const known = (one: typeof best) => one !== undefined && Number.isFinite(one.value);
  return (
    <>
      <Figure
        kind={WHISKERS}
        data={gains}
        title="What a feature is worth"
        lead={`Models recognise much in any part of an image, so only the gain over a random region counts.${known(feature) ? ` One model’s feature, shown to the others, beats a random region of its area and shape by ${pointWords(feature!)} of accuracy.` : ''}`}
        caption={useCaption(props, 'Differences on the same images from a random region: the feature itself, mirrored, turned and shifted around.')}
        file="chorale-transfer-gains"
      />
      {beyond.rows.length > 0 && (
        <Figure
          kind={WHISKERS}
          data={beyond}
          title="What harmonising adds"
          lead={known(best) ? `Beside the feature of the best single model, the mean of the committee’s maps makes a difference of ${pointWords(best!)} of accuracy.` : 'The best single model is known once there are two images.'}
          caption={harmonising}
          file="chorale-transfer-harmonising"
        />
      )}
      <Figure
        kind={WHISKERS}
        data={controls}
        title="Beside the controls"
        lead="A mask’s outline can give the class away: the true object in its mean colour has nothing left but its outline. “All but the harmonised mean” shows what the feature leaves over."
        caption={useCaption(props, `Marks: ${MEASURES[measure].words}.`)}
        file="chorale-transfer-controls"
      />
    </>
  );
}

function KindSection(props: Props) {
  const { findings } = props;
  const measure = useMeasure();
  const kinds = useMemo(() => kindRows(findings, measure), [findings, measure]);
  const families = useMemo(() => familyMatrix(findings, measure), [findings, measure]);
  const { kinds: difference } = findings;
  return (
    <>
      <Figure
        kind={WHISKERS}
        data={kinds}
        title="From kind to kind"
        lead={difference && Number.isFinite(difference.accuracy.value) ? `Within a kind features serve better than between kinds by ${pointWords(difference.accuracy)}, with what generators and testers are good at on the whole taken out.` : 'Convolution mixes neighbours, attention any two places.'}
        caption={useCaption(props, `Marks: ${MEASURES[measure].words}; no model to itself.`)}
        file="chorale-transfer-kinds"
      />
      <Figure kind={MATRIX} data={families} title="From family to family" caption={useCaption(props, `Cells: ${MEASURES[measure].words}; members only, no model to itself.`)} file="chorale-transfer-families" />
    </>
  );
}

function MaskedSection(props: Props) {
  const { findings } = props;
  const measure = useMeasure();
  const data = useMemo(() => maskedRows(findings, measure), [findings, measure]);
  const caption = useCaption(props, `Marks: ${MEASURES[measure].words}. Columns: difference of accuracy, in points.`);
  if (!data) return null;
  return (
    <Figure
      kind={WHISKERS}
      data={data}
      title="Missing, or merely unfamiliar?"
      lead="One member was trained on images with random parts masked, its twin on whole ones. Where the first still sees what the second does not, it was not the evidence that was missing."
      caption={caption}
      file="chorale-transfer-masked"
    />
  );
}

function CurveSection(props: Props) {
  const { findings } = props;
  const measure = useMeasure();
  const families = useMemo(() => familyCurves(findings, measure), [findings, measure]);
  const others = useMemo(() => harmonisedCurves(findings, measure), [findings, measure]);
  const caption = useCaption(props, `${MEASURES[measure].words}. Bands: 95 % intervals, on the curve that is pointed at or focused; the table has them all.`);
  return (
    <>
      <Figure kind={CURVES} data={others} title="How little is enough" lead="The less is shown, the more it matters which part. Where a curve meets that of random regions, the feature says nothing more." caption={caption} file="chorale-transfer-curves" />
      <Figure kind={CURVES} data={families} title="By the family that found the feature" caption={caption} file="chorale-transfer-family-curves" />
    </>
  );
}

function AgreementSection(props: Props) {
  const { findings } = props;
  const { store } = useApp();
  const kind = useView((view) => view.transfer.agreement);
  const data = useMemo(() => agreementMatrix(findings, kind), [findings, kind]);
  return (
    <Figure kind={MATRIX} data={data} title="Do the maps agree?" lead={agreementWords(findings)} caption={useCaption(props, `Cells: ${AGREEMENTS[kind].words}. Last column: −Σ p log p / log N of the map.`)} file="chorale-transfer-agreement">
      <div className="figure-controls">
        <Segmented title="Agreement by" options={options(AGREEMENTS)} value={kind} onChange={(next) => setTransfer(store, { agreement: next })} />
      </div>
    </Figure>
  );
}

const VERDICTS = { supports: 'Yes, on these images', contradicts: 'No, on these images', 'cannot tell': 'Cannot tell' } as const;

function ClaimsSection({ findings }: Pick<Props, 'findings'>) {
  const claims = useMemo(() => claimsOf(findings), [findings]);
  return (
    <section className="transfer-claims" aria-labelledby="transfer-claims-head">
      <h3 id="transfer-claims-head">What our data say</h3>
      <p className="quiet">A yes or a no takes {IMAGES_FOR_VERDICT} images, and an interval that leaves out zero.</p>
      <ul>
        {claims.map(({ id, statement, verdict, says }) => (
          <li key={id} data-verdict={verdict}>
            <b>{VERDICTS[verdict]}</b>
            <div>
              <p>{statement}</p>
              <p className="quiet">{says}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
