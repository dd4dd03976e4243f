/** What each kind of request means: looks up model, method and image, chooses the burst, calls the engine. Holds no queue (serve.ts). */
import { catalog } from '../engine/catalog.ts';
import { react } from '../engine/committee/featureImages.ts';
import { describeMethod, resolveParams } from '../engine/describe.ts';
import { explain, predict, type Explanation } from '../engine/explain.ts';
import { methodOf, METHODS } from '../engine/methods/index.ts';
import type { Method } from '../engine/methods/method.ts';
import { pooledFeatures, strangeness } from '../engine/models/strangeness.ts';
import { loadCard, loadIndex, type Read } from '../engine/models/zoo.ts';
import { diagramOf } from '../engine/rules/diagram.ts';
import * as tf from '../engine/tf.ts';
import { unpackMask } from '../fields/maskBits.ts';
import { capabilityOf } from './capability.ts';
import { createBackground, type Background } from './background.ts';
import type { Tried } from './backend.ts';
import { createPace, needOf, roomOf, tooLarge, type Need, type Pace } from './batch.ts';
import { createImages, renderSlowly, type Images } from './images.ts';
import { imageKey, membersOf } from './key.ts';
import { createCrossings, effectsFrom, type Crossings } from './effects.ts';
import { createMemos, type Memos } from './memo.ts';
import { download, type DownloadOptions } from './download.ts';
import { framed } from './framed.ts';
import { createOwn, type Own, type OwnOptions } from './own.ts';
import { createModels, toTensor, type Loaded, type Models, type ReadSlowly } from './models.ts';
import type { BackendName, CapabilitiesRequest, CapabilitiesResult, CardRequest, CardResult, DescribeRequest, DescribeResult, EffectsRequest, EffectsResult, ExplainRequest, ExplainResult, GraphRequest, GraphResult, ImageRef, Pixels, PredictRequest, PredictResult, ReactRequest, ReactResult, Result, TextRequest, TextResult, ToWorker } from './protocol.ts';
import type { Engine, RunHost } from './serve.ts';

/** What the engine's surroundings give it: a worker its own, a test others. */
export interface Surroundings {
  startBackend(want: Extract<ToWorker, { type: 'start' }>['backend']): Promise<{ backend: BackendName; tried: readonly Tried[] }>;
  /** Files of the zoo at this address. */
  zoo(address: string): ReadSlowly;
  /** Milliseconds. */
  now(): number;
  heapBytes(): number;
  /** Throws where the memory is at its end. */
  checkMemory(): void;
  /** Models that the visitor brings; none where absent. */
  readonly own?: OwnOptions & DownloadOptions & SiteOptions;
  /** Bytes that a page can use on this backend; a table's guess where absent. */
  room?(backend: BackendName): number;
}

/** What there is once a backend has started. */
interface Running {
  readonly backend: BackendName;
  readonly models: Models;
  readonly read: Read;
  /** Its address. */
  readonly zoo: string;
  readonly pace: Pace;
  readonly own?: Own;
}

export function createEngine(around: Surroundings): Engine {
  const images = createImages();
  const background = createBackground(images);
  const memos = createMemos();
  const effects = createCrossings();
  let running: Running | undefined;
  return {
    async start({ backend: want, zoo }) {
      const read = around.zoo(zoo);
      const [{ backend, tried }, entries] = await Promise.all([around.startBackend(want), loadIndex(read)]);
      const check = backend === 'webgpu' || backend === 'webgl';
      const scene = (seed: number) => images.get({ kind: 'scene', seed });
      const own = around.own && createOwn(around.own);
      running = { backend, read, zoo, models: createModels({ read, entries, scene, check, own }), pace: createPace(backend), ...(own ? { own } : {}) };
      return { backend, tried, catalog: catalog(entries) };
    },
    put: (id, pixels) => images.put(id, pixels),
    run(request, host): Promise<Result> {
      if (!running) throw new Error('the worker was asked before it had started: wait for its ready message');
      switch (request.kind) {
        case 'explain':
          return runExplain(request, host, { ...running, images, background, memos, around });
        case 'predict':
          return runPredict(request, host, { ...running, images });
        case 'describe':
          return runDescribe(request, host, running);
        case 'capabilities':
          return runCapabilities(request, host, running);
        case 'card':
          return runCard(request, running);
        case 'graph':
          return runGraph(request, host, running);
        case 'effects':
          return runEffects(request, host, { ...running, effects });
        case 'react':
          return runReact(request, host, { ...running, images, around });
        case 'inspect':
          return present(running.own).inspect(request, host, images);
        case 'download':
          return download(request, host, present(around.own));
        case 'text':
          return runText(request, running, present(around.own));
        case 'scene':
          return renderSlowly(request, host, around.now);
        default:
          return request satisfies never;
      }
    },
    memory: () => ({ heapBytes: around.heapBytes(), tensors: tf.memory().numTensors - memos.tensors, kept: { tensors: memos.tensors, bytes: memos.bytes } }),
  };
}

