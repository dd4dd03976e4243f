/** How a window slides over an image: what convolutions and pools share. Computes nothing. */
import type { Attrs } from './op.ts';

export type Pad = 'same' | 'valid' | [[number, number], [number, number], [number, number], [number, number]];

export interface ConvAttrs {
  readonly strides: [number, number];
  readonly pad: Pad;
}

export const convAttrs = (a: Attrs) => a as unknown as ConvAttrs;

export interface PoolAttrs extends ConvAttrs {
  readonly size: [number, number];
}

export const poolAttrs = (a: Attrs) => a as unknown as PoolAttrs;
