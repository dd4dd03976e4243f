/** What the self-test must find: computed on the JavaScript backend, recomputed by selfTest.test.ts. Not edited by hand (PRINT_GOLDEN=1 prints them). */
export const LOGITS = [-0.59559, -1.54784, -1.55902];
export const GRADIENT_PROBES = [15.77218, -19.42416, -24.42346, -11.74726, -3.25155, -10.22197];