interface SiteOptions {
  /** A file of the site, whose zoo is at this address. */
  file(zoo: string, file: string): Promise<ArrayBuffer>;
}

async function runText({ file }: TextRequest, { zoo }: Running, site: SiteOptions): Promise<TextResult> {
  return { kind: 'text', text: new TextDecoder().decode(await site.file(zoo, file)) };
}

function present<T>(own: T | undefined): T {
  if (!own) throw new Error('models of one’s own are not read here: open the page in a browser');
  return own;
}

interface Given extends Running {
  readonly images: Images;
  readonly background: Background;
  readonly memos: Memos;
  readonly around: Surroundings;
}

async function modelFor(id: string, models: Models, host: RunHost): Promise<Loaded> {
  if (!models.has(id)) host.phase('loading');
  const loaded = await models.get(id, host.loading);
  host.phase('computing');
  return loaded;
}

const windowOf = ({ inputSize, share = 1 }: Pick<Loaded, 'inputSize' | 'share'>) => ({ size: inputSize, share });

/** What the model reads of the image, at its size. */
const pixelsFor = (ref: ImageRef, model: Loaded, images: Images): Pixels => images.get(ref, windowOf(model));

/** The image as the model's input [1, size, size, 3]; the caller disposes it. */
const inputOf = (ref: ImageRef, model: Loaded, images: Images): tf.Tensor4D => toTensor(pixelsFor(ref, model, images));

/** Between two looks at a growing field. */
const LOOK_MS = 250;

/** What a memo's names leave unsaid: everything that a gradient hangs on besides the point where it is taken. */
const scopeOf = ({ model, image, target, score, baselineImage, seed }: ExplainRequest) =>
  JSON.stringify([model, imageKey(image), target, score.kind, score.rival ?? null, baselineImage ? imageKey(baselineImage) : null, seed]);

async function runExplain(request: ExplainRequest, host: RunHost, { models, images, background, memos, pace, backend, around }: Given): Promise<ExplainResult> {
  const { target, score, seed, params, preview } = request;
  const method = methodOf(request.method);
  const model = await modelFor(request.model, models, host);
  const need = admit(method, request, model, (around.room ?? roomOf)(backend));
  const batch = pace.batch(model.id, model.size, need, host.batchShare);
  const burstMs = pace.burstMs(model.id, model.size.multiplyAdds, batch, need.passes);
  host.phase('computing', burstMs);
  const x = inputOf(request.image, model, images);
  const baselineImage = request.baselineImage && inputOf(request.baselineImage, model, images);
  const started = around.now();
  let looked = started;
  const wantsPartial = () => !preview && around.now() - looked > LOOK_MS;
  const partial = (soFar: Explanation) => {
    looked = around.now();
    host.partial({ ...framed(soFar, model), ms: looked - started, backend, batch });
  };
  const references = async (count: number) => {
    const images = await background.get(count, host, windowOf(model));
    host.phase('computing', burstMs);
    return images;
  };
  try {
    const found = await explain(
      { graph: model.graph, method, x, target, score, seed, params, baselineImage, background: references, model: model.id, preview },
      { batch, breathe: host.breathe, cancelled: host.cancelled, progress: host.progress, check: around.checkMemory, wantsPartial, partial, memo: memos.of(scopeOf(request)) },
    );
    const ms = around.now() - started;
    pace.learn(model.id, found.passes, ms);
    return { ...framed(found, model), ms, backend, batch };
  } finally {
    tf.dispose(baselineImage ? [x, baselineImage] : [x]);
  }
}

/** A request that not even one row of fits into the memory: it is refused before it starts. */
export class TooLarge extends Error {
  override name = 'TooLarge';
}

/** What `method` needs on `model`; throws `TooLarge`, in words for the visitor, where that is more than `room` bytes. */
function admit(method: Method, { params, preview }: ExplainRequest, model: Loaded, room: number): Need {
  const full = resolveParams(method.params, params);
  const passes = method.passes(preview ? (method.preview?.(full) ?? full) : full, { ...sizeFor(model), graph: model.graph });
  const need = needOf(model.size, { memory: method.memory, ...passes });
  const refusal = tooLarge(`${model.title} at ${model.inputSize}×${model.inputSize}`, method.title, need, room);
  if (refusal !== undefined) throw new TooLarge(refusal);
  return need;
}

