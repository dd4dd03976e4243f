/** What the self-test must find: computed on the JavaScript backend, recomputed by selfTest.test.ts. Not edited by hand (PRINT_GOLDEN=1 prints them). */
export const LOGITS = [0.50593, -3.117419, -0.468459];
export const GRADIENT_PROBES = [10.836783, -8.116939, 2.881349, 2.74972, -5.768738, -17.231689];
