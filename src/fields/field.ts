/** A field: a raw attribution map as plain numbers. Everything in this folder is a pure function over such maps, without TensorFlow.js. */

/** Row-major [height, width, channels]. Signed and unscaled. */
export interface Field {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** One number per place: row-major [height, width]. */
export interface PlaneMap {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
}
