/** What methods leave for later runs on the same question: tensors by name, bounded by bytes, the least recently used forgotten first. Does not know what they mean. */
import type { Memo } from '../engine/job/job.ts';
import * as tf from '../engine/tf.ts';

/** Of device memory: two hundred gradients of an image of 200 pixels a side, or two thousand of the zoo's. */
const LIMIT_BYTES = 96 * 2 ** 20;

export interface Memos {
  /** The memo of one question: whatever else `scope` states, a name in it means the same tensor. */
  of(scope: string): Memo;
  readonly bytes: number;
  readonly tensors: number;
  clear(): void;
}

const bytesOf = (t: tf.Tensor) => t.size * tf.util.bytesPerElement(t.dtype);

/** Keeps at most `limitBytes`; a tensor that is larger is not kept at all. What is recalled is borrowed, until the next `keep` at most. */
export function createMemos(limitBytes = LIMIT_BYTES): Memos {
  const kept = new Map<string, tf.Tensor>();
  let bytes = 0;

  function forget(key: string): void {
    const found = kept.get(key);
    if (!found) return;
    kept.delete(key);
    bytes -= bytesOf(found);
    found.dispose();
  }

  function keep(key: string, t: tf.Tensor): void {
    forget(key);
    if (bytesOf(t) > limitBytes) return;
    for (const oldest of kept.keys()) {
      if (bytes + bytesOf(t) <= limitBytes) break;
      forget(oldest);
    }
    kept.set(key, tf.keep(tf.clone(t)));
    bytes += bytesOf(t);
  }

  function recall(key: string): tf.Tensor | undefined {
    const found = kept.get(key);
    if (!found) return undefined;
    kept.delete(key);
    kept.set(key, found);
    return found;
  }

  return {
    of(scope) {
      const keyOf = (name: string) => JSON.stringify([scope, name]);
      return { recall: (name) => recall(keyOf(name)), keep: (name, t) => keep(keyOf(name), t) };
    },
    get bytes() {
      return bytes;
    },
    get tensors() {
      return kept.size;
    },
    clear() {
      for (const key of [...kept.keys()]) forget(key);
    },
  };
}
