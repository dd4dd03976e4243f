/** Files as visitors give them: in folders, flat, zipped, with others beside, and wrong ones. */
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { openFiles } from './files.ts';

const topology = { class_name: 'Sequential', config: { layers: [{ class_name: 'Dense', config: { name: 'd', units: 2, use_bias: false, batch_input_shape: [null, 3] } }] } };
const json = (paths: string[]) => strToU8(JSON.stringify({ modelTopology: topology, weightsManifest: [{ paths, weights: [{ name: 'd/kernel', shape: [3, 2], dtype: 'float32' }] }] }));
const numbers = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
const [first, second] = [numbers.slice(0, 10), numbers.slice(10)];
const kernelOf = (files: Record<string, Uint8Array>) => [...openFiles(new Map(Object.entries(files))).source().constants.get('d/kernel')!.values];

describe('openFiles', () => {
  it.each([
    ['flat, without .bin', { 'model.json': json(['s1', 's2']), s1: first, s2: second }],
    ['in a folder', { 'net/model.json': json(['./s1', 'weights/s2']), 'net/s1': first, 'net/weights/s2': second, 'other/s1': second }],
    ['with the weights dropped flat', { 'model.json': json(['weights/s1?v=2', 'weights/s2']), s1: first, s2: second }],
    ['under another name, beside other JSON', { 'tiny.json': json(['s1', 's2']), 'nn.json': strToU8('[1, 2]'), s1: first, s2: second, 'a.png': first }],
    ['zipped', { 'net.zip': zipSync({ 'net/model.json': json(['s1', 's2']), 'net/s1': first, 'net/s2': [second, { level: 9 }] }) }],
  ])('finds the weights %s', (_, files) => expect(kernelOf(files)).toEqual([1, 2, 3, 4, 5, 6]));

  it('reads labels beside the model', () => {
    const model = { 'model.json': json(['s']), s: numbers };
    const labels = (more: Record<string, Uint8Array>) => openFiles(new Map(Object.entries({ ...model, ...more }))).labels;
    expect(labels({ 'labels.txt': strToU8('cat\ndog\n') })).toEqual(['cat', 'dog']);
    expect(labels({ 'metadata.json': strToU8('{"labels": ["cat", "dog"]}') })).toEqual(['cat', 'dog']);
    expect(labels({ 'class_names.json': strToU8('["cat", "dog"]') })).toEqual(['cat', 'dog']);
    expect(labels({})).toBeUndefined();
  });

  it('says which files are missing, and that there are none, several or strange ones', () => {
    const open = (files: Record<string, Uint8Array>) => () => openFiles(new Map(Object.entries(files))).source();
    expect(open({ 'model.json': json(['s1', 's2']), s1: first })).toThrow("1 of 2 weight files are missing: 's2'");
    expect(open({ 'a.json': json([]), 'b.json': json([]) })).toThrow("these are 2 models: 'a.json', 'b.json'");
    expect(open({ 'a.png': first, 'b.bin': second })).toThrow("no model is among these 2 files: 'a.png', 'b.bin'");
    expect(open({})).toThrow('there is no file');
    expect(open({ 'model.json': json(['s']).slice(0, -5), s: numbers })).toThrow("'model.json' is cut off or is no JSON");
    expect(open({ 'net.bin': zipSync({ 'net/version': second, 'net/data.pkl': first }) })).toThrow(/'net.bin' is a PyTorch checkpoint.*torch.onnx.export/);
    expect(open({ 'net.zip': zipSync({ 'model.weights.h5': second }) })).toThrow(/'net.zip' is a Keras model.*tensorflowjs_converter/);
    expect(open({ 'a.png': first, 'net.h5': second })).toThrow(/'net.h5' is a Keras model in HDF5/);
    expect(open({ 'net.onnx': strToU8('<!doctype html>') })).toThrow(/'net.onnx' is a web page/);
    expect(open({ 'net.onnx': new Uint8Array() })).toThrow("'net.onnx' is empty");
  });
});
