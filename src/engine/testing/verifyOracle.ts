/** Runs every case of an oracle folder and judges it. Says what it found line by line through `print`; reads no files itself. */
import { runJob, type Host } from '../job/job.ts';
import { disposeNet, exampleOf, methodsOf, netsOf, readCases, readNet, type Numbers, type OracleCase, type OracleNet, type OracleReader } from './oracle.ts';
import { REPLAYS, type Replay } from './replay/index.ts';

export interface VerifyOptions {
  /** The oracle's file names; all of them where absent. */
  readonly methods?: readonly string[];
  readonly print: (line: string) => void;
  readonly host: Host;
}
export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Of the largest expected entry; beside it three times what the reference code itself deviates in float32. */
const TOLERANCE = 1e-4;

/** Every case of the folder; closes with a line of totals. Throws where a chosen method has no file in any net. */
export async function verifyOracle(read: OracleReader, { methods, print, host }: VerifyOptions): Promise<Verdict> {
  const verdict = { passed: 0, failed: 0, skipped: 0 };
  const nets = await netsOf(read);
  await checkNames(read, nets, methods);
  for (const name of nets) {
    const net = await readNet(read, name);
    for (const method of await methodsOf(read, name)) {
      if (methods && !methods.includes(method)) continue;
      for (const c of await readCases(read, name, method)) {
        const replay = REPLAYS[method];
        const outcome = replay ? await judge(net, c, replay, host) : 'skipped';
        if (outcome === 'skipped') verdict.skipped++;
        else if (outcome.ok) verdict.passed++;
        else verdict.failed++;
        if (outcome !== 'skipped') print(`${outcome.ok ? 'ok  ' : 'FAIL'} ${name} ${method} ${c.id} ${outcome.note}`);
      }
    }
    disposeNet(net);
  }
  print(`${verdict.passed} passed, ${verdict.failed} failed, ${verdict.skipped} skipped`);
  return verdict;
}

async function checkNames(read: OracleReader, nets: readonly string[], methods: readonly string[] | undefined): Promise<void> {
  if (!methods) return;
  const known = new Set((await Promise.all(nets.map((net) => methodsOf(read, net)))).flat());
  const unknown = methods.find((method) => !known.has(method));
  if (unknown !== undefined) throw new Error(`the oracle has no file '${unknown}.json': choose from ${[...known].sort().join(', ')}`);
}

interface Outcome {
  readonly ok: boolean;
  readonly note: string;
}

/** All examples and all expected tensors of one case: the worst of them decides. */
async function judge(net: OracleNet, c: OracleCase, replay: Replay, host: Host): Promise<Outcome> {
  try {
    let worst: { share: number; relative: number } = { share: 0, relative: 0 };
    for (let index = 0; index < net.inputs.targets.length; index++) {
      const got = await runExample(net, c, replay, index, host);
      for (const [name, expected] of Object.entries(c.expected)) {
        const found = compare(got.get(name) ?? new Float32Array(), expected, index, net.inputs.targets.length);
        const allowed = TOLERANCE * found.largest + 3 * (c.float32Deviation[name] ?? 0);
        const share = found.error <= allowed ? found.error / (allowed || 1) : Infinity;
        if (share > worst.share) worst = { share, relative: found.error / (found.largest || 1) };
      }
    }
    return { ok: Number.isFinite(worst.share), note: worst.relative.toExponential(1) };
  } catch (error) {
    return { ok: false, note: (error as Error).message };
  }
}

async function runExample(net: OracleNet, c: OracleCase, replay: Replay, index: number, host: Host): Promise<Map<string, Float32Array>> {
  const { result } = await runJob(host, async (job) => {
    const x = job.own(exampleOf(net.inputs.x, index));
    const fields = await replay({ net, case: c, index, x, target: net.inputs.targets[index]! }, job);
    const entries = Object.entries(fields).map(async ([name, field]) => [name, (await job.own(field).data()) as Float32Array] as const);
    return new Map(await Promise.all(entries));
  });
  return result;
}

/** The largest difference of one example, and the largest expected entry of the whole tensor (what the tolerance is relative to). A tensor without an axis of examples is all of theirs. */
function compare(got: Float32Array, { data, shape }: Numbers, index: number, examples: number): { error: number; largest: number } {
  const shared = shape[0] !== examples;
  const size = shared ? data.length : data.length / examples;
  if (got.length !== size) return { error: Infinity, largest: 1 };
  const largest = data.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  let error = 0;
  for (let i = 0; i < size; i++) {
    const difference = Math.abs(got[i]! - data[(shared ? 0 : index * size) + i]!);
    error = Number.isNaN(difference) ? Infinity : Math.max(error, difference);
  }
  return { error, largest };
}
