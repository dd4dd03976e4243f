/** What kind of file someone dropped, told from its first bytes and its name. It reads no model; files that cannot be imported are refused with the way out. */
import { ImportProblem } from './problem.ts';

/**
 * `onnx`: a model; `tfjs-json`: a model.json of TensorFlow.js; `zip`: an archive to look into; `weights`: bytes that belong to a model file
 * (TensorFlow.js shards, ONNX external data); `text`: labels; `image`: a picture.
 */
export type FileKind = 'onnx' | 'tfjs-json' | 'zip' | 'weights' | 'text' | 'image';

const EXPORT_TORCH =
  'export it where PyTorch runs: torch.onnx.export(model.eval(), torch.zeros(1, 3, 224, 224), "model.onnx", input_names=["input"], dynamic_axes={"input": {0: "batch"}})';
const CONVERT_KERAS = (what: string, path: string) => `convert it where TensorFlow runs: tensorflowjs_converter --input_format=${what} ${path} model/ (pip install tensorflowjs), then drop the folder`;

/** Zips that are no folder of files, for whoever looks into one. */
export const torchProblem = (name: string) => new ImportProblem(`'${name}' is a PyTorch checkpoint`, EXPORT_TORCH);
export const kerasProblem = (name: string) => new ImportProblem(`'${name}' is a Keras model`, CONVERT_KERAS('keras_keras', 'model.keras'));

/** Bytes that tell nothing. */
export const strangeProblem = (name: string) => new ImportProblem(`'${name}' is neither an ONNX file nor a TensorFlow.js model`, 'choose a .onnx file, a model.json with its shards, or a .zip of them');

/** Endings that name a format which cannot be imported, whatever the bytes. */
const REFUSED_NAMES: readonly (readonly [RegExp, string, string])[] = [
  [/\.(pt|pth|ckpt|pkl|pickle)$/i, 'is a PyTorch checkpoint', EXPORT_TORCH],
  [/\.(h5|hdf5)$/i, 'is a Keras model in HDF5', CONVERT_KERAS('keras', 'model.h5')],
  [/\.keras$/i, 'is a Keras model', CONVERT_KERAS('keras_keras', 'model.keras')],
  [/\.tflite$/i, 'is a TensorFlow Lite model', 'convert the model it was made from with tensorflowjs_converter, or with python -m tf2onnx.convert --tflite model.tflite --output model.onnx'],
  [/\.safetensors$/i, 'holds weights without their network', `load it into its network, then ${EXPORT_TORCH}`],
  [/\.(mlmodel|mlpackage)$/i, 'is a Core ML model', 'export the model it was made from as ONNX'],
  [/\.pb$/i, 'is a TensorFlow SavedModel', CONVERT_KERAS('tf_saved_model', 'folder-of-the-model')],
  [/\.(ort)$/i, 'is in ONNX Runtime’s own format', 'choose the .onnx file it was made from'],
  [/\.(gguf|ggml)$/i, 'is a language model', 'choose an image classifier as .onnx or as TensorFlow.js'],
];

const latin = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, Math.min(to, bytes.length)));
const startsWith = (bytes: Uint8Array, ...magic: readonly number[]) => magic.every((byte, i) => bytes[i] === byte);

/**
 * The kind of a file. `bytes` may be its beginning alone (4 kB are enough), `name` its path. Never looks beyond the first 4 kB.
 * Throws `ImportProblem` for what cannot be imported, with the line to run.
 */
export function sniff(bytes: Uint8Array, name: string): FileKind {
  const head = bytes.subarray(0, 4096);
  if (head.length === 0) throw new ImportProblem(`'${name}' is empty`, 'download or export it again');
  refuseByBytes(head, name);
  if (startsWith(head, 0x50, 0x4b, 3, 4) || startsWith(head, 0x50, 0x4b, 5, 6)) return zip(head, name);
  if (isImage(head)) return 'image';
  for (const [ending, what, remedy] of REFUSED_NAMES) if (ending.test(name)) throw new ImportProblem(`'${name}' ${what}`, remedy);
  const kind = isText(head) ? textKind(latin(head, 0, 4096), name) : binaryKind(head, name);
  if (kind) return kind;
  throw strangeProblem(name);
}

