/** What the page says in words: names of cells, announcements, the opening line, parameters in brief. Pure. */
import type { Param, Value } from '../../engine/params.ts';
import { percentText } from '../../fields/percent.ts';
import { abstentionWords } from '../../fields/vote.ts';
import type { Standing } from '../../state/voting.ts';
import type { Status } from '../../worker/client.ts';
import type { MethodEntry } from '../../worker/protocol.ts';
import { count, duration, percent, plural } from '../../ui/numbers.ts';
import { valueText } from '../../ui/sliderScale.ts';

/** A gap beyond which a claimed completeness is marked. */
export const GAP_LIMIT = 0.01;

type MethodParams = Pick<MethodEntry, 'params'>;

/** 'Black' → 'black', but 'Gauss–Legendre' as it is. */
const lowered = (text: string) => (/[A-Z]/.test(text.slice(1)) ? text : text.toLowerCase());

const inWords = (name: string, param: Param, value: Value): string | undefined => {
  switch (param.kind) {
    case 'flag':
      return value === true ? param.title.toLowerCase() : undefined;
    case 'choice':
      return lowered(param.labels?.[String(value)] ?? String(value).replaceAll('-', ' '));
    case 'int':
    case 'float': {
      const text = valueText(param, Number(value));
      if (param.unit === 'px') return `${param.title.split(',')[0]!.toLowerCase()} ${text}`;
      if (param.unit === 'steps' || param.unit === 'samples') return `${text} ${param.unit}`;
      return `${name.replace(/([A-Z])/g, ' $1').toLowerCase()} ${text}`;
    }
    default:
      return param satisfies never;
  }
};

/** The first parameters as they stand: "32 steps · black". Those that were changed come first. */
export function paramSummary({ params }: MethodParams, values: Readonly<Record<string, Value>>, most = 2): string {
  const entries = Object.entries(params).map(([name, param]) => ({ param, name, value: values[name] ?? param.default }));
  const changed = entries.filter(({ param, value }) => value !== param.default);
  return [...changed, ...entries.filter((entry) => !changed.includes(entry))]
    .map(({ name, param, value }) => inWords(name, param, value))
    .filter((text) => text !== undefined)
    .slice(0, most)
    .join(' · ');
}

export interface CellWords {
  readonly model: string;
  readonly method: string;
  readonly status: Status;
  readonly progress?: { readonly done: number; readonly total: number };
  readonly message?: string;
  /** The finished map in words. */
  readonly summary?: string;
  readonly gap?: number;
  readonly preview?: boolean;
  /** The map is what is known so far. */
  readonly growing?: boolean;
}

/** The accessible name of a cell: it begins with model and method; status and map follow. */
export function cellName({ model, method, status, progress, message, summary, gap, preview, growing }: CellWords): string {
  const parts = [`${model}, ${method}: ${statusWords(status, progress)}`];
  if (message) parts.push(message);
  if (preview && summary) parts.push('preview');
  if (growing && summary) parts.push(growingWords(status));
  if (summary) parts.push(summary);
  if (gap !== undefined && Math.abs(gap) > GAP_LIMIT) parts.push(`completeness is off by ${percent(Math.abs(gap))}`);
  return parts.map((part) => part.replace(/\.$/, '')).join('. ');
}

/** Of a map that is not whole yet; where nothing runs, it was stopped. */
export const growingWords = (status: Status): string => (status === 'running' ? 'the map is still growing' : 'the map is unfinished');

export function statusWords(status: Status, progress?: { readonly done: number; readonly total: number }): string {
  switch (status) {
    case 'queued':
      return 'waiting';
    case 'running':
      return progress && progress.total > 0 ? `computing, ${percentText(progress.done / progress.total)}` : 'computing';
    case 'done':
      return 'ready';
    case 'failed':
      return 'failed';
    case 'not-applicable':
      return 'does not apply';
    default:
      return status satisfies never;
  }
}

export interface Tally {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly notApplicable: number;
  readonly running: number;
  /** Between 0 and 1, with the shares of those that run. */
  readonly share: number;
  readonly msLeft?: number;
}

interface Counted {
  readonly status: Status;
  readonly progress?: { readonly done: number; readonly total: number; readonly msLeft?: number };
}

