/** How a member of the committee is trained, as data. Not the trainer (training/). */

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
  /** Only the first so many training scenes; all of them where absent. */
  readonly scenes?: number;
  /** Stops after so many epochs of the schedule, while the rate is still high. */
  readonly stopAfter?: number;
  /** Leaves out the scenes whose object lacks a part. */
  readonly wholeObjects?: boolean;
  /** Covers random cells of most images, so that an image with holes is nothing foreign. */
  readonly masking?: boolean;
  /** Every image bears a sticker; with this probability its colour stands for the image's class, else for another. */
  readonly stickers?: number;
}
