/** The two-way study: several methods on one model of each family. Runs its sweep, and lets the worker make records and findings of each image that is complete. */
import { useEffect, useMemo, useState } from 'react';
import { paramsOf } from '../../../state/request.ts';
import { studyScore } from '../../../state/studyPresets.ts';
import type { SweepItem } from '../../../studies/plan.ts';
import { STRIDE, type Outcome } from '../../../studies/explanations.ts';
import type { StudySetup } from '../../../studies/setup.ts';
import type { TwoWayFindings } from '../../../studies/twoWay/findings.ts';
import { drawsOf, oneOfEachFamily, planTwoWay, type TwoWaySetup } from '../../../studies/twoWay/setup.ts';
import { useApp, useAppState, useView } from '../../../ui/app.ts';
import { useSettled } from '../../../ui/study/useStudySetup.ts';
import { useRun, type Run } from '../useRun.ts';
import type { TwoWayTask } from './twoWay.worker.ts';

export interface TwoWayStudy {
  readonly setup: TwoWaySetup | undefined;
  readonly run: Run | undefined;
  readonly findings: TwoWayFindings | undefined;
  readonly problem: string | undefined;
}

/** Who is compared: one of each family, or, where these are fewer than two, all. */
export function comparedModels(models: StudySetup['models']): StudySetup['models'] {
  const some = oneOfEachFamily(models);
  return some.length > 1 ? some : models;
}

/** Which methods draw is asked of the engine: it hangs on their parameters. */
function useTwoWaySetup({ models: all, images: every, seed }: StudySetup, started: boolean): { readonly setup?: TwoWaySetup; readonly problem?: string } {
  const { client } = useApp();
  const catalog = useAppState((state) => state.catalog);
  const polls = useSettled(useView((view) => view.polls));
  const study = useView((view) => view.study);
  const models = useMemo(() => comparedModels(all), [all]);
  const methods = useMemo(
    () => catalog.methods.filter(({ id }) => polls.methods.includes(id)).map((method) => ({ method, params: paramsOf(method.params, method.id === study.method ? study.params : {}), score: studyScore(method, 'published') })),
    [catalog, polls.methods, study.method, study.params],
  );
  const [told, setTold] = useState<{ readonly methods: typeof methods; readonly draws?: readonly boolean[]; readonly problem?: string }>();
  useEffect(() => {
    if (!started || models.length < 2 || methods.length < 2) return;
    const gone = new AbortController();
    Promise.all(methods.map(({ method, params }) => client.ask({ kind: 'describe', model: models[0]!.id, method: method.id, params }, { background: true, order: 0, signal: gone.signal })))
      .then((said) => setTold({ methods, draws: said.map(drawsOf) }))
      .catch((error: unknown) => !gone.signal.aborted && setTold({ methods, problem: error instanceof Error ? error.message : String(error) }));
    return () => gone.abort();
  }, [client, methods, models, started]);
  const draws = told?.methods === methods ? told.draws : undefined;
  const setup = useMemo(() => (draws ? { models, methods: methods.map((method, i) => ({ ...method, draws: draws[i]! })), images: every.slice(0, polls.images), seed } : undefined), [draws, models, methods, every, polls.images, seed]);
  return { ...(setup ? { setup } : {}), ...(told?.problem ? { problem: told.problem } : {}) };
}

export function useTwoWay(study: StudySetup, started: boolean): TwoWayStudy {
  const { setup, problem } = useTwoWaySetup(study, started);
  const plan = useMemo(() => setup && planTwoWay(setup), [setup]);
  const run = useRun(plan);
  const told = useWorker(setup, plan, run?.state);
  return { setup, run, findings: told.findings, problem: problem ?? told.problem };
}

interface Answer {
  readonly run: number;
  readonly findings?: TwoWayFindings;
  readonly problem?: string;
}

/** Sends each image's outcomes once all of them are there; findings come back with each. */
function useWorker(setup: TwoWaySetup | undefined, plan: ReturnType<typeof planTwoWay> | undefined, state: Run['state'] | undefined): Answer {
  const [told, setTold] = useState<Answer>({ run: 0 });
  const [desk, setDesk] = useState<{ readonly worker: Worker; readonly sent: Set<number>; readonly setup: TwoWaySetup }>();
  useEffect(() => {
    if (!setup) return;
    const worker = new Worker(new URL('./twoWay.worker.ts', import.meta.url), { type: 'module', name: 'two-way' });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => setTold(data);
    setDesk({ worker, sent: new Set(), setup });
    return () => worker.terminate();
  }, [setup]);
  useEffect(() => {
    if (!desk || !plan || !state || desk.setup !== setup) return;
    const failed = new Set(state.failed.map(({ item }) => item.key));
    desk.setup.images.forEach((_, at) => {
      if (desk.sent.has(at)) return;
      const items = plan.follow({ order: STRIDE * at } as SweepItem, {} as Outcome, state.found, failed);
      // Before an image is kept, the list holds its scene and answers alone: complete, and yet not all.
      const open = items.some(({ key }) => !state.found.has(key) && !failed.has(key));
      if (open || items.length <= 1) return;
      desk.sent.add(at);
      const found = items.flatMap(({ key }): [string, Outcome][] => { const outcome = state.found.get(key); return outcome ? [[key, outcome]] : []; });
      desk.worker.postMessage({ setup: desk.setup, at, found, failed: [...failed] } satisfies TwoWayTask);
    });
  }, [desk, setup, plan, state]);
  return told;
}
