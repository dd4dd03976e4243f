/** The engine's only door to TensorFlow.js. Not the place where a backend is chosen: the entry point (worker, CLI, test) does that. */
export * from '@tensorflow/tfjs-core';
