/** The page's side of the worker that makes records: one image at a time, in the order in which they are asked for. Knows no study. */
import type { Outcome } from '../../studies/explanations.ts';
import type { Polled, Polling } from './polled.ts';
import type { RecordAnswer, RecordTask } from './records.worker.ts';

export interface Recorder {
  /** Rejects, in words, where the record cannot be made. */
  make(polling: Polling, at: number, found: readonly (readonly [string, Outcome])[], failed: ReadonlySet<string>): Promise<Polled>;
  close(): void;
}

export function createRecorder(): Recorder {
  const worker = new Worker(new URL('./records.worker.ts', import.meta.url), { type: 'module', name: 'records' });
  const waiting = new Map<number, { readonly resolve: (polled: Polled) => void; readonly reject: (error: Error) => void }>();
  let last = 0;
  worker.onmessage = ({ data: { id, polled, problem } }: MessageEvent<RecordAnswer>) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (polled) asked?.resolve(polled);
    else asked?.reject(new Error(problem));
  };
  worker.onerror = ({ message }) => {
    for (const { reject } of waiting.values()) reject(new Error(`records could not be made: ${message || 'the worker was lost'}; reload the page`));
    waiting.clear();
  };
  return {
    make(polling, at, found, failed) {
      const id = ++last;
      worker.postMessage({ id, polling, at, found, failed: [...failed] } satisfies RecordTask);
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
    close: () => worker.terminate(),
  };
}
