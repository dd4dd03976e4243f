/** Finished results by key, the least recently used forgotten first. Holds no previews and no failures. */
import type { Result } from './protocol.ts';

export interface Results {
  get(key: string): Result | undefined;
  set(key: string, result: Result): void;
  readonly bytes: number;
}

/** What a result weighs: its arrays, and a kibibyte for the rest. */
export function bytesOf(result: Result): number {
  return Object.values(result).reduce<number>((sum, value) => sum + (ArrayBuffer.isView(value) ? value.byteLength : 0), 1024);
}

/** Keeps at most `limitBytes`, but always the newest. */
export function createResults(limitBytes: number): Results {
  const found = new Map<string, Result>();
  let bytes = 0;
  const forget = (key: string) => {
    const result = found.get(key);
    if (!result) return;
    found.delete(key);
    bytes -= bytesOf(result);
  };
  return {
    get bytes() {
      return bytes;
    },
    get(key) {
      const result = found.get(key);
      if (result) {
        found.delete(key);
        found.set(key, result);
      }
      return result;
    },
    set(key, result) {
      forget(key);
      found.set(key, result);
      bytes += bytesOf(result);
      for (const oldest of found.keys()) {
        if (bytes <= limitBytes || oldest === key) break;
        forget(oldest);
      }
    },
  };
}
