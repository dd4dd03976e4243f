/** What stands between a photograph's pixels and an imported network: its type, the usual ones, their textual form, their nodes. Guessing: guessPreprocessing.ts. */
import type { PlainNetwork, PlainNode } from '../models/plain.ts';
import { ImportProblem } from './problem.ts';

type Triple = readonly [number, number, number];

export interface Preprocessing {
  /** 'crop': a central square is cut out; 'squash': the whole picture is made square. */
  readonly resize: 'crop' | 'squash';
  /** Side of that square, of the picture's shorter side. */
  readonly share: number;
  readonly order: 'rgb' | 'bgr' | 'grey';
  /** Of red, green, blue, whatever the order; of pixels in [0, 1]. A grey network takes the first. */
  readonly mean: Triple;
  readonly std: Triple;
}

export interface Preset {
  readonly title: string;
  /** Whose networks want it. */
  readonly use: string;
  readonly preprocessing: Preprocessing;
}

const same = (value: number): Triple => [value, value, value];
const square = { resize: 'crop', share: 1, order: 'rgb' } as const;

export const PRESETS = {
  torchvision: {
    title: 'torchvision',
    use: 'networks of torchvision, most of timm, PyTorch in general: the mean and deviation of ImageNet, RGB',
    preprocessing: { ...square, share: 0.875, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  },
  tf: { title: '−1 to 1', use: "Keras' MobileNet, Inception, Xception, NASNet; TensorFlow Slim; timm's Inception mean", preprocessing: { ...square, mean: same(0.5), std: same(0.5) } },
  caffe: {
    title: 'Caffe',
    use: "networks from Caffe, Keras' VGG and ResNet: BGR from 0 to 255 minus a mean, not scaled",
    preprocessing: { ...square, order: 'bgr', mean: [123 / 255, 117 / 255, 104 / 255], std: same(1 / 255) },
  },
  unit: { title: '0 to 1', use: 'TensorFlow Hub, many small networks; networks that scale their input themselves', preprocessing: { ...square, mean: same(0), std: same(1) } },
  bytes: { title: '0 to 255', use: "Keras' EfficientNet and ConvNeXt, MobileNet v3: the network scales its input itself", preprocessing: { ...square, mean: same(0), std: same(1 / 255) } },
  grey: { title: 'grey, 0 to 1', use: 'networks of one channel, such as those for handwritten digits', preprocessing: { ...square, order: 'grey', mean: same(0), std: same(1) } },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;

export const isPreset = (name: string): name is PresetName => Object.hasOwn(PRESETS, name);

const REMEDY = `write a preset (${Object.keys(PRESETS).join(', ')}), or fields such as order=bgr,mean=104/117/123,scale=255,crop=0.875`;

const refuse = (thing: string): never => {
  throw new ImportProblem(thing, REMEDY);
};

/** One number, or three of the network's channels in their order. */
function triple(key: string, text: string): Triple {
  const values = text.split('/').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (!values.every(Number.isFinite) || (values.length !== 1 && values.length !== 3)) refuse(`preprocessing: ${key}=${text} is neither one number nor three with '/' between them`);
  return values.length === 1 ? same(values[0]!) : (values as unknown as Triple);
}

function between(key: string, text: string, least: number, most: number): number {
  const value = text.trim() === '' ? NaN : Number(text);
  return value > least && value <= most ? value : refuse(`preprocessing: ${key}=${text} is no number above ${least} and up to ${most}`);
}

const turned = ([a, b, c]: Triple): Triple => [c, b, a];
const scaled = (values: Triple, by: number): Triple => [values[0] * by, values[1] * by, values[2] * by];

/**
 * `torchvision`, `caffe,crop=0.875`, or `order=bgr,mean=104/117/123,std=1,scale=255,crop=0.875`. y = (scale · x − mean) / std of x in [0, 1]; mean and std
 * are in the order of the network's channels. Fields: order (rgb, bgr, grey), mean, std, scale, and crop=SHARE or squash. Throws an ImportProblem.
 */
export function parsePreprocessing(text: string): Preprocessing {
  const [first = '', ...others] = text.split(',').map((part) => part.trim());
  const preset = isPreset(first) ? PRESETS[first].preprocessing : undefined;
  const parts = preset ? others : [first, ...others];
  const fields = new Map<string, string>();
  for (const part of parts) {
    const [key, value] = part.split('=', 2) as [string, string?];
    if (!['order', 'mean', 'std', 'scale', 'crop', 'squash'].includes(key) || part.split('=').length > 2) refuse(`preprocessing: there is no '${part}'`);
    if ((key === 'squash') !== (value === undefined)) refuse(`preprocessing: '${part}' ${key === 'squash' ? 'takes no value' : 'has no value'}`);
    if (fields.has(key)) refuse(`preprocessing: '${key}' is given twice`);
    fields.set(key, value ?? '');
  }
  if (fields.has('crop') && fields.has('squash')) refuse('preprocessing: crop and squash exclude each other');
  const base: Preprocessing = preset ?? PRESETS.unit.preprocessing;
  const order = fields.get('order') ?? base.order;
  if (order !== 'rgb' && order !== 'bgr' && order !== 'grey') return refuse(`preprocessing: there is no order '${order}'`);
  return {
    ...base,
    ...(fields.has('squash') ? { resize: 'squash', share: 1 } : fields.has('crop') ? { resize: 'crop', share: between('crop', fields.get('crop')!, 0, 1) } : {}),
    order,
    ...range(fields, base, order),
  };
}

/** Mean and deviation of pixels in [0, 1], red first. */
function range(fields: ReadonlyMap<string, string>, base: Preprocessing, order: Preprocessing['order']): Pick<Preprocessing, 'mean' | 'std'> {
  if (!['mean', 'std', 'scale'].some((key) => fields.has(key))) return { mean: base.mean, std: base.std };
  const scale = fields.has('scale') ? between('scale', fields.get('scale')!, 0, 1e6) : 1;
  const read = (key: 'mean' | 'std', otherwise: number): Triple => {
    const given = fields.get(key);
    // What the preset says stays, unless the scale is another.
    if (given === undefined) return fields.has('scale') ? same(otherwise / scale) : base[key];
    const values = scaled(triple(key, given), 1 / scale);
    return order === 'bgr' ? turned(values) : values;
  };
  const std = read('std', 1);
  if (std.some((value) => value <= 0)) refuse(`preprocessing: std=${fields.get('std')} must be above 0`);
  return { mean: read('mean', 0), std };
}

/** The shortest text that `parsePreprocessing` reads as the same. */
export function formatPreprocessing(preprocessing: Preprocessing): string {
  const text = (a: Preprocessing) => JSON.stringify([a.order, a.mean, a.std]);
  const known = Object.entries<Preset>(PRESETS).find(([, preset]) => text(preset.preprocessing) === text(preprocessing));
  const list = (values: Triple) => {
    const own = preprocessing.order === 'bgr' ? turned(values) : values;
    return own.every((value) => value === own[0]) ? `${own[0]}` : own.join('/');
  };
  const { order, mean, std, resize, share } = preprocessing;
  const crop = resize === 'squash' ? ['squash'] : share === (known?.[1].preprocessing.share ?? 1) ? [] : [`crop=${share}`];
  return [...(known ? [known[0]] : [`order=${order}`, `mean=${list(mean)}`, `std=${list(std)}`]), ...crop].join(',');
}

/** Luma of sRGB values as they are stored, ITU-R BT.601. */
const LUMA = [0.299, 0.587, 0.114] as const;

const weight = (shape: readonly number[], values: readonly number[]) => ({ shape, values: Float32Array.from(values) });

/**
 * The nodes that turn `input` [N, H, W, 3], RGB in [0, 1], into what a network of `channels` (1 or 3) reads; the last one is its new input.
 * BGR: the channels in another order, then y = (x − mean) / std. Grey: the luma, then the same with the first mean and deviation.
 */
export function preprocessingNodes({ order, mean, std }: Preprocessing, channels: number, input: string): readonly PlainNode[] {
  if (channels !== (order === 'grey' ? 1 : 3)) {
    const needed = channels === 1 ? 'order=grey' : channels === 3 ? 'order=rgb or order=bgr' : 'a network of one or three channels';
    throw new ImportProblem(`the network reads ${channels} ${channels === 1 ? 'channel' : 'channels'}, the preprocessing gives ${order === 'grey' ? 'one (grey)' : `three (${order})`}`, `choose ${needed}`);
  }
  const own = (values: Triple) => (order === 'grey' ? [values[0]] : order === 'bgr' ? turned(values) : values);
  const scale = (from: string): PlainNode => ({
    id: 'preprocess',
    op: 'preprocess',
    inputs: [from],
    weights: { mean: weight([channels], own(mean)), std: weight([channels], own(std)) },
    attrs: {},
  });
  switch (order) {
    case 'rgb':
      return [scale(input)];
    case 'bgr':
      return [{ id: 'bgr', op: 'gather', inputs: [input], weights: {}, attrs: { axis: 3, indices: [2, 1, 0] } }, scale('bgr')];
    case 'grey':
      return [{ id: 'luma', op: 'dense', inputs: [input], weights: { kernel: weight([3, 1], LUMA) }, attrs: { fixed: true } }, scale('luma')];
    default:
      return order satisfies never;
  }
}

/** The same network from pictures [N, size, size, 3], RGB in [0, 1]. */
export function withPreprocessing<G extends PlainNetwork>(plain: G, preprocessing: Preprocessing, channels: number): G {
  const ids = new Set(plain.nodes.map(({ id }) => id));
  const free = (id: string): string => (ids.has(id) ? free(`${id}'`) : id);
  const input = free('picture');
  const made = preprocessingNodes(preprocessing, channels, input);
  const renamed = new Map(made.map(({ id }) => [id, free(id)]));
  const first = made.map((node) => ({ ...node, id: renamed.get(node.id)!, inputs: node.inputs.map((name) => renamed.get(name) ?? name) }));
  const rest = plain.nodes.map((node) => ({ ...node, inputs: node.inputs.map((name) => (name === plain.input ? first.at(-1)!.id : name)) }));
  return { ...plain, input, nodes: [...first, ...rest] };
}
