/** The engine's own maps and reactions, from network to record: networks that each see one place, and nothing else, transfer nothing. */
import { expect, test } from 'vitest';
import { useBackend } from '../../engine/testing/backends.ts';
import { linearNet } from '../../engine/testing/toy.ts';
import * as tf from '../../engine/tf.ts';
import { HARMONISERS } from '../../fields/harmonise.ts';
import { createEngine } from '../../worker/run.ts';
import { hostOf, seeing, zooOf } from '../../worker/testingZoo.ts';
import type { Outcome } from '../explanations.ts';
import type { SweepItem } from '../plan.ts';
import { SIDE, type StudySetup } from '../setup.ts';
import { findingsOf } from './findings.ts';
import { createTransfer, type KeptImage } from './record.ts';
import { harmonisedRow } from './rows.ts';
import { settingsOf } from './settings.ts';

await useBackend('cpu');

const PLACES = SIDE * SIDE;
const BLOCK = 16;
const SHARE = (BLOCK * BLOCK) / PLACES;
const IDS = ['first', 'second', 'third'];
const CLASSES = [{ id: 'nothing', title: 'Nothing' }, { id: 'lit', title: 'Lit' }];
const LIT = 1;

const inBlock = (at: number, i: number) => Math.floor(at / SIDE) < BLOCK && Math.floor((at % SIDE) / BLOCK) === i;

/** Network i answers 'lit' where the i-th block of the first row is at least half as bright as white: logit = 40 (mean of the block − ½). */
function network(i: number) {
  const kernel = new Float32Array(PLACES * 3 * CLASSES.length);
  for (let entry = 0; entry < PLACES * 3; entry++) if (inBlock(Math.floor(entry / 3), i)) kernel[entry * CLASSES.length + LIT] = 40 / (3 * BLOCK * BLOCK);
  return seeing(linearNet(tf.tensor2d(kernel, [PLACES * 3, CLASSES.length]), tf.tensor1d([0, -20])));
}

const read = zooOf(Object.fromEntries(IDS.map((id, i) => [id, network(i)])), { classes: CLASSES, inputSize: SIDE });

test('the diagonal keeps everything, every other cell nothing', async () => {
  const engine = createEngine({ zoo: () => read, heapBytes: () => 0, checkMemory: () => {}, now: () => performance.now(), startBackend: () => Promise.resolve({ backend: 'cpu', tried: [] }) });
  const { catalog } = await engine.start({ type: 'start', zoo: '' });
  engine.put('white', { data: new Float32Array(PLACES * 3).fill(1), size: SIDE });
  const setup: StudySetup = {
    models: catalog.models, method: catalog.methods.find(({ id }) => id === 'gradient')!, params: {}, score: 'logit', seed: 7,
    images: [{ kind: 'picture', id: 'white', name: 'white.png', rgb: new Uint8Array(PLACES * 3).fill(255), classIndex: LIT }],
  };
  const study = createTransfer(setup, settingsOf({ share: SHARE, fill: 'black', leaveOut: false }, []));
  const found = new Map<string, Outcome>();
  const waiting: SweepItem[] = [...study.plan.first];
  const entered = new Set(waiting.map(({ key }) => key));
  for (let item = waiting.shift(); item; item = waiting.shift()) {
    const outcome = study.plan.reduce(item, await engine.run(item.request, hostOf()), found);
    found.set(item.key, outcome);
    const fresh = study.plan.follow(item, outcome, found, new Set()).filter(({ key }) => !entered.has(key));
    fresh.forEach(({ key }) => entered.add(key));
    waiting.push(...fresh);
  }
  const record = study.record(0, found, new Set()) as KeptImage;
  expect(record.right).toEqual([1, 1, 1]);
  const { rows } = record.levels[0]!;
  IDS.forEach((id, i) => {
    expect(rows[id]).toMatchObject({ right: IDS.map((_, tester) => Number(tester === i)), area: SHARE, compactness: 1 });
    rows[id]!.probability.forEach((p, tester) => expect(p).toBeCloseTo(tester === i ? 1 : 0, 6));
  });
  // Maps that share no place: whatever is made of them shows somebody too little.
  for (const harmoniser of HARMONISERS) expect(rows[harmonisedRow(harmoniser)]!.right).toContain(0);
  expect([record.overlap, record.lost]).toEqual([[0, 0, 0], undefined]);
  const findings = findingsOf([record], catalog.models, 3);
  expect([findings.diagonal.kept.value, findings.offDiagonal.kept.value]).toEqual([1, 0]);
}, 60_000);
