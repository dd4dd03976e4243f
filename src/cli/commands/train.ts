/** `train ID`: trains a member of the committee, in as many sittings as wanted, and writes graph.json and weights.bin. Not its card (`evaluate`). */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { canonize } from '../../engine/graph/canonize.ts';
import { disposeGraph } from '../../engine/graph/derived.ts';
import { architecture } from '../../engine/models/architectures/index.ts';
import { COMMITTEE, familyOf, member, type Member } from '../../engine/models/committee.ts';
import type { Training } from '../../engine/models/manifest.ts';
import { toGraph, toPlain } from '../../engine/models/plain.ts';
import { packModel } from '../../engine/models/zoo.ts';
import { CLASSES, SPLITS } from '../../engine/scenes/index.ts';
import { packState, unpackState, type RunLabel, type Spent } from '../../engine/training/checkpoint.ts';
import { freshState, layoutOf, trainedPlain, type Layout, type TrainingState } from '../../engine/training/state.ts';
import { lastStep, sideAt, stepsPerEpoch, totalSteps, trainStep, validate, type Run } from '../../engine/training/trainer.ts';
import { variantOf } from '../../engine/training/variant.ts';
import { startBackend } from '../backend.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { cacheFolder, loadSplit, SIZE } from '../sceneCache.ts';
import { zooFlag } from '../zoo.ts';
import { writeZoo } from '../zooFiles.ts';

/** Validation images of the accuracy that is printed on the way. */
const GLANCE = 500;
const CHECKPOINT_MS = 60_000;

export const trainCommand: Command = {
  summary: 'Train a member of the committee; called again, it goes on where it stopped.',
  positionals: 'MODEL',
  flags: {
    seed: { value: 'N', help: 'of weights, order and augmentation (1)' },
    scenes: { value: 'N', help: "training scenes (the member's recipe)" },
    epochs: { value: 'N', help: "passes over them (the member's recipe)" },
    minutes: { value: 'N', help: 'stop after this time, with a checkpoint and the model so far' },
    zoo: zooFlag,
    fresh: { help: 'forget the checkpoint and begin anew' },
  },
  async run(args) {
    const one = memberOf(args);
    await startBackend('wasm');
    const recipe = { ...one.recipe, epochs: args.integer('epochs', 1) ?? one.recipe.epochs };
    const scenes = args.integer('scenes', 1) ?? recipe.scenes ?? SPLITS.train.count;
    const label: RunLabel = { id: one.id, seed: args.integer('seed') ?? 1, scenes, epochs: recipe.epochs };
    const layout = layoutOf(architecture(one.architecture).build(label.seed, CLASSES.length));
    const state = freshState(layout);
    const checkpoint = openCheckpoint(label, state, args.has('fresh'));
    const split = loadSplit('train', scenes, (done, total) => console.log(`scenes: ${done} of ${total}`));
    const run: Run = { layout, recipe, images: variantOf(split, recipe, label.seed), seed: label.seed };
    const finished = trainFor(run, state, label, checkpoint, (args.integer('minutes', 1) ?? Infinity) * 60_000);
    const epochs = Number((state.step / stepsPerEpoch(run)).toFixed(2));
    await save(one, { seed: label.seed, scenes: run.images.count, epochs, cpuSeconds: Math.round(checkpoint.spent.cpuSeconds) }, layout, state, args.text('zoo'));
    if (!finished) console.log(`stopped at step ${state.step}: call 'train ${one.id}' again to go on`);
    return 0;
  },
};

function memberOf(args: Arguments): Member {
  const [id, ...more] = args.positionals;
  if (!id || more.length > 0 || !COMMITTEE.some((m) => m.id === id)) throw new UsageError(`train takes one model: ${COMMITTEE.map((m) => m.id).join(', ')}`);
  return member(id);
}

interface Checkpoint {
  readonly spent: Spent;
  write(): void;
}

/** Reads the run's checkpoint into `state`, and tells how it is written. */
function openCheckpoint(label: RunLabel, state: TrainingState, fresh: boolean): Checkpoint {
  const path = join(cacheFolder(), 'checkpoints', `${label.id}.bin`);
  const spent: Spent = { cpuSeconds: 0 };
  if (fresh) rmSync(path, { force: true });
  if (existsSync(path)) {
    Object.assign(spent, unpackState(new Uint8Array(readFileSync(path)), label, state));
    console.log(`${label.id}: goes on at step ${state.step}`);
  }
  return {
    spent,
    write() {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, packState(label, state, spent));
      renameSync(`${path}.new`, path);
    },
  };
}

const cpuSeconds = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;

/** Steps until the run or the time is over; prints ten lines an epoch and validates at its end. → whether the run is complete. */
function trainFor(run: Run, state: TrainingState, label: RunLabel, checkpoint: Checkpoint, ms: number): boolean {
  const validation = loadSplit('validation', GLANCE);
  const [steps, schedule, perEpoch] = [lastStep(run), totalSteps(run), stepsPerEpoch(run)];
  const [started, first] = [Date.now(), state.step];
  const before = checkpoint.spent.cpuSeconds - cpuSeconds();
  const save = () => {
    checkpoint.spent.cpuSeconds = before + cpuSeconds();
    checkpoint.write();
  };
  let saved = started;
  let [loss, correct, seen] = [0, 0, 0];
  while (state.step < steps && Date.now() - started < ms) {
    const step = trainStep(run, state);
    [loss, correct, seen] = [loss + step.loss * run.recipe.batch, correct + step.correct, seen + run.recipe.batch];
    if (state.step % Math.ceil(perEpoch / 10) === 0 || state.step === steps) {
      const perStep = (Date.now() - started) / (state.step - first);
      console.log(
        `${label.id} ${(state.step / perEpoch).toFixed(1)} of ${steps / perEpoch} epochs, side ${sideAt(run.recipe, state.step / schedule)}: loss ${(loss / seen).toFixed(3)}, training accuracy ${(correct / seen).toFixed(3)}, ` +
          `${((1000 * run.recipe.batch) / perStep).toFixed(0)} images/s, ${(((steps - state.step) * perStep) / 60_000).toFixed(1)} min left`,
      );
      [loss, correct, seen] = [0, 0, 0];
    }
    if (state.step % perEpoch === 0) console.log(`${label.id} epoch ${state.step / perEpoch}: validation accuracy ${validate(run.layout, state, validation).toFixed(3)} (${GLANCE} scenes)`);
    if (Date.now() - saved > CHECKPOINT_MS) {
      save();
      saved = Date.now();
    }
  }
  save();
  return state.step === steps;
}

/** Writes the averaged network with its batch normalisations folded, in half precision. */
async function save(one: Member, training: Training, layout: Layout, state: TrainingState, folder?: string): Promise<void> {
  const { id, title } = one;
  const trained = toGraph(trainedPlain(layout, state));
  const folded = canonize(trained);
  const { file, bytes } = packModel({ id, title, family: familyOf(one), inputSize: SIZE, classes: [...CLASSES], training }, toPlain(folded));
  disposeGraph({ ...trained, nodes: [...trained.nodes, ...folded.nodes] });
  await writeZoo(`${id}/graph.json`, file, folder);
  await writeZoo(`${id}/weights.bin`, bytes, folder);
  console.log(`wrote ${folder ?? 'public/zoo'}/${id}: ${bytes.length} bytes of weights; now run 'evaluate ${id}'`);
}
