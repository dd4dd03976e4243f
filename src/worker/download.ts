/** A model's files from an address to the shelf: the file itself, or a TensorFlow.js model.json with the parts that it names. Reads no network out of them. */
import { Cancelled } from '../engine/job/job.ts';
import { TooLong, Unreachable } from './loadBytes.ts';
import { fingerprintOf, MOST_BYTES, type NamedFile, type OwnShelf } from './ownModels.ts';
import type { DownloadRequest, DownloadResult } from './protocol.ts';
import type { RunHost } from './serve.ts';

export interface DownloadOptions {
  readonly shelf: Pick<OwnShelf, 'keepFiles'>;
  /** The one gate (loadBytes.ts), for an address that the visitor typed. */
  fetchTyped(address: string, limitBytes: number, progress: (done: number, total: number) => void): Promise<ArrayBuffer>;
}

/** The last part of an address' path. */
function nameOf(address: string): string {
  const { pathname } = new URL(address);
  return decodeURIComponent(pathname.split('/').at(-1) ?? '') || 'model';
}

/** Files that a model.json names, relative to it. Throws where it is none. */
export function partsOf(name: string, bytes: Uint8Array): readonly string[] {
  try {
    const { weightsManifest } = JSON.parse(new TextDecoder().decode(bytes)) as { weightsManifest?: readonly { readonly paths?: readonly unknown[] }[] };
    const paths = (weightsManifest ?? []).flatMap(({ paths: own }) => own ?? []);
    if (paths.length > 0 && paths.every((path) => typeof path === 'string')) return paths;
  } catch {
    // said below
  }
  throw new Error(`${name} is no TensorFlow.js model: it names no weights. Give the address of a model.json, of an .onnx file or of a zip.`);
}

const HELP = 'Or download the files with your browser and drop them here.';

/** Throws with what helps; `Cancelled` as it is. */
async function gently<T>(address: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (error instanceof Cancelled) throw error;
    if (error instanceof Unreachable && !error.offline) {
      throw new Error(`${address} could not be read: there is no such file, or that site does not allow other pages to read it (CORS). ${HELP}`, { cause: error });
    }
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(error instanceof TooLong ? `${text}.` : `${text}. ${HELP}`, { cause: error });
  });
}

export async function download({ address }: DownloadRequest, host: RunHost, { shelf, fetchTyped }: DownloadOptions): Promise<DownloadResult> {
  host.phase('loading');
  let before = 0;
  const get = async (url: string): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = await gently(url, fetchTyped(url, MOST_BYTES - before, (done, total) => {
      if (host.cancelled()) throw new Cancelled();
      host.loading(address, before + done, before + total);
    }));
    before += bytes.byteLength;
    return new Uint8Array(bytes);
  };
  const first = await get(address);
  const name = nameOf(address);
  const given: NamedFile[] = [{ name, blob: new Blob([first]) }];
  if (/\.json$/i.test(name)) {
    for (const part of partsOf(name, first)) given.push({ name: part, blob: new Blob([await get(new URL(part, address).href)]) });
  }
  const files = await fingerprintOf(given);
  await shelf.keepFiles(files, given);
  return { kind: 'download', files, names: given.map((file) => file.name), bytes: before };
}