async function runPredict(request: PredictRequest, host: RunHost, { models, images }: Pick<Given, 'models' | 'images'>): Promise<PredictResult> {
  const model = await modelFor(request.model, models, host);
  const x = inputOf(request.image, model, images);
  try {
    const { graph, features } = model;
    return { kind: 'predict', ...(await predict(graph, x)), ...(features && { strangeness: await strangenessOf(graph, x, features) }) };
  } finally {
    x.dispose();
  }
}

async function strangenessOf(graph: Loaded['graph'], x: tf.Tensor, features: NonNullable<Loaded['features']>): Promise<number> {
  const pooled = pooledFeatures(graph, x);
  try {
    return strangeness((await pooled.data()) as Float32Array, features)[0]!;
  } finally {
    pooled.dispose();
  }
}

/** Cost: a rendering and a forward pass for the scene and for each without a unit; the renderings are kept for the next model. */
async function runEffects(request: EffectsRequest, host: RunHost, { models, pace, effects }: Running & { readonly effects: Crossings }): Promise<EffectsResult> {
  const model = await modelFor(request.model, models, host);
  const rows = pace.batch(model.id, model.size, needOf(model.size, { forward: 1, backward: 0 }), host.batchShare);
  host.phase('computing', pace.burstMs(model.id, model.size.multiplyAdds, rows));
  const logitsOf = async (pictures: readonly Pixels[]) => {
    const x = tf.tidy(() => tf.concat(pictures.map(toTensor)));
    const { logits } = await predict(model.graph, x).finally(() => x.dispose());
    return logits;
  };
  return effectsFrom(await effects.get(request, host), { target: request.target, rows, logitsOf }, host);
}

/** Cost: a forward pass for each part shown. */
async function runReact({ model: id, image, target, shown, fill, seed }: ReactRequest, host: RunHost, { models, pace, images, around }: Running & Pick<Given, 'images' | 'around'>): Promise<ReactResult> {
  const model = await modelFor(id, models, host);
  const batch = pace.batch(model.id, model.size, needOf(model.size, { forward: 1, backward: 0 }), host.batchShare);
  host.phase('computing', pace.burstMs(model.id, model.size.multiplyAdds, batch));
  const pixels = pixelsFor(image, model, images);
  const parts = shown.map(({ mask, flat }) => ({ mask: unpackMask(mask, pixels.size ** 2), flat }));
  const started = around.now();
  const { passes, ...found } = await react({ graph: model.graph, image: pixels, target, shown: parts, fill, seed }, { ...host, batch, check: around.checkMemory });
  pace.learn(model.id, passes, around.now() - started);
  return { kind: 'react', ...found };
}

/** Cost: no pass, and no download of weights. */
async function runDescribe({ model, method, params }: DescribeRequest, host: RunHost, { models }: Running): Promise<DescribeResult> {
  host.phase('loading');
  const found = await models.outline(model, (outlined) => describeMethod(methodOf(method), outlined.graph, params, sizeFor(outlined)));
  return { kind: 'describe', ...found };
}

const sizeFor = ({ inputSize, classes }: Pick<Loaded, 'inputSize' | 'classes'>) => ({ shape: [inputSize, inputSize, 3], classes: classes.length });

/** Every method as it stands in the catalogue. Cost: as `runDescribe`. */
async function runCapabilities({ model }: CapabilitiesRequest, host: RunHost, { models }: Running): Promise<CapabilitiesResult> {
  host.phase('loading');
  const methods = await models.outline(model, (outlined) => METHODS.map((method) => [method.id, capabilityOf(method, outlined.graph, sizeFor(outlined))] as const));
  return { kind: 'capabilities', methods: Object.fromEntries(methods) };
}

/** The weights stay where they are. */
async function runCard({ model }: CardRequest, { read }: Running): Promise<CardResult> {
  if (membersOf(model).length > 1) throw new Error(`'${model}' is an ensemble and has no card: ask for those of its members`);
  const { features: _, ...card } = await loadCard(model, read);
  return { kind: 'card', card };
}

/** The network that methods walk, batch normalisation folded; no weights are loaded for it. Cost: one forward pass. */
async function runGraph({ model }: GraphRequest, host: RunHost, { models }: Running): Promise<GraphResult> {
  host.phase('loading');
  return models.outline(model, (outlined) => ({ kind: 'graph', ...diagramOf(outlined.graph, sizeFor(outlined).shape) }));
}
