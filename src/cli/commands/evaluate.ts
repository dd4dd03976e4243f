/** `evaluate ID`: what a model of the zoo is worth, from its files as loaded; writes its card and the zoo's index. Does not train. */
import { sizeOf } from '../../engine/graph/size.ts';
import { ARCHITECTURES, architecture } from '../../engine/models/architectures/index.ts';
import type { GraphFile, ModelCard, ZooEntry } from '../../engine/models/manifest.ts';
import { disposeGraph } from '../../engine/graph/derived.ts';
import { parameterCount, toGraph } from '../../engine/models/plain.ts';
import { loadIndex, loadPlain } from '../../engine/models/zoo.ts';
import { CLASSES, makeScene, renderScene, SPLITS, type Split } from '../../engine/scenes/index.ts';
import { assess, goldenOf, measureFeatures, type Assessment } from '../../engine/training/assess.ts';
import { startBackend } from '../backend.ts';
import { UsageError, type Command } from '../command.ts';
import { loadSplit, SIZE } from '../sceneCache.ts';
import { zooFlag, zooReader } from '../zoo.ts';
import { writeZoo } from '../zooFiles.ts';

/** A scene of no split. */
const GOLDEN_SCENE = 100_000;

export const evaluateCommand: Command = {
  summary: "Measure a model's accuracy from its files; without --split, also write its card.",
  positionals: 'MODEL',
  flags: {
    split: { value: 'validation|test', help: 'only measure and print this split' },
    scenes: { value: 'N', help: 'only the first N scenes of it' },
    zoo: zooFlag,
    seed: { value: 'N', help: 'for the card: the seed that the model was trained with (1)' },
    epochs: { value: 'N', help: "for the card: the epochs (the architecture's recipe)" },
  },
  async run(args) {
    const [id, ...more] = args.positionals;
    if (!id || more.length > 0) throw new UsageError('evaluate takes one model: chorale evaluate vgg-7 --split test');
    await startBackend('wasm');
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
        return 0;
      }
      const [validation, test] = (['validation', 'test'] as const).map((s) => print(id, s, assess(graph, loadSplit(s), CLASSES.length))) as [Assessment, Assessment];
      const { words, recipe } = architecture(id);
      const seed = args.integer('seed') ?? 1;
      const card: ModelCard = {
        architecture: words,
        parameters: parameterCount(plain),
        multiplyAdds: sizeOf(graph, [SIZE, SIZE, 3]).multiplyAdds,
        training: { command: `npm run -s chorale -- train ${id} --seed ${seed}`, seed, scenes: SPLITS.train.count, epochs: args.integer('epochs', 1) ?? recipe.epochs },
        validation: validation.accuracy,
        test: test.accuracy,
        confusion: test.confusion,
        golden: goldenOf(graph, GOLDEN_SCENE, renderScene(makeScene(GOLDEN_SCENE), SIZE).rgb, SIZE),
        features: measureFeatures(graph, loadSplit('validation'), CLASSES.length),
        sha256: file.weights.sha256,
      };
      await writeZoo(`${id}/card.json`, card, folder);
      await enter(file, card, folder);
      console.log(`wrote ${folder ?? 'public/zoo'}/${id}/card.json and index.json`);
      return 0;
    } finally {
      disposeGraph(graph);
    }
  },
};

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

const architectureOrder = (id: string) => ARCHITECTURES.findIndex((a) => a.id === id);

/** Puts the model's line into index.json, in the order of the architectures. */
async function enter(file: GraphFile, card: ModelCard, folder?: string): Promise<void> {
  const before = await loadIndex(zooReader(folder)).catch(() => []);
  const entry: ZooEntry = {
    id: file.id,
    title: file.title,
    family: file.family,
    inputSize: file.inputSize,
    classes: file.classes.map((c) => c.title),
    parameters: card.parameters,
    accuracy: { validation: card.validation.share, test: card.test.share, interval: card.test.interval, n: card.test.n },
  };
  const others = before.filter((e) => e.id !== file.id && architectureOrder(e.id) >= 0);
  await writeZoo('index.json', [...others, entry].sort((a, b) => architectureOrder(a.id) - architectureOrder(b.id)), folder);
}
