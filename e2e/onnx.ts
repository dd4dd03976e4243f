/** A small network as an ONNX file, written here byte by byte, so that a lone clone can prove the importer. Reads none. */

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))]);
const field = (number: number, value: number | string | readonly number[] | Uint8Array): number[] => {
  if (typeof value === 'number') return [...varint(number << 3), ...varint(value)];
  const bytes = typeof value === 'string' ? [...new TextEncoder().encode(value)] : [...value];
  return [...varint((number << 3) | 2), ...varint(bytes.length), ...bytes];
};

function tensor(name: string, shape: readonly number[], valueAt: (index: number) => number): number[] {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => valueAt(i));
  return [...shape.flatMap((length) => field(1, length)), ...field(2, 1), ...field(8, name), ...field(9, new Uint8Array(values.buffer))];
}
const node = (type: string, inputs: readonly string[], output: string, attributes: readonly number[][] = []): number[] =>
  [...inputs.flatMap((input) => field(1, input)), ...field(2, output), ...field(3, output), ...field(4, type), ...attributes.flatMap((attribute) => field(5, attribute))];
const ints = (name: string, values: readonly number[]): number[] => [...field(1, name), ...values.flatMap((value) => field(8, value)), ...field(20, 7)];
const value = (name: string, shape: readonly number[]): number[] => {
  const dims = shape.flatMap((length) => field(1, field(1, length)));
  return [...field(1, name), ...field(2, field(1, [...field(1, 1), ...field(2, dims)]))];
};

/** [1, 3, 32, 32] → conv 4×4 by 4 → relu → mean → 3 classes: how much red, green and blue there is. */
export function tinyOnnx(): Buffer {
  const graph = [
    ...field(1, node('Conv', ['image', 'kernel'], 'convolved', [ints('kernel_shape', [4, 4]), ints('strides', [4, 4])])),
    ...field(1, node('Relu', ['convolved'], 'active')),
    ...field(1, node('GlobalAveragePool', ['active'], 'pooled')),
    ...field(1, node('Flatten', ['pooled'], 'flat')),
    ...field(1, node('Gemm', ['flat', 'weights', 'bias'], 'scores')),
    ...field(2, 'tiny'),
    ...field(5, tensor('kernel', [3, 3, 4, 4], (i) => (Math.floor(i / 48) === Math.floor(i / 16) % 3 ? 1 / 16 : 0))),
    ...field(5, tensor('weights', [3, 3], (i) => (i % 4 === 0 ? 2 : -0.5))),
    ...field(5, tensor('bias', [3], () => 0.1)),
    ...field(11, value('image', [1, 3, 32, 32])),
    ...field(12, value('scores', [1, 3])),
  ];
  return Buffer.from([...field(1, 8), ...field(2, 'a test'), ...field(7, graph), ...field(8, field(2, 17))]);
}
