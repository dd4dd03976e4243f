/** Holds imported networks against reference values that lie beside them: logits, gradients, Integrated Gradients. Prints a line per case; reads no files itself. */
import { canonize } from '../graph/canonize.ts';
import { disposeGraph } from '../graph/derived.ts';
import { backward, forward, gradient, record, type Graph } from '../graph/graph.ts';
import { openModel } from '../importers/open.ts';
import { scoreSeed, type Score } from '../methods/score.ts';
import { toGraph } from '../models/plain.ts';
import * as tf from '../tf.ts';
import type { OracleReader } from './oracle.ts';
import type { Verdict } from './verifyOracle.ts';

export interface VerifyImportsOptions {
  /** expected.json's 'logits', and the names of .npy files without their ending; all of them where absent. */
  readonly methods?: readonly string[];
  readonly print: (line: string) => void;
  /** The bytes of a .npy file → its numbers. */
  readonly npy: (bytes: Uint8Array) => { readonly data: Float32Array; readonly shape: readonly number[] };
}

interface Expected {
  readonly targetClass: number;
  readonly inputSize: number;
  readonly logits: readonly (readonly number[])[];
}

/** One image batch in the network's own input space, NHWC, and what to compute at it. */
interface Trial {
  readonly graph: Graph;
  readonly x: tf.Tensor4D;
  readonly target: number;
  dispose(): void;
}

const MODEL = 'model.onnx';

/** Absolute, of a logit. */
const LOGIT_TOLERANCE = 1e-4;
/** Of the largest expected entry. */
const MAP_TOLERANCE = 1e-3;

/** ∂ score / ∂ x of every row. */
function gradientAt({ graph, target }: Trial, x: tf.Tensor4D, score: Score): tf.Tensor {
  const tape = record(graph, x);
  const seed = scoreSeed(tape.value.get(graph.output)!, target, score);
  return backward(tape, seed, gradient).get(graph.input)!;
}

const STEPS = 16;

/** x ⊙ the mean of the logit's gradient at (k + ½)/16 · x: Integrated Gradients from zero, midpoint rule. */
function midpointPath(trial: Trial): tf.Tensor {
  let sum: tf.Tensor = tf.zerosLike(trial.x);
  for (let k = 0; k < STEPS; k++) {
    const part = tf.tidy(() => tf.add(sum, gradientAt(trial, tf.mul(trial.x, (k + 0.5) / STEPS), { kind: 'logit' })));
    sum.dispose();
    sum = part;
  }
  const result = tf.tidy(() => tf.mul(trial.x, tf.div(sum, STEPS)));
  sum.dispose();
  return result;
}

/** By the names of the expected files. */
const MAPS: Readonly<Record<string, (trial: Trial) => tf.Tensor>> = {
  grad_logit: (trial) => gradientAt(trial, trial.x, { kind: 'logit' }),
  grad_prob: (trial) => gradientAt(trial, trial.x, { kind: 'probability' }),
  ig_midpoint16: midpointPath,
};

/** Folders with a model.onnx: this one ('') or those in it. None where it is a folder of another kind. */
export async function importFolders(read: OracleReader): Promise<readonly string[]> {
  const names = await read.list('');
  if (names.includes(MODEL)) return [''];
  const found = await Promise.all(names.map(async (name) => ((await read.list(name)).includes(MODEL) ? [name] : [])));
  return found.flat().sort();
}

/** Every folder of `importFolders`: its network imported, fed input.npy without preprocessing, compared. Closes with a line of totals. Leaves no tensor. */
export async function verifyImports(read: OracleReader, { methods, print, npy }: VerifyImportsOptions): Promise<Verdict> {
  const verdict = { passed: 0, failed: 0, skipped: 0 };
  for (const folder of await importFolders(read)) {
    const line = (name: string, target: number, { ok, note }: Outcome) => {
      verdict[ok ? 'passed' : 'failed']++;
      print(`${ok ? 'ok  ' : 'FAIL'} ${folder || MODEL} ${name} class=${target} ${note}`);
    };
    await verifyOne(read, folder, methods, npy, line);
  }
  print(`${verdict.passed} passed, ${verdict.failed} failed, ${verdict.skipped} skipped`);
  return verdict;
}

