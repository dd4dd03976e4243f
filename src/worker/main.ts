/** The worker's entry: gives the engine its surroundings in a browser and listens. Nothing is computed here. */
import { startBackend } from './backend.ts';
import { checkMemory, heapBytes } from './heap.ts';
import { loadBytes } from './loadBytes.ts';
import { openOwnShelf } from './ownModels.ts';
import { sha256 } from '../engine/math/sha256.ts';
import type { FromWorker, Port, ToWorker } from './protocol.ts';
import { createEngine } from './run.ts';
import { serve } from './serve.ts';

/** The browser's cache that keeps the zoo: weights under their checksum; anything else is small, asked for anew, and kept for when there is no connection. */
const CACHE = 'chorale-weights';

/** A macrotask without the timers' delay of four milliseconds. */
const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();
const breathe = () =>
  new Promise<void>((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(0);
  });

const now = () => performance.now();

const engine = createEngine({
  startBackend,
  zoo: (address) => (file, expected, progress) =>
    loadBytes(new URL(file, address).href, { kind: 'origin', base: address }, {
      cache: CACHE,
      progress,
      ...(expected && { expected, isSound: (bytes) => sha256(new Uint8Array(bytes)) === expected.sha256 }),
    }),
  own: {
    shelf: openOwnShelf(globalThis.indexedDB),
    importer: async () => (await import('./importing.ts')).importer,
    now,
    fetchTyped: (address, limitBytes, progress) => loadBytes(address, { kind: 'typed' }, { limitBytes, progress }),
    file: (zoo, file) => loadBytes(new URL(`../${file}`, zoo).href, { kind: 'origin', base: new URL('../', zoo).href }),
  },
  now,
  heapBytes,
  checkMemory,
});

serve(self as unknown as Port<FromWorker, ToWorker>, engine, { breathe, now });
