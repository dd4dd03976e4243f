/** Findings of the records so far, made by a worker: one task at a time, the latest wins, so that they follow a dragged slider as fast as they can and no faster. */
import { useEffect, useState } from 'react';
import type { ConsensusFindings, Recorded } from '../../studies/consensus/findings.ts';
import type { ConsensusRecord } from '../../studies/consensus/record.ts';
import type { FindingSettings } from '../../studies/consensus/settings.ts';
import type { FindingsTask } from './findings.worker.ts';

interface Answer {
  readonly id: number;
  readonly findings?: ConsensusFindings;
  readonly problem?: string;
}

type Task = Omit<FindingsTask, 'id'>;

/** One worker for the page's visit; it ends with the page. */
function createDesk() {
  const worker = new Worker(new URL('./findings.worker.ts', import.meta.url), { type: 'module', name: 'findings' });
  let [busy, next, id] = [false, undefined as Task | undefined, 0];
  let tell: (answer: Answer) => void = () => {};
  const post = (task: Task) => {
    busy = true;
    worker.postMessage({ id: ++id, ...task } satisfies FindingsTask);
  };
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    busy = false;
    if (next) {
      const task = next;
      next = undefined;
      post(task);
    }
    tell(data);
  };
  return { ask: (task: Task) => (busy ? void (next = task) : post(task)), listen: (listener: (answer: Answer) => void) => void (tell = listener), close: () => worker.terminate() };
}

export interface Told {
  /** The last ones; of an earlier setting until the first of this one are there. */
  readonly findings?: ConsensusFindings;
  readonly problem?: string;
}
const UNTOLD: Told = {};

export function useFindings(records: readonly ConsensusRecord[], recorded: Recorded | undefined, choice: FindingSettings): Told {
  const [desk, setDesk] = useState<ReturnType<typeof createDesk>>();
  const [told, setTold] = useState<Told>(UNTOLD);
  useEffect(() => {
    const made = createDesk();
    made.listen(({ findings, problem }) => setTold(findings ? { findings } : { ...(problem ? { problem } : {}) }));
    setDesk(made);
    return () => made.close();
  }, []);
  const { score, sigma, weak, resamples } = choice;
  useEffect(() => {
    if (desk && recorded && records.length > 0) desk.ask({ records, recorded, choice: { score, sigma, weak, resamples } });
  }, [desk, records, recorded, score, sigma, weak, resamples]);
  return recorded ? told : UNTOLD;
}
