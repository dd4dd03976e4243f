/** The worker's entry: gives the engine its surroundings in a browser and listens. Nothing is computed here. */
import { checkMemory, heapBytes, startBackend } from './backend.ts';
import { forget, loadBytes } from './loadBytes.ts';
import type { FromWorker, Port, ToWorker } from './protocol.ts';
import { createEngine } from './run.ts';
import { serve } from './serve.ts';

/** The browser's cache that keeps weights; anything else of the zoo is small and always asked for anew. */
const WEIGHTS = 'chorale-weights';

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
  zoo(address) {
    const urlOf = (file: string) => new URL(file, address).href;
    return {
      read: (file) => loadBytes(urlOf(file), { kind: 'origin', base: address }, file.endsWith('.bin') ? { cache: WEIGHTS } : {}),
      forget: (file) => forget(urlOf(file), WEIGHTS),
    };
  },
  now,
  heapBytes,
  checkMemory,
});

serve(self as unknown as Port<FromWorker, ToWorker>, engine, { breathe, now });
