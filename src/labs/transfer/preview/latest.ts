/** Many lanes that each answer one request at a time and then take up the latest that is wanted: what is seen follows a drag without ever falling behind. Knows no slider and no page. */

export interface Lane<R, A> {
  readonly wanted: R;
  /** The last answer, and what it answered: `wanted`, or something older. */
  readonly answer?: A;
  readonly answered?: R;
  /** Why the last request had no answer. */
  readonly problem?: string;
}

export interface Latest<R> {
  /** What every lane wants from now on, by its name; the same object is the same wish. Lanes that are not named end. */
  want(wishes: ReadonlyMap<string, R>): void;
  /** Asks again where the last request failed. */
  retry(): void;
  /** Withdraws everything. */
  close(): void;
}

export interface LatestOptions<R, A> {
  ask(request: R, at: number, signal: AbortSignal): Promise<A>;
  /** Told after every answer. */
  onChange(lanes: ReadonlyMap<string, Lane<R, A>>): void;
}

interface Running<R, A> {
  at: number;
  lane: Lane<R, A>;
  flying?: { readonly request: R; readonly controller: AbortController };
}

export function createLatest<R, A>({ ask, onChange }: LatestOptions<R, A>): Latest<R> {
  const lanes = new Map<string, Running<R, A>>();
  const tell = () => onChange(new Map([...lanes].map(([name, { lane }]) => [name, lane])));

  function start(name: string): void {
    const running = lanes.get(name);
    if (!running || running.flying || running.lane.answered === running.lane.wanted || running.lane.problem !== undefined) return;
    const request = running.lane.wanted;
    const flying = { request, controller: new AbortController() };
    running.flying = flying;
    const land = (news: (lane: Lane<R, A>) => Lane<R, A>) => {
      if (running.flying !== flying) return;
      running.flying = undefined;
      running.lane = news(running.lane);
      start(name);
      tell();
    };
    ask(request, running.at, flying.controller.signal).then(
      (answer) => land(({ wanted }) => ({ wanted, answer, answered: request })),
      // What is no longer wanted may fail without a word.
      (error: unknown) => land((lane) => (lane.wanted === request ? { ...lane, problem: error instanceof Error ? error.message : String(error) } : lane)),
    );
  }

  const end = (running: Running<R, A>) => {
    const flying = running.flying;
    running.flying = undefined;
    flying?.controller.abort();
  };

  return {
    want(wishes) {
      for (const [name, running] of lanes) if (!wishes.has(name)) {
        end(running);
        lanes.delete(name);
      }
      [...wishes].forEach(([name, wanted], at) => {
        const running = lanes.get(name);
        if (!running) lanes.set(name, { at, lane: { wanted } });
        else {
          const { answer, answered } = running.lane;
          if (running.lane.wanted !== wanted) running.lane = { wanted, ...(answered === undefined ? {} : { answered, answer: answer! }) };
          running.at = at;
        }
        start(name);
      });
      tell();
    },
    retry() {
      for (const [name, running] of lanes) {
        const { problem: _, ...lane } = running.lane;
        running.lane = lane;
        start(name);
      }
      tell();
    },
    close() {
      lanes.forEach(end);
      lanes.clear();
    },
  };
}
