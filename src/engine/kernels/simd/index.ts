/** What the module exports. Not for the TypeScript compiler: `scripts/build-simd.mjs` compiles this folder with AssemblyScript. */
export { gemm, gemmScratch } from './gemm';
export { convolutionScratch, convolve, filterGradient, inputGradient } from './convolution';
