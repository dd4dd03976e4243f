/** The run behind `fidelity`: scene by scene, model by model, method by method, so that whatever was done when it stops is balanced. Writes rows; tabulates nothing. */
import { describeMethod } from '../../engine/describe.ts';
import { explain } from '../../engine/explain.ts';
import { canonize } from '../../engine/graph/canonize.ts';
import { disposeGraph } from '../../engine/graph/derived.ts';
import type { Graph } from '../../engine/graph/graph.ts';
import { sizeOf, type Size } from '../../engine/graph/size.ts';
import { runJob } from '../../engine/job/job.ts';
import type { Method } from '../../engine/methods/method.ts';
import { causalFidelity, creditedUnits } from '../../engine/metrics/causalFidelity.ts';
import type { Measurement, UnitTruth } from '../../engine/metrics/metric.ts';
import { loadModel, type Model, type Read } from '../../engine/models/zoo.ts';
import { defaults, type Values } from '../../engine/params.ts';
import { sceneSeed } from '../../engine/scenes/index.ts';
import * as tf from '../../engine/tf.ts';
import type { Field } from '../../fields/field.ts';
import { createPace, needOf, type Pace } from '../../worker/batch.ts';
import { terminalHost, type CliBackend } from '../backend.ts';
import { seconds } from '../time.ts';
import { readPicture } from '../picture.ts';
import { controlMaps } from './controls.ts';
import { keyOf, type MapRow, type ProtocolRow, type Row, type SceneRow, type Setting } from './rows.ts';
import { effectsOn, truthOf, type SceneTruth } from './truth.ts';

export interface FidelityAsked {
  readonly backend: CliBackend;
  readonly models: readonly string[];
  readonly methods: readonly Method[];
  readonly scenes: readonly number[];
  readonly protocol: ProtocolRow;
  readonly read: Read;
  /** Of passes (forward + 2 · backward): beyond `preview` a run is made with its preview's parameters, beyond `limit` not at all. */
  readonly preview: number;
  readonly limit: number;
  /** What earlier runs left: neither measured nor written again. */
  readonly known: { readonly scenes: readonly SceneRow[]; readonly maps: readonly MapRow[] };
  write(row: Row): void;
  /** Asked after every row. */
  stop(): boolean;
  report?(done: number, total: number): void;
}

interface Subject {
  readonly id: string;
  readonly model: Model;
  readonly graph: Graph;
  readonly size: Size;
  readonly side: number;
  readonly classes: readonly string[];
}

/** → whether it came to its end. */
export async function measureFidelity(asked: FidelityAsked): Promise<boolean> {
  const subjects: Subject[] = [];
  const pace = createPace(asked.backend);
  const known = { scenes: new Map(asked.known.scenes.map((row) => [keyOf(row), row])), maps: new Set(asked.known.maps.map(keyOf)) };
  try {
    for (const id of asked.models) subjects.push(await subjectOf(id, asked.read));
    for (const [done, scene] of asked.scenes.entries()) {
      const truths = new Map<number, SceneTruth>();
      const truthAt = (side: number) => truths.get(side) ?? truths.set(side, truthOf(scene, side, asked.protocol.draws, asked.protocol.seed)).get(side)!;
      for (const subject of subjects) if (!(await measureScene(asked, subject, scene, truthAt, known, pace))) return false;
      asked.report?.(done + 1, asked.scenes.length);
    }
    return true;
  } finally {
    for (const { graph, model } of subjects) for (const used of [graph, model.graph]) disposeGraph(used);
  }
}

async function subjectOf(id: string, read: Read): Promise<Subject> {
  const model = await loadModel(id, read);
  const graph = canonize(model.graph);
  const { inputSize: side, classes } = model.manifest;
  return { id, model, graph, side, size: sizeOf(graph, [side, side, 3]), classes: classes.map((c) => c.id) };
}

/** One scene of one model: its effects, then every method that is not known yet. → false where it was stopped. */
async function measureScene(asked: FidelityAsked, subject: Subject, scene: number, truthAt: (side: number) => SceneTruth, known: { scenes: Map<string, SceneRow>; maps: Set<string> }, pace: Pace): Promise<boolean> {
  const before = known.scenes.get(keyOf({ kind: 'scene', scene, model: subject.id }));
  const plans = asked.methods.map((method) => ({ method, plan: planOf(method, subject, asked) })).filter(({ plan }) => !plan.isDear);
  const isNew = (method: string, signed: boolean, setting: Setting) => !known.maps.has(keyOf({ kind: 'map', scene, model: subject.id, method, signed, setting }));
  const open = plans.filter(({ method, plan }) => isNew(method.id, method.signed, plan.setting));
  if (before && (!before.right || open.length === 0)) return !asked.stop();
  const from = seconds();
  const truth = truthAt(subject.side);
  const target = subject.classes.indexOf(truth.classId);
  const { right, logit, units } = await effectsOn(subject.graph, target, truth);
  if (!before) {
    asked.write(sceneRow(subject, truth, { right, logit, units }, seconds() - from));
    for (const { id, signed, map } of right ? controlMaps(truth) : []) {
      const { score, detail } = await judge(map, signed, units, asked);
      asked.write({ kind: 'map', scene, model: subject.id, method: id, signed, setting: 'control', credits: creditsOf(map, units), score, detail });
    }
  }
  if (!right) return !asked.stop();
  const x = tf.tensor4d(truth.picture, [1, subject.side, subject.side, 3]);
  try {
    for (const { method, plan } of open) {
      if (asked.stop()) return false;
      const base = { kind: 'map' as const, scene, model: subject.id, method: method.id, signed: method.signed, setting: plan.setting };
      asked.write({ ...base, ...(plan.reason === undefined ? await measureMap(asked, subject, method, plan, { x, target, units }, pace) : { reason: plan.reason }) });
    }
  } finally {
    x.dispose();
  }
  return !asked.stop();
}

