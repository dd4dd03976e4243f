/** What a run of `fidelity` leaves, as lines of JSON: appended one by one, read back to go on, merged by joining files. Computes nothing. */
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import type { Passes } from '../../engine/job/job.ts';
import type { Measurement } from '../../engine/metrics/metric.ts';
import { UsageError } from '../command.ts';

/** What must be the same for rows to stand in one table. The first line of a file. */
export interface ProtocolRow {
  readonly kind: 'protocol';
  readonly metric: string;
  readonly score: 'logit';
  readonly seed: number;
  /** Other grounds and backgrounds that an effect is the mean of. */
  readonly draws: number;
  /** Standard errors within which effects count as equal. */
  readonly noise: number;
}
/** A scene as a model sees it: its answer and, where that is right, the true effects. */
export interface SceneRow {
  readonly kind: 'scene';
  readonly scene: number;
  readonly model: string;
  /** Of the weights' sha256. */
  readonly weights: string;
  readonly class: string;
  readonly right: boolean;
  readonly logit: number;
  readonly units: readonly { readonly name: string; readonly title: string; readonly part: boolean; readonly pixels: number; readonly effect: number; readonly error?: number }[];
  readonly seconds: number;
}
/** A map that was judged, or why there is none. */
export interface MapRow {
  readonly kind: 'map';
  readonly scene: number;
  readonly model: string;
  readonly method: string;
  /** Held against the effects, or, where its method has no sign, against their size. */
  readonly signed: boolean;
  readonly setting: Setting;
  readonly reason?: string;
  /** In the order of the scene's units. */
  readonly credits?: readonly number[];
  readonly score?: number;
  readonly detail?: Measurement['detail'];
  readonly passes?: Passes;
  readonly seconds?: number;
}
/** A control is a map that the command draws itself. */
export type Setting = 'default' | 'preview' | 'control';
export type Row = ProtocolRow | SceneRow | MapRow;

export const keyOf = (row: Pick<SceneRow, 'kind' | 'scene' | 'model'> | Pick<MapRow, 'kind' | 'scene' | 'model' | 'method' | 'signed' | 'setting'>): string =>
  row.kind === 'scene' ? `${row.model} ${row.scene}` : `${row.model} ${row.scene} ${row.method} ${String(row.signed)} ${row.setting}`;

/** The rows of a text, those of a run that was cut off in the middle of a line without that line. Throws, naming it, for another broken line. */
export function parseRows(text: string, name: string): Row[] {
  const lines = text.split('\n');
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as Row];
    } catch {
      if (i === lines.length - 1) return [];
      throw new UsageError(`${name}, line ${i + 1} is not JSON: was it written by 'chorale fidelity --out'?`);
    }
  });
}

/** All rows of several files, each key once. Throws where the files were made under different protocols, or with different weights of one model. */
export function mergeRows(files: readonly { readonly name: string; readonly rows: readonly Row[] }[]): { readonly protocol?: ProtocolRow; readonly scenes: SceneRow[]; readonly maps: MapRow[] } {
  let protocol: ProtocolRow | undefined;
  const scenes = new Map<string, SceneRow>();
  const maps = new Map<string, MapRow>();
  const weights = new Map<string, string>();
  for (const { name, rows } of files)
    for (const row of rows) {
      switch (row.kind) {
        case 'protocol':
          if (protocol && !sameProtocol(protocol, row)) throw new UsageError(`${name} was made with ${protocolWords(row)}, not ${protocolWords(protocol)}: give each protocol a file of its own`);
          protocol = row;
          break;
        case 'scene': {
          const known = weights.get(row.model) ?? row.weights;
          if (known !== row.weights) throw new UsageError(`${name} holds rows of two trainings of ${row.model} (${known}, ${row.weights}): remove the file and run again`);
          weights.set(row.model, known);
          scenes.set(keyOf(row), row);
          break;
        }
        case 'map':
          maps.set(keyOf(row), row);
          break;
        default:
          throw new UsageError(`${name} holds a line of an unknown kind '${String((row as { kind?: unknown }).kind)}'`);
      }
    }
  return { protocol, scenes: [...scenes.values()], maps: [...maps.values()] };
}

export const protocolWords = ({ metric, score, seed, draws, noise }: ProtocolRow): string => `${metric} of the ${score}, seed ${seed}, ${draws} redraws, noise margin ${noise}`;
export const sameProtocol = (a: ProtocolRow, b: ProtocolRow): boolean => protocolWords(a) === protocolWords(b);

export const readRows = (file: string): Row[] => (existsSync(file) ? parseRows(readFileSync(file, 'utf8'), file) : []);

/** Appends to `file`, line by line; a line that was cut off in the middle is removed first. Without a file, nowhere. */
export function rowWriter(file: string | undefined): (row: Row) => void {
  if (file === undefined) return () => {};
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const whole = before.slice(0, before.lastIndexOf('\n') + 1);
  if (whole.length < before.length) truncateSync(file, Buffer.byteLength(whole));
  return (row) => appendFileSync(file, `${JSON.stringify(row)}\n`);
}