async function verifyOne(read: OracleReader, folder: string, methods: readonly string[] | undefined, npy: VerifyImportsOptions['npy'], line: (name: string, target: number, outcome: Outcome) => void): Promise<void> {
  const path = (file: string) => (folder ? `${folder}/${file}` : file);
  const numbers = async (file: string) => npy(new Uint8Array(await read.bytes(path(file))));
  const wants = (name: string) => !methods || methods.includes(name);
  const expected = (await read.json(path('expected.json'))) as Expected;
  const files = (await read.list(folder)).filter((file) => file.endsWith('.npy')).map((file) => file.slice(0, -4));
  const maps = Object.keys(MAPS).filter((name) => files.includes(name) && wants(name));
  let trial: Trial;
  try {
    // Weights may lie beside the model.
    const beside = (await read.list(folder)).filter((file) => file === MODEL || /\.(data|bin|weights?)$|_data$/i.test(file));
    const model = await Promise.all(beside.map(async (file) => [file, new Uint8Array(await read.bytes(path(file)))] as const));
    trial = await trialOf(new Map(model), await numbers('input.npy'), expected);
  } catch (error) {
    // No network, no case: each of them fails, and says why.
    for (const name of [...(wants('logits') ? ['logits'] : []), ...maps]) line(name, expected.targetClass, { ok: false, note: (error as Error).message });
    return;
  }
  try {
    if (wants('logits')) line('logits', expected.targetClass, await judge(() => forward(trial.graph, trial.x), expected.logits.flat(), LOGIT_TOLERANCE));
    for (const name of maps) line(name, expected.targetClass, await judgeMap(trial, MAPS[name]!, (await numbers(`${name}.npy`)).data));
  } finally {
    trial.dispose();
  }
}

async function trialOf(model: ReadonlyMap<string, Uint8Array>, input: ReturnType<VerifyImportsOptions['npy']>, { inputSize, targetClass }: Expected): Promise<Trial> {
  const { plain } = await openModel(model, inputSize);
  const raw = toGraph(plain);
  const graph = canonize(raw);
  const x = tf.tensor4d(input.data, [...input.shape] as [number, number, number, number]);
  const dispose = () => {
    x.dispose();
    disposeGraph(graph);
    disposeGraph(raw);
  };
  return { graph, x, target: targetClass, dispose };
}

interface Outcome {
  readonly ok: boolean;
  readonly note: string;
}

/** Relative changes of the image, each a few roundings of float32. */
const NUDGES = [1, -1, 2, -2, 3, -3].map((k) => k * 2 ** -23);

/**
 * Where a rectifier or a maximum stands within rounding of its kink, the gradient of float32 may lie on the other side than that of the float64
 * reference: a whole path then misses by a per mille for one such unit. So a map that misses is computed again at images that differ from
 * this one by a rounding; a network that is another misses there too.
 */
async function judgeMap(trial: Trial, map: (trial: Trial) => tf.Tensor, expected: Float32Array): Promise<Outcome> {
  const unit = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const at = (nudge: number) => judge(() => map({ ...trial, x: tf.mul(trial.x, 1 + nudge) }), expected, MAP_TOLERANCE, unit);
  const plain = await at(0);
  if (plain.ok) return plain;
  for (const nudge of NUDGES) {
    const again = await at(nudge);
    if (again.ok) return { ok: true, note: `${again.note} (a kink lies within rounding: ${plain.note} without the image nudged by ${nudge.toExponential(0)})` };
  }
  return plain;
}

/** The largest difference, of `unit`. */
async function judge(compute: () => tf.Tensor, expected: ArrayLike<number>, tolerance: number, unit = 1): Promise<Outcome> {
  try {
    const y = tf.tidy(compute);
    const got = (await y.data()) as Float32Array;
    y.dispose();
    if (got.length !== expected.length) return { ok: false, note: `${got.length} numbers instead of ${expected.length}` };
    const error = got.reduce((most, value, i) => (Number.isFinite(value) ? Math.max(most, Math.abs(value - expected[i]!)) : Infinity), 0) / (unit || 1);
    return { ok: error <= tolerance, note: error.toExponential(1) };
  } catch (error) {
    return { ok: false, note: (error as Error).message };
  }
}