/** How far the grid is; how long it still takes: timeLeft.ts. */
export function tally(cells: readonly Counted[], msLeft?: number): Tally {
  const of = (status: Status) => cells.filter((cell) => cell.status === status).length;
  const [done, failed, notApplicable, running] = [of('done'), of('failed'), of('not-applicable'), of('running')];
  const partly = cells.reduce((sum, { status, progress }) => sum + (status === 'running' && progress?.total ? progress.done / progress.total : 0), 0);
  const share = cells.length === 0 ? 1 : (done + failed + notApplicable + partly) / cells.length;
  return { total: cells.length, done, failed, notApplicable, running, share, ...(msLeft === undefined ? {} : { msLeft }) };
}

/** "12 of 32 maps ready": said once it stands still. */
export function announcement({ total, done, failed, notApplicable }: Tally): string {
  if (total === 0) return '';
  const possible = total - notApplicable;
  const rest = [failed && `${plural(failed, 'map')} failed`, notApplicable && `${count(notApplicable)} not applicable`].filter(Boolean);
  return [`${count(done)} of ${plural(possible, 'map')} ready`, ...rest].join(', ');
}

/** "12 of 32 maps · about 8 s left". */
export function progressLine(t: Tally): string {
  const left = t.msLeft === undefined ? '' : ` · about ${duration(Math.max(1000, t.msLeft))} left`;
  return `${count(t.done)} of ${plural(t.total - t.notApplicable, 'map')}${left}`;
}

/** "3 of 4 vote". */
export const voters = (voting: number, members: number) => (members === 0 ? 'nobody votes' : voting === members ? members === 1 ? 'one votes' : members === 2 ? 'both vote' : `all ${members} vote` : `${voting} of ${members} vote`);

/** "14 of 21 vote: 2 see another class, 5 are weak". */
export function votingWords(standings: readonly Standing[]): string {
  const silent = standings.flatMap((why) => (why === 'votes' ? [] : [{ why }]));
  return [voters(standings.length - silent.length, standings.length), abstentionWords(silent)].filter(Boolean).join(': ');
}

/** Why a row does not vote, in a word; "" where it does. */
export const standingWords = { votes: '', dissents: 'dissents', stranger: 'on its own classes', weak: 'weak', shortcut: 'shortcut' } as const satisfies Record<Standing, string>;

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
export const inLetters = (n: number) => NUMBERS[n] ?? count(n);
export const sentenceCase = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const article = (noun: string) => (/^[aeiou]/i.test(noun) ? `an ${noun}` : `a ${noun}`);

export interface Opening {
  /** Each model's top class, where known. */
  readonly predictions: readonly (string | undefined)[];
  /** What it is, where the scene says so. */
  readonly truth?: string;
  /** The class that is explained; none where each explains its own. */
  readonly explained?: string;
}

/** The quiet line over the grid: who looks, what they say, how to read a column. */
export function openingLine({ predictions, truth, explained }: Opening): string {
  const known = predictions.filter((name) => name !== undefined);
  const members = sentenceCase(inLetters(predictions.length));
  if (known.length < predictions.length) return `${members} ${predictions.length === 1 ? 'model looks' : 'models look'} at the same picture.`;
  const read = `Each map shows which pixels spoke for ${explained ? `“${explained}”` : 'a model’s own answer'}, asked in a different way.`;
  const names = [...new Set(known)].map((name) => ({ name, votes: known.filter((other) => other === name).length })).sort((a, b) => b.votes - a.votes);
  if (names.length === 1) {
    const right = truth === undefined ? '' : truth === names[0]!.name ? ', and they are right' : `, but it is ${article(truth)}`;
    return `${predictions.length === 1 ? 'One model sees' : known.length === 2 ? 'Both models see' : `All ${inLetters(known.length)} models see`} ${article(names[0]!.name)}${right}. ${read}`;
  }
  const says = names.map(({ name, votes }, index) => (index === 0 ? `${inLetters(votes)} ${votes === 1 ? 'says' : 'say'} ${name}` : `${inLetters(votes)} ${name}`)).join(', ');
  return `The models disagree: ${says}${truth ? ` (it is ${article(truth)})` : ''}. ${read}`;
}