interface Plan {
  readonly setting: Setting;
  readonly params: Values;
  readonly reason?: string;
  /** Beyond the limit: left for another run, without a row. */
  readonly isDear: boolean;
}

/** With which parameters a method runs on a model, or why it does not. Decided by passes, so that every machine and every shard decides alike. */
export function planOf(method: Method, { graph, side, classes }: Pick<Subject, 'graph' | 'side' | 'classes'>, { preview, limit }: Pick<FidelityAsked, 'preview' | 'limit'>): Plan {
  const given = { shape: [side, side, 3], classes: classes.length };
  const full = defaults(method.params);
  const cost = (params: Values) => {
    const { forward, backward } = method.passes(params, { ...given, graph });
    return forward + 2 * backward;
  };
  const { reason } = describeMethod(method, graph, full, given);
  if (reason !== undefined) return { setting: 'default', params: full, reason, isDear: false };
  const cheaper = cost(full) > preview ? method.preview?.(full) : undefined;
  const params = cheaper ?? full;
  return { setting: cheaper ? 'preview' : 'default', params, isDear: cost(params) > limit };
}

const pictures = new Map<string, Promise<Field>>();
/** Rendered once for all maps that are measured against training data. */
function trainingScene(index: number, side: number): Promise<Field> {
  const name = `scene:${sceneSeed('train', index)}`;
  const key = `${name} ${side}`;
  return pictures.get(key) ?? pictures.set(key, readPicture(name, side)).get(key)!;
}

async function measureMap(asked: FidelityAsked, subject: Subject, method: Method, { params }: Plan, { x, target, units }: { x: tf.Tensor; target: number; units: readonly UnitTruth[] }, pace: Pace) {
  const { graph, size, side, classes, id } = subject;
  const images: tf.Tensor[] = [];
  const background = async (count: number) => {
    const scenes = await Promise.all(Array.from({ length: count }, (_, i) => trainingScene(i, side)));
    const rows = scenes.map(({ data }) => tf.tensor4d(data, [1, side, side, 3]));
    images.push(...rows, tf.concat(rows));
    return images.at(-1)!;
  };
  const declared = method.passes(params, { shape: [side, side, 3], classes: classes.length, graph });
  const batch = pace.batch(id, size, needOf(size, { memory: method.memory, ...declared }), 1);
  const from = seconds();
  try {
    const map = await explain({ graph, method, x, target, score: { kind: 'logit' }, seed: asked.protocol.seed, params, background, model: id }, terminalHost(batch));
    const spent = seconds() - from;
    pace.learn(id, map.passes, 1000 * spent);
    const { score, detail } = await judge(map, method.signed, units, asked);
    return { credits: creditsOf(map, units), score, detail, passes: map.passes, seconds: rounded(spent, 4) };
  } catch (error) {
    return { reason: (error as Error).message };
  } finally {
    tf.dispose(images);
  }
}

async function judge(map: Field, signed: boolean, units: readonly UnitTruth[], { protocol }: Pick<FidelityAsked, 'protocol'>): Promise<Measurement> {
  const x = tf.zeros([1, map.height, map.width, 3]);
  try {
    const { result } = await runJob(terminalHost(1), (job) => causalFidelity.measure({ map, signed, units, x, target: 0, seed: protocol.seed, params: { noise: protocol.noise } }, job));
    return result;
  } finally {
    x.dispose();
  }
}

const creditsOf = (map: Field, units: readonly UnitTruth[]) => creditedUnits({ map, signed: true }, units).map(({ credit }) => rounded(credit, 6));

function sceneRow(subject: Subject, truth: SceneTruth, { right, logit, units }: { right: boolean; logit: number; units: readonly UnitTruth[] }, spent: number): SceneRow {
  const found = units.map(({ effect, error }, i) => {
    const { name, title, part, pixels } = truth.units[i]!;
    return { name, title, part, pixels, effect: rounded(effect, 6), ...(error === undefined ? {} : { error: rounded(error, 6) }) };
  });
  const weights = subject.model.manifest.weights.sha256.slice(0, 12);
  return { kind: 'scene', scene: truth.scene, model: subject.id, weights, class: truth.classId, right, logit: rounded(logit, 6), units: found, seconds: rounded(spent, 4) };
}

const rounded = (value: number, digits: number) => Number(value.toPrecision(digits));
