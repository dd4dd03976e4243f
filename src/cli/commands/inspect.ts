/** `inspect`: what a model's file holds, how its images are read, and which methods run on it. Explains nothing. */
import { describeMethod } from '../../engine/describe.ts';
import { predict } from '../../engine/explain.ts';
import { sizeOf } from '../../engine/graph/size.ts';
import { METHODS } from '../../engine/methods/index.ts';
import * as tf from '../../engine/tf.ts';
import { backendFlag, startBackend } from '../backend.ts';
import { UsageError, type Command } from '../command.ts';
import { openOwnModel, ownFlags, type OwnChoices, type OwnNetwork } from '../ownModel.ts';
import { readPicture } from '../picture.ts';

const TOP = 5;
/** Names of classes that are printed. */
const SHOWN = 8;

/** The likeliest classes of `image`, a line each. */
async function topLines({ graph, classes, inputSize, framing }: OwnNetwork, image: string): Promise<string[]> {
  const { data, height, width } = await readPicture(image, inputSize, framing);
  const x = tf.tensor4d(data, [1, height, width, 3]);
  const { logits, probabilities } = await predict(graph, x).finally(() => x.dispose());
  const order = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]!).slice(0, TOP);
  return order.map((c) => `  ${(100 * probabilities[c]!).toFixed(1).padStart(5)} %  ${logits[c]!.toFixed(2).padStart(7)}  ${classes[c]!.title}`);
}

function operationLines({ opened: { plain } }: OwnNetwork): string {
  const counts = new Map<string, number>();
  for (const { op } of plain.nodes) counts.set(op, (counts.get(op) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([op, count]) => `${count} ${op}`).join(', ');
}

/** The reason why a method does not run, or undefined. */
function objection({ graph, inputSize, classes }: OwnNetwork, method: (typeof METHODS)[number]): string | undefined {
  try {
    return describeMethod(method, graph, {}, { shape: [inputSize, inputSize, 3], classes: classes.length }).reason;
  } catch (error) {
    return `it cannot read this network: ${(error as Error).message}`;
  }
}

const million = (count: number): string => `${(count / 1e6).toLocaleString('en', { maximumSignificantDigits: 3 })} million`;

/** The report, line by line. Cost: one forward pass, and one for an image. */
export async function inspectModel(path: string, choices: OwnChoices, image: string | undefined, print: (line: string) => void): Promise<void> {
  const network = await openOwnModel(path, choices);
  try {
    const { opened, graph, inputSize } = network;
    const size = sizeOf(graph, [inputSize, inputSize, 3]);
    const facts = Object.entries(opened.facts).map(([name, value]) => `${name} ${value}`);
    print(`${path}: ${opened.format}${facts.length > 0 ? `; ${facts.join('; ')}` : ''}`);
    print(`input: ${inputSize} × ${inputSize}${opened.anySize ? ' (the file leaves the size open: --size)' : ''}, ${opened.channels} channels`);
    print(`preprocessing: ${network.preprocessingWords}`);
    print(`output: ${opened.outputs} (${opened.kind}); ${opened.words}`);
    if (opened.kind === 'classes') print(`classes: ${network.classes.slice(0, SHOWN).map(({ title }) => title).join(', ')}${network.classes.length > SHOWN ? ' …' : ''}`);
    print(`size: ${million(size.parameters)} parameters, ${million(size.multiplyAdds)} multiply-adds, ${(size.tapeBytes / 1e6).toFixed(0)} MB for one image forward and back`);
    print(`operations: ${operationLines(network)}`);
    for (const remark of opened.remarks) print(`remark: ${remark}`);
    const reasons = METHODS.map((method) => [method, objection(network, method)] as const);
    print(`methods that run: ${reasons.filter(([, reason]) => reason === undefined).map(([{ id }]) => id).join(', ')}`);
    for (const [{ id }, reason] of reasons) if (reason !== undefined) print(`  not ${id}: ${reason}`);
    if (image !== undefined) {
      print(`${image}:`);
      for (const line of await topLines(network, image)) print(line);
    }
  } finally {
    network.dispose();
  }
}

export const inspectCommand: Command = {
  summary: 'A model of your own (ONNX or TensorFlow.js): what its file holds, and what can be done with it.',
  positionals: 'PATH',
  flags: { ...ownFlags, image: { value: 'FILE', help: 'a photograph whose likeliest classes are printed' }, backend: backendFlag },
  async run(args) {
    const [path, ...more] = args.positionals;
    if (!path || more.length > 0) throw new UsageError('inspect takes one model: chorale inspect model.onnx (or model.json, a folder, a zip)');
    await startBackend(args.text('backend') ?? 'wasm');
    await inspectModel(path, { preprocess: args.text('preprocess'), labels: args.text('labels'), size: args.integer('size', 1) }, args.text('image'), (line) => console.log(line));
    return 0;
  },
};
