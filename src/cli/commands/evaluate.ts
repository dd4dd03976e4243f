/** `evaluate ID` or `--all`: what models of the zoo are worth, from their files as loaded; writes their cards and the zoo's index. Does not train. */
import { sizeOf } from '../../engine/graph/size.ts';
import { disposeGraph } from '../../engine/graph/derived.ts';
import type { Graph } from '../../engine/graph/graph.ts';
import { architecture, FAMILIES } from '../../engine/models/architectures/index.ts';
import { COMMITTEE, familyOf, member } from '../../engine/models/committee.ts';
import type { GraphFile, ModelCard, ZooEntry } from '../../engine/models/manifest.ts';
import { parameterCount, toGraph, type PlainGraph } from '../../engine/models/plain.ts';
import { loadIndex, loadPlain } from '../../engine/models/zoo.ts';
import { CLASSES, makeScene, renderScene, SPLITS, type Split } from '../../engine/scenes/index.ts';
import { assess, goldenOf, measureFeatures, type Assessment } from '../../engine/training/assess.ts';
import { withStickers } from '../../engine/training/variant.ts';
import { startBackend } from '../backend.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { loadSplit, SIZE } from '../sceneCache.ts';
import { zooFlag, zooReader } from '../zoo.ts';
import { writeZoo } from '../zooFiles.ts';

/** A scene of no split. */
const GOLDEN_SCENE = 100_000;
/** Test scenes that get a sticker. */
const STICKER_SCENES = 500;
const STICKER_SEED = 1;

export const evaluateCommand: Command = {
  summary: "Measure a model's accuracy from its files; without --split, also write its card.",
  positionals: 'MODEL',
  flags: {
    all: { help: 'every member that has been trained; at the end, the table of all cards' },
    table: { help: 'only print the table of the cards as they are' },
    split: { value: 'validation|test', help: 'only measure and print this split' },
    scenes: { value: 'N', help: 'only the first N scenes of it' },
    zoo: zooFlag,
  },
  async run(args) {
    const [id, ...more] = args.positionals;
    const [all, table, folder] = [args.has('all'), args.has('table'), args.text('zoo')];
    if (more.length > 0 || (id !== undefined) === (all || table)) throw new UsageError('evaluate takes one model, --all or --table: chorale evaluate vgg-7 --split test');
    if (!table) await startBackend('wasm');
    if (id) await evaluate(id, args);
    if (all) for (const one of await trained(folder)) await evaluate(one, args);
    if (all || table) printTable(await readCards(folder));
    return 0;
  },
};

/** Members whose files are there, in the committee's order. */
async function trained(folder?: string): Promise<string[]> {
  const read = zooReader(folder);
  const there = await Promise.all(COMMITTEE.map(({ id }) => read(`${id}/graph.json`).then(() => true, () => false)));
  return COMMITTEE.map(({ id }) => id as string).filter((_, i) => there[i]);
}

async function evaluate(id: string, args: Arguments): Promise<void> {
  const folder = args.text('zoo');
  const read = zooReader(folder);
  const file = JSON.parse(new TextDecoder().decode(await read(`${id}/graph.json`))) as GraphFile;
  const plain = await loadPlain(id, file, read);
  const graph = toGraph(plain);
  try {
    const split = args.text('split');
    if (split !== undefined) {
      if (!(split in SPLITS)) throw new UsageError(`--split ${split}: choose one of ${Object.keys(SPLITS).join(', ')}`);
      print(id, split as Split, assess(graph, loadSplit(split as Split, args.integer('scenes', 1)), CLASSES.length));
      return;
    }
    const card = cardOf(file, plain, graph);
    await writeZoo(`${id}/card.json`, card, folder);
    await enter(file, card, folder);
    console.log(`wrote ${folder ?? 'public/zoo'}/${id}/card.json and index.json`);
  } finally {
    disposeGraph(graph);
  }
}

