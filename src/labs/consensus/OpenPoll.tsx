/** One image, opened: the consensus beside the ensemble's explanation, and every member's map with who votes. Measures nothing: the record did. */
import { useEffect, useEffectEvent, useMemo, useRef, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { MARK_SIZE, outlinePath } from '../../draw/contour.ts';
import { describeMap } from '../../fields/summary.ts';
import { openPoll, showStudyInExplore } from '../../state/actions.ts';
import type { KeptRecord, ModelRecord } from '../../studies/consensus/record.ts';
import { votersOf } from '../../studies/consensus/settings.ts';
import type { Outcome } from '../../studies/explanations.ts';
import type { Found } from '../../studies/plan.ts';
import { refOf } from '../../studies/setup.ts';
import type { ModelEntry } from '../../worker/protocol.ts';
import { useApp, useView } from '../../ui/app.ts';
import { CloseIcon } from '../../ui/icons.tsx';
import { Marks } from '../../ui/Marks.tsx';
import { Picture } from '../../ui/Picture.tsx';
import { probability } from '../../ui/numbers.ts';
import { roleTag } from '../../ui/roles.ts';
import { useLighting } from '../../ui/figure/lit.ts';
import { useTheme, type Theme } from '../../ui/useTheme.ts';
import { two } from './numbers.ts';
import { pollAt, type Polled, type Polling } from './polled.ts';
import { mapRaster, rgbRaster } from './thumbs.ts';

interface Props {
  readonly polling: Polling;
  readonly polled: Polled & { readonly record: KeptRecord };
  readonly found: Found<Outcome>;
  /** Places of all kept images. */
  readonly places: readonly number[];
}

/** Pixels of the two large maps, and of a member's. */
const LARGE = 192;
const SMALL = 96;

export function OpenPoll({ polling, polled: { record, thumb }, found, places }: Props) {
  const { store } = useApp();
  const theme = useTheme(useView((view) => view.theme));
  const head = useRef<HTMLHeadingElement>(null);
  const { at } = record;
  const opened = useMemo(() => pollAt(polling, at, found), [polling, at, found]);
  const outline = useMemo(() => opened?.facts.mask && outlinePath({ data: opened.facts.mask, width: MARK_SIZE, height: MARK_SIZE }, MARK_SIZE, MARK_SIZE), [opened]);
  useKeys(at, places);
  // Whoever opened it is taken there; a link that says so does not move the page.
  useEffect(() => {
    if (document.activeElement !== document.body) head.current?.focus();
  }, [at]);
  if (!opened) return null;
  const { setup, settings } = polling;
  const { poll, facts } = opened;
  const rgb = facts.rgb!;
  const voters = new Set(votersOf(setup.models, settings).map(({ id }) => id));
  const classTitle = setup.models[0]!.classes[record.target] ?? `class ${record.target}`;
  const ensemble = poll.consensus.kind === 'consensus' ? poll.consensus.ballots.get('ensemble') : undefined;
  const explore = () => showStudyInExplore(store, { image: refOf(facts.image), models: setup.models.map(({ id }) => id), target: record.target });
  return (
    <section className="open-poll" aria-labelledby="open-poll-head">
      <div className="open-poll-head">
        <h4 id="open-poll-head" tabIndex={-1} ref={head}>
          {record.name.charAt(0).toUpperCase() + record.name.slice(1)}: {classTitle}
        </h4>
        <Button className="button button-text" onPress={explore}>
          Open in Explore
        </Button>
        <Button className="button button-bare" aria-label="Close the image" onPress={() => openPoll(store, undefined)}>
          <CloseIcon />
        </Button>
      </div>
      <div className="open-poll-large">
        <Large title="The image" words={`as the models see it${outline ? '; dashed: the true object' : ''}`}>
          <Picture raster={rgbRaster(rgb)} label={`${record.name}, ${classTitle}`} smooth />
          <Marks contour={thumb?.contour} outline={outline} />
        </Large>
        {poll.consensus.kind === 'consensus' && (
          <Large title="Consensus of explanations" words={scoreWords(record.consensus.averagePrecision, `${record.voters.length} voices`)}>
            <Map map={poll.draw(poll.consensus.mean.data)} rgb={rgb} theme={theme} pixels={LARGE} name="The consensus" />
          </Large>
        )}
        {ensemble && (
          <Large title="Explanation of the ensemble" words={scoreWords(record.ensemble?.averagePrecision ?? null, record.ensemble?.spearman == null ? 'mean logit' : `Spearman’s ρ with the consensus ${two(record.ensemble.spearman)}`)}>
            <Map map={poll.draw(ensemble)} rgb={rgb} theme={theme} pixels={LARGE} name="The ensemble’s explanation" />
          </Large>
        )}
      </div>
      <ul className="open-poll-members" aria-label="Every member’s map">
        {setup.models.map((model) => (
          <Member key={model.id} model={model} votes={voters.has(model.id)} record={record.models.find(({ id }) => id === model.id)}>
            {poll.consensus.kind === 'consensus' && poll.consensus.ballots.has(model.id) ? <Map map={poll.draw(poll.consensus.ballots.get(model.id)!)} rgb={rgb} theme={theme} pixels={SMALL} name={model.title} /> : <span className="open-poll-none quiet">no map</span>}
          </Member>
        ))}
      </ul>
    </section>
  );
}

const scoreWords = (precision: number | null, more: string) => [precision === null ? '' : `average precision ${two(precision)}`, more].filter(Boolean).join(' · ');

function Large({ title, words, children }: { readonly title: string; readonly words: string; readonly children: ReactNode }) {
  return (
    <figure>
      <div className="open-poll-picture">{children}</div>
      <figcaption>
        <b>{title}</b>
        <span className="quiet">{words}</span>
      </figcaption>
    </figure>
  );
}

interface MapProps {
  readonly map: Parameters<typeof mapRaster>[0];
  readonly rgb: Uint8Array;
  readonly theme: Theme;
  readonly pixels: number;
  readonly name: string;
}

function Map({ map, rgb, theme, pixels, name }: MapProps) {
  const raster = useMemo(() => mapRaster(map, rgb, theme, pixels), [map, rgb, theme, pixels]);
  const says = useMemo(() => describeMap(map, false), [map]);
  return <Picture raster={raster} label={`${name}: ${says}`} />;
}

function Member({ model, votes, record, children }: { readonly model: ModelEntry; readonly votes: boolean; readonly record: ModelRecord | undefined; readonly children: ReactNode }) {
  const { 'data-lit': isLit, onPointerEnter, onPointerLeave } = useLighting(model.id);
  const tag = roleTag(model.role);
  return (
    <li data-lit={isLit} data-votes={votes} onPointerEnter={onPointerEnter} onPointerLeave={onPointerLeave}>
      <div className="open-poll-picture">{children}</div>
      <span className="open-poll-name">{model.title}</span>
      <span className="quiet">
        {votes ? 'votes' : 'no vote'}
        {tag ? `, ${tag}` : ''}
        {record?.correct === false ? ', errs' : ''}
        {record?.probability == null ? '' : ` · p ${probability(record.probability)}`}
      </span>
      <span className="quiet">{record?.averagePrecision == null ? '' : `on the object ${two(record.averagePrecision)}`}</span>
    </li>
  );
}

/** J and K go to the next kept image and the one before, Escape closes. */
function useKeys(at: number, places: readonly number[]): void {
  const { store } = useApp();
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const elsewhere = event.target instanceof Element && event.target.closest('input:not([type="range"], [type="radio"], [type="checkbox"]), textarea, select, .figure') !== null;
    if (event.defaultPrevented || elsewhere || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('[role="dialog"], [role="menu"]')) return;
    const here = places.indexOf(at);
    const next = event.key === 'Escape' ? undefined : event.key === 'j' ? places[here + 1] : event.key === 'k' ? places[here - 1] : at;
    if (next === at || (next === undefined && event.key !== 'Escape')) return;
    event.preventDefault();
    openPoll(store, next);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    // Before the app's own keys: an open image takes them.
    document.addEventListener('keydown', listener, { capture: true });
    return () => document.removeEventListener('keydown', listener, { capture: true });
  }, []);
}
