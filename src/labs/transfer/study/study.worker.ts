/** The study's thread: wires serve.ts to its page. */
import { keptOutcomes } from '../../../state/outcomes.ts';
import { OUTCOMES, type Outcome } from '../../../studies/explanations.ts';
import { namesOf } from '../../../studies/kept.ts';
import type { ToDesk } from './desk.ts';
import { createDesk } from './serve.ts';

const take = createDesk({
  post: (message) => self.postMessage(message),
  now: () => performance.now(),
  memoryOf: ({ models }) => keptOutcomes().memory<Outcome>(namesOf(OUTCOMES, models)),
  later: (work, ms) => void setTimeout(work, ms),
});
self.onmessage = ({ data }: MessageEvent<ToDesk>) => take(data);
