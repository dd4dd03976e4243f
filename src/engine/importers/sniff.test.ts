import { describe, expect, it } from 'vitest';
import { writeOnnx } from '../testing/onnxWriter.ts';
import { ImportProblem } from './problem.ts';
import { sniff } from './sniff.ts';

const text = (content: string) => new TextEncoder().encode(content);
const bytes = (...values: number[]) => Uint8Array.from(values);
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** The head of a zip archive whose first entry is `name`. */
const zipOf = (name: string, then = '') => joined(bytes(0x50, 0x4b, 3, 4, ...new Array<number>(22).fill(0), name.length, 0, 0, 0), text(name + then));

describe('a file that can be used', () => {
  const model = writeOnnx({ inputs: { x: [1] }, outputs: ['y'], nodes: [{ type: 'Relu', inputs: ['x'], outputs: ['y'] }] });
  it.each([
    ['onnx', model, 'model.onnx'],
    ['onnx', model, 'no-ending'],
    ['tfjs-json', text('{"format": "layers-model", "modelTopology": {}}'), 'model.json'],
    ['tfjs-json', text('[{"weightsManifest": []}]'), 'download'],
    ['zip', zipOf('model.json'), 'model.zip'],
    ['weights', bytes(0, 1, 2, 3), 'group1-shard1of1.bin'],
    ['weights', bytes(0, 1, 2, 3), 'folder/group12-shard1of55'],
    ['weights', bytes(8, 1, 2, 3), 'model.onnx.data'],
    ['weights', text('    '), 'model.onnx_data'],
    ['text', text('tench\ngoldfish\n'), 'labels.txt'],
    ['image', bytes(0x89, 0x50, 0x4e, 0x47, 0x0d), 'cat.jpg'],
    ['image', bytes(0xff, 0xd8, 0xff, 0xe0), 'model.onnx'],
  ] as const)('%s', (kind, content, name) => expect(sniff(content, name)).toBe(kind));
});

describe('a file that cannot be imported is refused with the way out', () => {
  it.each([
    ['empty', bytes(), 'model.onnx', /'model.onnx' is empty/],
    ['PyTorch zip', zipOf('archive/data.pkl'), 'model.bin', /PyTorch checkpoint: .*torch\.onnx\.export\(model\.eval\(\), torch\.zeros\(1, 3, 224, 224\), "model\.onnx", input_names=\["input"\], dynamic_axes=\{"input": \{0: "batch"\}\}\)/],
    ['PyTorch zip by name', zipOf('whatever'), 'net.pth', /torch\.onnx\.export/],
    ['pickle', bytes(0x80, 2, 0x8a, 0x0a), 'net.tar', /Python pickle.*torch\.onnx\.export/],
    ['checkpoint by name', bytes(1, 2, 3), 'net.pt', /torch\.onnx\.export/],
    ['HDF5', bytes(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a), 'model', /HDF5: .*tensorflowjs_converter --input_format=keras model\.h5/],
    ['Keras zip', zipOf('metadata.json', '…config.json'), 'model.keras', /Keras model: .*--input_format=keras_keras/],
    ['SavedModel', bytes(8, 1, 0x12, 9), 'saved_model.pb', /SavedModel: .*--input_format=tf_saved_model/],
    ['TensorFlow Lite', joined(bytes(0x1c, 0, 0, 0), text('TFL3')), 'model', /TensorFlow Lite/],
    ['safetensors', joined(bytes(0x40, 1, 0, 0, 0, 0, 0, 0), text('{"weight":{}}')), 'model', /weights without their network.*torch\.onnx\.export/],
    ['Core ML', bytes(8, 1), 'Net.mlmodel', /Core ML/],
    ['web page', text('\n<!DOCTYPE html><html><title>404</title>'), 'model.onnx', /web page, not a model: .*raw/],
    ['git-lfs pointer', text('version https://git-lfs.github.com/spec/v1\noid sha256:1\n'), 'model.onnx', /git-lfs pointer.*git lfs pull/],
    ['text called onnx', text('Not Found'), 'model.onnx', /text, not an ONNX model: "Not Found/],
    ['gzip', bytes(0x1f, 0x8b, 8), 'model.onnx.gz', /gzip/],
    ['noise', bytes(1, 2, 3, 4, 0), 'thing', /neither an ONNX file nor/],
  ])('%s', (_, content, name, message) => {
    let problem: unknown;
    try {
      sniff(content, name);
    } catch (error) {
      problem = error;
    }
    expect(problem).toBeInstanceOf(ImportProblem);
    expect((problem as Error).message).toMatch(message);
  });
});
