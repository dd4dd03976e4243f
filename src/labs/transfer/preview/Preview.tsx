/** One image at a time: what is left of it when only the feature of one model is shown, and what every model makes of that. Follows the sliders at once; the study follows once they are let go. */
import { useMemo, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { lookAt } from '../../../state/actions.ts';
import { DEFAULT_TRANSFER } from '../../../state/defaults.ts';
import type { TransferChoice } from '../../../state/view.ts';
import { argmax, type ImageFacts } from '../../../studies/explanations.ts';
import { nameOf, type StudySetup } from '../../../studies/setup.ts';
import { regionFinder, type LevelRegions, type RowRegions } from '../../../studies/transfer/regions.ts';
import { useApp, useAppState } from '../../../ui/app.ts';
import { inWords, plural } from '../../../ui/numbers.ts';
import { Picture } from '../../../ui/Picture.tsx';
import { settingsOf } from '../settings.ts';
import { canvasOf, isOwn, isSeen, wholeRaster, type Canvas } from './features.ts';
import { ReactionList } from './ReactionList.tsx';
import { Tile } from './Tile.tsx';
import type { Watched } from './useImageFacts.ts';
import { reactionsOf, useReactions, type Reaction } from './useReactions.ts';

interface Props {
  readonly setup: StudySetup;
  readonly choice: TransferChoice;
  /** Which image of the setup. */
  readonly at: number;
  readonly watched: Watched | undefined;
  /** Beneath the picture. */
  readonly children: ReactNode;
}

export function Preview({ setup, choice, at, watched, children }: Props) {
  const { store } = useApp();
  const facts = watched?.facts;
  const canvas = useMemo(() => facts?.rgb && canvasOf(facts.rgb, choice.fill, setup.seed), [facts?.rgb, choice.fill, setup.seed]);
  const settled = facts !== undefined && facts.maps.size + (watched?.failed.length ?? 0) >= setup.models.length;
  const regions = useRegions(facts, setup, choice, settled);
  const wish = useMemo(() => (facts && regions && settled ? { facts, setup, fill: choice.fill, regions } : undefined), [facts, regions, settled, setup, choice.fill]);
  const { lanes, retry } = useReactions(wish);
  const reactions = useMemo(() => reactionsOf(lanes), [lanes]);
  const problem = [...lanes.values()].find((lane) => lane.problem !== undefined)?.problem;
  const open = regions?.rows.find(({ row }) => row.id === choice.generator) ?? regions?.rows[0];
  return (
    <section className="preview" aria-label="One image">
      <div className="preview-side">
        <Subject setup={setup} at={at} facts={facts} canvas={canvas} />
        {children}
      </div>
      <div className="preview-wall" aria-busy={!settled}>
        {facts && canvas && regions ? (
          <Walls regions={regions} {...{ setup, facts, canvas, reactions, choice }} open={open} onOpen={(generator) => lookAt(store, { ...choice, generator })} />
        ) : (
          <p className="quiet preview-wait" role="status">{waitingWords(setup, facts)}</p>
        )}
        {[...(watched?.failed ?? []).map(({ message }) => message), ...(problem === undefined ? [] : [problem])].slice(0, 3).map((message) => (
          <p key={message} className="preview-problem" role="alert">
            {message}{' '}
            <Button className="button button-text" onPress={() => { watched?.retry(); retry(); }}>
              Retry
            </Button>
          </p>
        ))}
      </div>
      {facts && open && <Reacting models={setup.models} facts={facts} open={open} reactions={reactions.get(open.row.id)} tester={choice.tester} share={regions?.level.share} />}
    </section>
  );
}

/** At the numbers of the choice as they are now, in the middle of a drag too. */
function useRegions(facts: ImageFacts | undefined, setup: StudySetup, choice: TransferChoice, settled: boolean): LevelRegions | undefined {
  const { reduction } = choice;
  const find = useMemo(
    () => (facts?.standing === 'kept' && facts.maps.size > 0 ? regionFinder(facts, setup, { ...settingsOf(DEFAULT_TRANSFER), reduction }, settled ? isSeen : isOwn) : undefined),
    [facts, setup, reduction, settled],
  );
  return useMemo(() => find?.(settingsOf(choice)), [find, choice]);
}

/** Which image it is, and the way to the others. */
function Subject({ setup, at, facts, canvas }: { readonly setup: StudySetup; readonly at: number; readonly facts: ImageFacts | undefined; readonly canvas: Canvas | undefined }) {
  const { store } = useApp();
  const choice = useAppState((state) => state.view.transfer);
  const raster = useMemo(() => canvas && wholeRaster(canvas), [canvas]);
  const last = setup.images.length - 1;
  const go = (step: number) => lookAt(store, { ...choice, image: (at + step + last + 1) % (last + 1) });
  const name = nameOf(setup.images[at]!);
  return (
    <figure className="subject">
      <Picture raster={raster} label={`The image: ${name}`} />
      <figcaption>
        <b>{facts?.target === undefined ? '…' : setup.models[0]!.classes[facts.target]}</b>
        <span className="quiet">
          {name}, {at + 1} of {last + 1}
        </span>
        <span className="quiet">{facts ? standingWords(setup, facts) : ''}</span>
      </figcaption>
      <div className="subject-step">
        <Button className="button" onPress={() => go(-1)} aria-label="The image before">
          ←
        </Button>
        <Button className="button" onPress={() => go(1)} aria-label="The next image">
          →
        </Button>
      </div>
    </figure>
  );
}

function standingWords({ models }: StudySetup, { answers, target, standing }: ImageFacts): string {
  const wrong = models.filter(({ id }) => answers.has(id) && argmax(answers.get(id)!) !== target);
  if (answers.size < models.length) return `${answers.size} of ${plural(models.length, 'model')} have answered`;
  const who = wrong.length === 0 ? 'every model is right on it' : `${wrong.length <= 3 ? wrong.map(({ title }) => title).join(', ') : inWords(wrong.length)} ${wrong.length === 1 ? 'errs' : 'err'} on it`;
  return standing === 'left out' ? `left out of the study: ${who}` : who;
}

function waitingWords({ models }: StudySetup, facts: ImageFacts | undefined): string {
  if (facts?.standing === 'left out') return 'A good model takes this image for something else, so the study leaves it out: a feature that fails to transfer would say nothing. Go on to the next image.';
  return facts?.standing === 'kept' ? `The maps of ${plural(models.length, 'model')} are on the way.` : 'The models look at the image first.';
}

interface WallProps {
  readonly regions: LevelRegions;
  readonly setup: StudySetup;
  readonly facts: ImageFacts;
  readonly canvas: Canvas;
  readonly reactions: ReadonlyMap<string, ReadonlyMap<string, Reaction>>;
  readonly choice: TransferChoice;
  readonly open: RowRegions | undefined;
  onOpen(row: string): void;
}

const WALLS = [
  { title: 'What one model looks at', has: ({ row }: RowRegions) => row.kind === 'generator', apart: undefined },
  { title: 'Harmonised from the committee', has: ({ row }: RowRegions) => row.kind === 'harmonised', apart: 'Here made of all members’ maps; in the study below, for each model without its own.' },
  { title: 'Controls', has: ({ row }: RowRegions) => row.kind === 'random' || row.kind === 'control', apart: undefined },
] as const satisfies readonly { readonly title: string; has(regions: RowRegions): boolean; /** Where it is not what the study does. */ readonly apart: string | undefined }[];

function Walls({ regions, setup, facts, canvas, reactions, choice, open, onOpen }: WallProps) {
  const testers = useMemo(() => setup.models.map(({ id }) => id), [setup]);
  return WALLS.map(({ title, has, apart }) => {
    const rows = regions.rows.filter(has);
    return rows.length === 0 ? null : (
      <section key={title} className="wall" aria-label={title}>
        <h3 className="section-head">{title}</h3>
        {apart && choice.leaveOut && <p className="quiet">{apart}</p>}
        <ul>
          {rows.map((row) => (
            <Tile key={row.row.id} regions={row} title={row.row.title} reactions={reactions.get(row.row.id)} target={facts.target!} isOpen={row === open} tester={choice.tester} {...{ canvas, testers, onOpen }} />
          ))}
        </ul>
      </section>
    );
  });
}

interface ReactingProps {
  readonly models: StudySetup['models'];
  readonly facts: ImageFacts;
  readonly open: RowRegions;
  readonly reactions: ReadonlyMap<string, Reaction> | undefined;
  readonly tester: string | undefined;
  readonly share: number | undefined;
}

function Reacting({ models, facts, open: { row }, reactions, tester }: ReactingProps) {
  const target = facts.target!;
  const className = (models[0]!.classes[target] ?? '').toLowerCase();
  return (
    <section className="reacting" aria-labelledby="reacting-head">
      <h3 id="reacting-head">
        {row.kind === 'generator' ? `Shown only what ${row.title} looks at` : `Shown only: ${row.title.toLowerCase()}`}
      </h3>
      <p className="quiet">Probability of “{className}” by each model; at the end of a line, that of the whole image.</p>
      <ReactionList models={models} target={target} reactions={reactions} answers={facts.answers} tester={tester} />
    </section>
  );
}
