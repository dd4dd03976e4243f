/**
 * The worker's half of the study: runs the sweep, makes the records and what they say together, all beside the page's thread; a tenth of a second of
 * arithmetic for each image would hold up a slider. Answers of models come from the page, whose engine it is. Knows no window.
 */
import { createRemoteClient, type RemoteClient } from '../../../state/remoteClient.ts';
import { createSweep, type Sweep, type SweepMemory } from '../../../state/sweep.ts';
import type { Outcome } from '../../../studies/explanations.ts';
import type { StudySetup } from '../../../studies/setup.ts';
import { findingsOf } from '../../../studies/transfer/findings.ts';
import { createTransfer, hasLost, type TransferRecord } from '../../../studies/transfer/record.ts';
import type { FromDesk, ToDesk } from './desk.ts';

export interface DeskOptions {
  post(message: FromDesk): void;
  /** Milliseconds. */
  now(): number;
  later(work: () => void, ms: number): void;
  /** Of the browser: outcomes that survive the page. */
  readonly memoryOf?: (setup: StudySetup) => SweepMemory<Outcome>;
}

/** Between two tellings of a sweep that runs. */
const TELL_MS = 250;
/** Between two reports: each draws the page's figures anew. */
const REPORT_MS = 1500;
/** Requests at the page at a time: enough for every worker of the engine, with the way there and back. */
const IN_FLIGHT = 8;
/** Images go one after the other: behind so many that are not complete there is none that is. */
const PATIENCE = 3;

/** About 400 MB of maps. */
const MOST_KNOWN = 20_000;

type Opening = Extract<ToDesk, { type: 'open' }>;

/** Records as images become complete, each made once; what is known of them together, told a few times a second. */
function createRun({ run, setup, settings }: Opening, { post, now, later, memoryOf }: DeskOptions, known: Map<string, Outcome>, client: RemoteClient['client']) {
  const study = createTransfer(setup, settings);
  const records = new Map<number, TransferRecord>();
  /** Places of images whose missing parts are asked for again: their records stand until there are new ones. */
  const again = new Set<number>();
  let [over, told, due] = [false, 0, false];
  /** Some records are in no report yet. */
  let [fresh, reported] = [false, -Infinity];
  const sweep: Sweep<Outcome> = createSweep({ plan: study.plan, client, now, known, inFlight: IN_FLIGHT, onChange: () => tellSoon(), ...(memoryOf ? { memory: memoryOf(setup) } : {}) });

  function tellSoon(): void {
    if (due || over) return;
    due = true;
    later(tell, sweep.state().status === 'running' ? Math.max(0, TELL_MS - (now() - told)) : 0);
  }
  function tell(): void {
    due = false;
    if (over) return;
    told = now();
    const { found, ...progress } = sweep.state();
    const failed = new Set(progress.failed.map(({ item }) => item.key));
    const ends = progress.status !== 'running';
    attempt(post, run, () => {
      fresh = make(found, failed, ends) || fresh;
      if (fresh && (ends || now() - reported > REPORT_MS)) report();
    });
    // After what was found, so that whoever hears of the end has it all.
    post({ type: 'progress', run, progress });
    told = now();
  }
  /** Records of images that are complete; whether there are new ones. */
  function make(found: ReadonlyMap<string, Outcome>, failed: ReadonlySet<string>, all: boolean): boolean {
    let changed = false;
    for (let at = 0, waited = 0; at < setup.images.length && (all || waited < PATIENCE); at++) {
      if (records.has(at) && !again.has(at)) continue;
      const record = study.record(at, found, failed);
      if (!record) {
        waited++;
        continue;
      }
      records.set(at, record);
      again.delete(at);
      changed = true;
    }
    return changed;
  }
  function report(): void {
    [fresh, reported] = [false, now()];
    const list = [...records].sort(([a], [b]) => a - b).map(([, record]) => record);
    post({ type: 'found', run, records: list, findings: findingsOf(list, setup.models, setup.seed) });
  }
  return {
    sweep,
    retry() {
      for (const [at, record] of records) if (hasLost(record)) again.add(at);
      sweep.retry();
    },
    end() {
      over = true;
      sweep.cancel();
    },
  };
}

/** What goes wrong is said, not lost. */
function attempt(post: DeskOptions['post'], run: number, work: () => unknown): void {
  try {
    work();
  } catch (error) {
    post({ type: 'problem', run, message: error instanceof Error ? error.message : String(error) });
  }
}

/** → what takes the page's messages. */
export function createDesk(options: DeskOptions): (message: ToDesk) => void {
  const remote = createRemoteClient(options.post);
  /** Of all runs: a slider that moves asks for no map again. */
  let known = new Map<string, Outcome>();
  let opening: Opening | undefined;
  let present: ReturnType<typeof createRun> | undefined;
  const open = (next: Opening) => {
    present?.end();
    opening = next;
    if (known.size > MOST_KNOWN) known = new Map();
    present = createRun(next, options, known, remote.client);
  };
  return (message) => {
    switch (message.type) {
      case 'open':
        return open(message);
      case 'read': {
        const { run, records, models, seed } = message;
        present?.end();
        present = opening = undefined;
        return attempt(options.post, run, () => options.post({ type: 'found', run, records, findings: findingsOf(records, models, seed) }));
      }
      case 'again':
        return opening && open(opening);
      case 'pause':
      case 'resume':
      case 'cancel':
        return present?.sweep[message.type]();
      case 'retry':
        return present?.retry();
      case 'answer':
      case 'refuse':
        return remote.hear(message);
      default:
        return message satisfies never;
    }
  };
}
