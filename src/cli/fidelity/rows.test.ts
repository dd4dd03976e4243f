/** Rows: what is written is read again, a line that was cut off is dropped, and what does not belong together is refused. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { mergeRows, parseRows, readRows, rowWriter, type MapRow, type ProtocolRow, type SceneRow } from './rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'rows-'));
afterAll(() => rmSync(folder, { recursive: true }));

const protocol: ProtocolRow = { kind: 'protocol', metric: 'causal-fidelity', score: 'logit', seed: 1, draws: 8, noise: 2 };
const scene: SceneRow = { kind: 'scene', scene: 36001, model: 'cnn', weights: 'abc', class: 'mug', right: true, logit: 4, units: [], seconds: 1 };
const map: MapRow = { kind: 'map', scene: 36001, model: 'cnn', method: 'gradient', signed: true, setting: 'default', score: 0.5 };

test('a run that was cut off in the middle of a line goes on after the last whole one', () => {
  const file = join(folder, 'rows.jsonl');
  expect(readRows(file)).toEqual([]);
  const write = rowWriter(file);
  for (const row of [protocol, scene]) write(row);
  appendFileSync(file, '{"kind":"map","sce');
  expect(readRows(file)).toEqual([protocol, scene]);
  rowWriter(file)(map);
  expect(readRows(file)).toEqual([protocol, scene, map]);
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4);
});

test('files merge, each row once; a method twice where it ran with other parameters', () => {
  const preview: MapRow = { ...map, setting: 'preview' };
  const found = mergeRows([{ name: 'a', rows: [protocol, scene, map] }, { name: 'b', rows: [protocol, scene, { ...scene, scene: 36002 }, map, preview] }]);
  expect(found.protocol).toEqual(protocol);
  expect(found.scenes.map((row) => row.scene)).toEqual([36001, 36002]);
  expect(found.maps).toEqual([map, preview]);
});

test('refuses what does not belong together, naming file and difference', () => {
  const merge = (...rows: Parameters<typeof mergeRows>[0][number]['rows']) => () => mergeRows([{ name: 'a', rows: [protocol, scene] }, { name: 'b', rows }]);
  expect(merge({ ...protocol, seed: 2 })).toThrow('b was made with causal-fidelity of the logit, seed 2, 8 redraws, noise margin 2, not causal-fidelity of the logit, seed 1');
  expect(merge({ ...scene, weights: 'def' })).toThrow('b holds rows of two trainings of cnn (abc, def)');
  expect(() => parseRows('{"kind":"scene"}\nnonsense\n{}\n', 'c')).toThrow('c, line 2 is not JSON');
  writeFileSync(join(folder, 'other'), '{"kind":"weather"}\n');
  expect(() => mergeRows([{ name: 'd', rows: readRows(join(folder, 'other')) }])).toThrow("d holds a line of an unknown kind 'weather'");
});
