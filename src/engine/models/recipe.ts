/** How an architecture of the zoo is trained, as data. Not the trainer (training/). */

export interface Recipe {
  /** Passes over the training scenes. */
  readonly epochs: number;
  /** Images of one step. */
  readonly batch: number;
  /** AdamW's step size at the top of the schedule. */
  readonly peakRate: number;
  /** Side of the training images as the run goes on: [until this share of all steps, side]. The last is the model's own size. */
  readonly sides: readonly (readonly [until: number, side: number])[];
  /** Decoupled weight decay (Loshchilov & Hutter 2019), applied to kernels only. */
  readonly weightDecay: number;
}
