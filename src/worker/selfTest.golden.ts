/** What the self-test must find: computed on the JavaScript backend, recomputed by selfTest.test.ts. Not edited by hand (PRINT_GOLDEN=1 prints them). */
export const LOGITS = [0.968569, 0.753223, -0.276954];
export const GRADIENT_PROBES = [15.981275, -9.864199, -1.688215, -7.326519, 1.434034, -10.615801];
