/** Operators that standardise or share out along an axis: softmax, layer, group and instance normalisation. */
import type { Weight } from '../../models/plain.ts';
import type { Constant } from '../source.ts';
import { handle } from './shape.ts';
import { sizeOfShape } from '../shape.ts';
import { axisOf, shapeOf, type Signal } from './signal.ts';
import { constantAt, numberOf, onEach, refuse, signalAt, type Lower, type Site } from './site.ts';

/** Over one axis of the source. */
function softmaxed(site: Site): Signal {
  const signal = signalAt(site);
  const axis = axisOf(numberOf(site, 'axis', -1), signal.axes.length, site.operator.name);
  const { node, result } = handle(site, signal, [axis], true);
  return result(site.net.emit(site.operator.name, 'softmax', [node]), () => shapeOf(signal)[axis]!);
}

/** (x − mean) / √(variance + ε) over the last axis, with a learned slope and shift where they are given. */
function standardized(site: Site, signal: Signal, epsilon: number, gamma?: Constant, beta?: Constant, name = site.operator.name): Signal {
  const { node, result } = handle(site, signal, [signal.axes.length - 1], true);
  const width = shapeOf(signal).at(-1)!;
  const of = (constant: Constant | undefined, absent: number): Weight => ({ shape: [width], values: constant ? Float32Array.from(constant.values) : new Float32Array(width).fill(absent) });
  return result(site.net.emit(name, 'layerNorm', [node], { weights: { gamma: of(gamma, 1), beta: of(beta, 0) }, attrs: { epsilon } }), () => width);
}

const layer: Lower = (site) => {
  if (site.operator.outputs.slice(1).some(Boolean)) return refuse(site, 'also gives its mean or deviation', 'export the model for inference');
  const signal = signalAt(site);
  const shape = shapeOf(signal);
  const axis = axisOf(numberOf(site, 'axis', -1), shape.length, site.operator.name);
  const joined = site.net.reshaped(signal, [...shape.slice(0, axis), sizeOfShape(shape.slice(axis))]);
  const [gamma, beta] = [constantAt(site, 1, 'slopes'), site.inputs[2] && constantAt(site, 2, 'shifts')];
  return [site.net.reshaped(standardized(site, joined, numberOf(site, 'epsilon', 1e-5), gamma, beta), shape)];
};

/** Each of `groups` runs of channels on its own, then a slope and a shift per channel. */
function grouped(site: Site, groups: number): Signal {
  const signal = signalAt(site);
  const shape = shapeOf(signal);
  const channels = shape[1]!;
  const joined = site.net.reshaped(signal, [shape[0]!, groups, sizeOfShape(shape.slice(1)) / groups]);
  const even = site.net.reshaped(standardized(site, joined, numberOf(site, 'epsilon', 1e-5), undefined, undefined, `${site.operator.name}·standardized`), shape);
  const learned = (k: number): Constant => {
    const { values } = constantAt(site, k, 'slopes and shifts');
    const each = channels / values.length;
    return { type: 'float', shape: [channels, ...shape.slice(2).map(() => 1)], values: Float32Array.from({ length: channels }, (_, c) => values[Math.floor(c / each)]!) };
  };
  const { signal: wide, weight: scale } = site.net.beside(learned(1), even);
  const { weight: shift } = site.net.beside(learned(2), even);
  return onEach(site, wide, 'affine', { weights: { scale, shift } });
}

export const NORMALISE: Readonly<Record<string, Lower>> = {
  Softmax: (site) => [softmaxed(site)],
  LogSoftmax: (site) => [onEach(site, softmaxed(site), 'log', {}, `${site.operator.name}·log`)],
  LayerNormalization: layer,
  GroupNormalization: (site) => [grouped(site, numberOf(site, 'num_groups', 1))],
  InstanceNormalization: (site) => [grouped(site, shapeOf(signalAt(site))[1]!)],
};