/** Formats whose first bytes name them, whatever they are called. */
function refuseByBytes(head: Uint8Array, name: string): void {
  const refuse = (what: string, remedy: string) => {
    throw new ImportProblem(`'${name}' ${what}`, remedy);
  };
  if (startsWith(head, 0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a)) refuse('is a Keras model in HDF5', CONVERT_KERAS('keras', 'model.h5'));
  // a pickle of protocol 2 to 5: what torch.save wrote before version 1.6
  if (head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5 && !/\.onnx$/i.test(name)) refuse('is a Python pickle, as PyTorch wrote before version 1.6', EXPORT_TORCH);
  if (latin(head, 4, 8) === 'TFL3') refuse('is a TensorFlow Lite model', REFUSED_NAMES[3]![2]);
  if (latin(head, 4, 8) === 'ORTM') refuse('is in ONNX Runtime’s own format', 'choose the .onnx file it was made from');
  if (latin(head, 0, 4) === 'GGUF') refuse('is a language model', 'choose an image classifier as .onnx or as TensorFlow.js');
  if (startsWith(head, 0x1f, 0x8b)) refuse('is compressed with gzip', 'unpack it first, or pack it as .zip');
  if (startsWith(head, 0x37, 0x7a, 0xbc, 0xaf) || latin(head, 0, 4) === 'Rar!') refuse('is an archive that cannot be opened here', 'unpack it first, or pack it as .zip');
  if (latin(head, 257, 262) === 'ustar') refuse('is a tar archive', 'unpack it first, or pack it as .zip');
  // eight bytes of length, then JSON
  if (head[8] === 0x7b && head[4] === 0 && head[5] === 0 && head[6] === 0 && head[7] === 0 && head[9] === 0x22) refuse('holds weights without their network (safetensors)', REFUSED_NAMES[4]![2]);
}

/** PyTorch, Keras and Core ML pack into zip files too; the first names tell. */
function zip(head: Uint8Array, name: string): FileKind {
  const text = latin(head, 0, 4096);
  if (/\.(pt|pth|ckpt|pkl)$/i.test(name) || /(^|\/)data\.pkl/.test(text.slice(30, 400))) throw torchProblem(name);
  if (/\.keras$/i.test(name) || (text.includes('metadata.json') && text.includes('config.json'))) throw kerasProblem(name);
  return 'zip';
}

function isImage(head: Uint8Array): boolean {
  const riff = latin(head, 0, 4) === 'RIFF' && latin(head, 8, 12) === 'WEBP';
  return startsWith(head, 0x89, 0x50, 0x4e, 0x47) || startsWith(head, 0xff, 0xd8, 0xff) || latin(head, 0, 4) === 'GIF8' || riff || ['ftypavif', 'ftypheic'].includes(latin(head, 4, 12));
}

/** No control characters but line ends and tabs. */
const isText = (head: Uint8Array) => head.every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13);

function textKind(text: string, name: string): FileKind | undefined {
  const start = text.replace(/^\u00ef\u00bb\u00bf/, '').trimStart();
  if (/^<(!doctype|html|\?xml|head|body)/i.test(start)) throw new ImportProblem(`'${name}' is a web page, not a model`, 'the address leads to a page about the model or to "not found": take the address of the file itself (on GitHub and Hugging Face: "raw" or "download")');
  if (start.startsWith('version https://git-lfs')) throw new ImportProblem(`'${name}' is a git-lfs pointer, not the model itself`, 'run git lfs pull, or download the file from its page');
  if (/"(modelTopology|weightsManifest)"/.test(start) || (start.startsWith('{') && /\.json$/i.test(name))) return 'tfjs-json';
  if (/\.(txt|csv|json|labels|names)$/i.test(name)) return 'text';
  if (/\.onnx$/i.test(name)) throw new ImportProblem(`'${name}' is text, not an ONNX model: "${start.slice(0, 40).split(/\s+/).join(' ')}…"`, 'download it again, from the address of the file itself');
  return isWeights(name) ? 'weights' : undefined;
}

const isWeights = (name: string) => /\.(bin|data|weights|onnx_data|onnx\.data)$/i.test(name) || /(^|\/)group\d+-shard\d+of\d+/i.test(name);

/** An ONNX file begins with its IR version: field 1 as a varint, 08 03 … 08 0d (a SavedModel begins 08 01); another order of fields is for the reader to judge. */
function binaryKind(head: Uint8Array, name: string): FileKind | undefined {
  if (isWeights(name)) return 'weights';
  if (/\.onnx$/i.test(name)) return 'onnx';
  const version = head[0] === 8 && head[1]! >= 3 && head[1]! <= 20;
  return version && [0x12, 0x1a, 0x3a, 0x42].includes(head[2] ?? 0) ? 'onnx' : undefined;
}
