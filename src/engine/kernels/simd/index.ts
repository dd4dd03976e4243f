/** What the module exports. Not for the TypeScript compiler: `scripts/build-simd.mjs` compiles this folder with AssemblyScript. */
export { perChannel, periodOf, perRow } from './broadcast';
export { convolutionScratch, filterGradient, inputGradient } from './convolution';
export { copyGrid, fill } from './copy';
export { depthwise, depthwiseFilterGradient, depthwiseInputGradient } from './depthwise';
export { compare, erf, exp, extreme, gelu, geluPullback, passBetween, select, silu, siluPullback, tanh } from './elementwise';
export { gemm, gemmScratch } from './gemm';
export { averagePoolGradient, maxPoolGradient } from './pool';
export { gather, normalise, segmentSum, sumMiddle } from './rows';
