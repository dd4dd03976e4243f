/** Images that stand for the training data, for methods that compare with it: the first training scenes. Draws none at random: a method does that by its seed. */
import { sceneSeed } from '../engine/scenes/index.ts';
import { Cancelled } from '../engine/job/job.ts';
import * as tf from '../engine/tf.ts';
import type { Images, Window } from './images.ts';
import type { RunHost } from './serve.ts';

export interface Background {
  /** [count, size, size, 3], kept here until another size is asked for. Cost: about 20 ms for each scene of 64 pixels that was not asked for before; a cancel is heard between two. */
  get(count: number, host: Pick<RunHost, 'breathe' | 'cancelled' | 'phase'>, window?: Window): Promise<tf.Tensor>;
}

export function createBackground(images: Pick<Images, 'get'>): Background {
  let rows: tf.Tensor[] = [];
  let stacked: tf.Tensor | undefined;
  let present = '';
  function start(window: Window | undefined): void {
    const next = window ? `${window.size} ${window.share}` : present;
    if (next === present) return;
    tf.dispose(stacked ? [...rows, stacked] : rows);
    [rows, stacked, present] = [[], undefined, next];
  }
  return {
    async get(count, host, window) {
      start(window);
      if (rows.length < count) host.phase('loading');
      while (rows.length < count) {
        const { data, size } = images.get({ kind: 'scene', seed: sceneSeed('train', rows.length) }, window);
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
