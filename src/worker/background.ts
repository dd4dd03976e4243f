/** Images that stand for the training data, for methods that compare with it: the first training scenes. Draws none at random: a method does that by its seed. */
import { sceneSeed } from '../engine/scenes/index.ts';
import { Cancelled } from '../engine/job/job.ts';
import * as tf from '../engine/tf.ts';
import type { Images } from './images.ts';
import type { RunHost } from './serve.ts';

export interface Background {
  /** [count, size, size, 3], kept here. Cost: about 20 ms for each scene that was not asked for before; a cancel is heard between two. */
  get(count: number, host: Pick<RunHost, 'breathe' | 'cancelled' | 'phase'>): Promise<tf.Tensor>;
}

export function createBackground(images: Pick<Images, 'get'>): Background {
  const rows: tf.Tensor[] = [];
  let stacked: tf.Tensor | undefined;
  return {
    async get(count, host) {
      if (rows.length < count) host.phase('loading');
      while (rows.length < count) {
        const { data, size } = images.get({ kind: 'scene', seed: sceneSeed('train', rows.length) });
        rows.push(tf.keep(tf.tensor3d(data, [size, size, 3])));
        await host.breathe();
        if (host.cancelled()) throw new Cancelled();
      }
      if (stacked?.shape[0] === count) return stacked;
      stacked?.dispose();
      stacked = tf.keep(tf.stack(rows.slice(0, count)));
      return stacked;
    },
  };
}