function cardOf({ id, training, weights }: GraphFile, plain: PlainGraph, graph: Graph): ModelCard {
  const [validation, test] = (['validation', 'test'] as const).map((s) => print(id, s, assess(graph, loadSplit(s), CLASSES.length))) as [Assessment, Assessment];
  const some = loadSplit('test', STICKER_SCENES);
  const stuck = (truthful: number) => assess(graph, withStickers(some, truthful, STICKER_SEED), CLASSES.length).accuracy;
  return {
    architecture: architecture(member(id).architecture).words,
    parameters: parameterCount(plain),
    multiplyAdds: sizeOf(graph, [SIZE, SIZE, 3]).multiplyAdds,
    training: { command: `npm run -s chorale -- train ${id} --seed ${training.seed}`, ...training },
    validation: validation.accuracy,
    test: test.accuracy,
    confusion: test.confusion,
    calibration: test.calibration,
    stickers: { n: STICKER_SCENES, truthful: stuck(1), misleading: stuck(0) },
    golden: goldenOf(graph, GOLDEN_SCENE, renderScene(makeScene(GOLDEN_SCENE), SIZE).rgb, SIZE),
    features: measureFeatures(graph, loadSplit('validation'), CLASSES.length),
    sha256: weights.sha256,
  };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function print(id: string, split: Split, assessment: Assessment): Assessment {
  const { accuracy, confusion } = assessment;
  console.log(`${id} on ${split}: ${percent(accuracy.share)} (95 % interval ${percent(accuracy.interval[0])} to ${percent(accuracy.interval[1])}; ${accuracy.correct} of ${accuracy.n})`);
  const width = Math.max(...CLASSES.map((c) => c.id.length));
  confusion.forEach((row, k) => {
    const total = row.reduce((a, b) => a + b, 0);
    const wrong = row.map((n, j) => ({ n, name: CLASSES[j]!.id, own: j === k })).filter(({ n, own }) => n > 0 && !own).sort((a, b) => b.n - a.n);
    const most = wrong.slice(0, 3).map(({ n, name }) => `${n} ${name}`).join(', ');
    console.log(`  ${CLASSES[k]!.id.padEnd(width)} ${total === 0 ? 'none' : percent(row[k]! / total).padStart(7)}${most ? `  taken for: ${most}` : ''}`);
  });
  return assessment;
}

interface Carded {
  readonly entry: ZooEntry;
  readonly card: ModelCard;
}

async function readCards(folder?: string): Promise<Carded[]> {
  const read = zooReader(folder);
  const entries = await loadIndex(read);
  return Promise.all(entries.map(async (entry) => ({ entry, card: JSON.parse(new TextDecoder().decode(await read(`${entry.id}/card.json`))) as ModelCard })));
}

/** The cards, a line each: what the closing notes of a change quote. */
function printTable(cards: readonly Carded[]): void {
  console.log('\n| model | family | role | parameters | multiply-adds | test accuracy (95 %) | calibration error | sticker right / wrong | scenes × epochs | core-minutes |');
  console.log('|---|---|---|---|---|---|---|---|---|---|');
  for (const { entry, card } of cards) {
    const { training, stickers, test } = card;
    const minutes = training.cpuSeconds === undefined ? 'not recorded' : (training.cpuSeconds / 60).toFixed(1);
    const cells = [
      entry.id, entry.familyTitle, entry.role, card.parameters.toLocaleString('en'), `${(card.multiplyAdds / 1e6).toFixed(1)} M`,
      `${percent(test.share)} (${(100 * test.interval[0]).toFixed(1)} to ${(100 * test.interval[1]).toFixed(1)})`, percent(card.calibration.error),
      `${percent(stickers.truthful.share)} / ${percent(stickers.misleading.share)}`, `${training.scenes.toLocaleString('en')} × ${training.epochs}`, minutes,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

const placeOf = (id: string) => COMMITTEE.findIndex((m) => m.id === id);

/** Puts the model's line into index.json, in the order of the committee. */
async function enter(file: GraphFile, card: ModelCard, folder?: string): Promise<void> {
  const before = await loadIndex(zooReader(folder)).catch(() => []);
  const one = member(file.id);
  const { title: familyTitle, mixes } = FAMILIES[familyOf(one)];
  const entry: ZooEntry = {
    id: file.id,
    title: one.title,
    architecture: one.architecture,
    family: familyOf(one),
    familyTitle,
    mixes,
    role: one.role,
    ...(one.note === undefined ? {} : { note: one.note }),
    inputSize: file.inputSize,
    classes: file.classes.map((c) => c.title),
    parameters: card.parameters,
    multiplyAdds: card.multiplyAdds,
    calibrationError: card.calibration.error,
    bytes: file.weights.bytes,
    sha256: file.weights.sha256,
    accuracy: { validation: card.validation.share, test: card.test.share, interval: card.test.interval, n: card.test.n },
  };
  const others = before.filter((e) => e.id !== file.id && placeOf(e.id) >= 0);
  await writeZoo('index.json', [...others, entry].sort((a, b) => placeOf(a.id) - placeOf(b.id)), folder);
}
