/** From a field to one number per place: channel pooling and the choice of sign. Not scaling. */
import type { ChannelPooling, SignChoice } from './choices.ts';
import type { Field, PlaneMap } from './field.ts';

type Reduce = (data: Float32Array, start: number, channels: number) => number;

const sum: Reduce = (data, start, channels) => {
  let total = 0;
  for (let i = start; i < start + channels; i++) total += data[i]!;
  return total;
};

const reducers = {
  sum,
  mean: (data, start, channels) => sum(data, start, channels) / channels,
  'abs-sum': (data, start, channels) => {
    let total = 0;
    for (let i = start; i < start + channels; i++) total += Math.abs(data[i]!);
    return total;
  },
  'max-abs': (data, start, channels) => {
    let largest = data[start]!;
    for (let i = start + 1; i < start + channels; i++) if (Math.abs(data[i]!) > Math.abs(largest)) largest = data[i]!;
    return largest;
  },
  l2: (data, start, channels) => {
    let total = 0;
    for (let i = start; i < start + channels; i++) total += data[i]! * data[i]!;
    return Math.sqrt(total);
  },
} satisfies Record<ChannelPooling, Reduce>;

/** [H, W, C] → [H, W]: over the channels Σv, mean v, Σ|v|, the v of largest |v|, or √Σv². */
export function pool(field: Field, pooling: ChannelPooling): PlaneMap {
  const { data, height, width, channels } = field;
  if (channels < 1 || data.length !== height * width * channels) {
    throw new Error(`A field of ${height}×${width}×${channels} needs ${height * width * channels} values, but has ${data.length}.`);
  }
  const reduce: Reduce = reducers[pooling];
  const pooled = new Float32Array(height * width);
  for (let place = 0; place < pooled.length; place++) pooled[place] = reduce(data, place * channels, channels);
  return { data: pooled, height, width };
}

const signs = {
  both: (value) => value,
  positive: (value) => (value > 0 ? value : value <= 0 ? 0 : value),
  negative: (value) => (value < 0 ? -value : value >= 0 ? 0 : value),
  absolute: Math.abs,
} satisfies Record<SignChoice, (value: number) => number>;

/** What is drawn of each value: v, max(v, 0), max(−v, 0) (the negative part as a magnitude) or |v|. NaN stays NaN. */
export function chooseSign(map: PlaneMap, sign: SignChoice): PlaneMap {
  return sign === 'both' ? map : { ...map, data: map.data.map(signs[sign]) };
}

/** Whether values of both signs can stand in the map: signed methods, poolings that keep the sign, and no choice of sign. */
export function isSigned(methodSigned: boolean, pooling: ChannelPooling, sign: SignChoice): boolean {
  return methodSigned && sign === 'both' && pooling !== 'abs-sum' && pooling !== 'l2';
}
