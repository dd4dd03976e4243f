/** Gaussian smoothing of a map: what a contour is drawn on, so that single pixels do not make lines of their own. */
import type { PlaneMap } from './field.ts';

/** Along one axis: `stride` lies between neighbours of a line, `lineStep` between lines. Weights beyond the border are dropped and the rest sum to 1. */
function blurLines(from: Float32Array, lines: number, lineStep: number, length: number, stride: number, kernel: Float64Array): Float32Array {
  const to = new Float32Array(from.length);
  const reach = (kernel.length - 1) / 2;
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      let total = 0;
      let weights = 0;
      for (let k = Math.max(-reach, -i); k <= Math.min(reach, length - 1 - i); k++) {
        const weight = kernel[k + reach]!;
        total += weight * from[line * lineStep + (i + k) * stride]!;
        weights += weight;
      }
      to[line * lineStep + i * stride] = total / weights;
    }
  }
  return to;
}

/** Convolution with exp(−d²/2σ²), σ in places, cut at 3σ; constants stay constant. σ = 0 gives the map itself. */
export function gaussianBlur(map: PlaneMap, sigma: number): PlaneMap {
  if (!(sigma > 0)) return map;
  const { height, width } = map;
  const reach = Math.ceil(3 * sigma);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / sigma) ** 2));
  const across = blurLines(map.data, height, width, width, 1, kernel);
  return { data: blurLines(across, width, 1, height, width, kernel), height, width };
}
