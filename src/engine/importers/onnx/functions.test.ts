import { describe, expect, it } from 'vitest';
import { floats, writeOnnx, type OnnxFunction, type OnnxModel, type OnnxNode } from '../../testing/onnxWriter.ts';
import { readOnnx } from './readOnnx.ts';

const call = (type: string, inputs: string[], outputs: string[], more: Partial<OnnxNode> = {}): OnnxNode => ({ type, inputs, outputs, ...more });
const inFunctions = { domain: 'functions' };
const model = (nodes: OnnxNode[], functions: OnnxFunction[], more: Partial<OnnxModel> = {}) =>
  readOnnx(writeOnnx({ opset: { '': 18, functions: 1 }, inputs: { x: ['batch', 4] }, outputs: ['y'], nodes, functions, ...more }));

/** What an operator does to which values, with names written out. */
const lines = (source: ReturnType<typeof readOnnx>) => source.operators.map(({ type, inputs, outputs }) => `${outputs.join()} = ${type}(${inputs.join()})`);

const double: OnnxFunction = { name: 'double', domain: 'functions', inputs: ['a'], outputs: ['b'], nodes: [call('Add', ['a', 'a'], ['t']), call('Relu', ['t'], ['b'])], opsets: { '': 18 } };

describe('a model-local function', () => {
  it('stands in place of each of its calls, its values under names of their own', () => {
    const source = model([call('double', ['x'], ['m'], { ...inFunctions, name: 'one' }), call('double', ['m'], ['y'], { ...inFunctions, name: 'two' })], [double]);
    expect(lines(source)).toEqual(['one/t = Add(x,x)', 'm = Relu(one/t)', 'two/t = Add(m,m)', 'y = Relu(two/t)']);
    expect(source.operators.map((operator) => operator.name)).toEqual(['one/Add(t)', 'one/Relu(b)', 'two/Add(t)', 'two/Relu(b)']);
  });

  it('may call another one', () => {
    const outer: OnnxFunction = { ...double, name: 'outer', nodes: [call('double', ['a'], ['t'], { ...inFunctions, name: 'inner' }), call('Neg', ['t'], ['b'])], opsets: { '': 18, functions: 1 } };
    expect(lines(model([call('outer', ['x'], ['y'], { ...inFunctions, name: 'n' })], [double, outer]))).toEqual(['n/inner/t = Add(x,x)', 'n/t = Relu(n/inner/t)', 'y = Neg(n/t)']);
  });

  it('takes attributes by reference, from the call, from the call around it, or from its defaults', () => {
    const slope: OnnxFunction = {
      ...double,
      name: 'slope',
      nodes: [call('LeakyRelu', ['a'], ['b'], { attributes: { alpha: { reference: 'steepness', of: 'float' } } })],
      attributes: ['other'],
      defaults: { steepness: { float: 0.25 } },
    };
    const outer: OnnxFunction = { ...slope, name: 'outer', nodes: [call('slope', ['a'], ['b'], { ...inFunctions, attributes: { steepness: { reference: 'given', of: 'float' } } })], attributes: ['given'], defaults: {}, opsets: { '': 18, functions: 1 } };
    const alpha = (node: OnnxNode) => model([node], [slope, outer]).operators[0]!.attributes;
    expect(alpha(call('slope', ['x'], ['y'], { ...inFunctions, attributes: { steepness: { float: 0.5 } } }))).toEqual({ alpha: 0.5 });
    expect(alpha(call('slope', ['x'], ['y'], inFunctions))).toEqual({ alpha: 0.25 });
    expect(alpha(call('outer', ['x'], ['y'], { ...inFunctions, attributes: { given: { float: 0.75 } } }))).toEqual({ alpha: 0.75 });
    // not given, no default further in than slope's own
    expect(alpha(call('outer', ['x'], ['y'], inFunctions))).toEqual({ alpha: 0.25 });
  });

  it('takes a constant by reference', () => {
    const scaled: OnnxFunction = { ...double, name: 'scaled', nodes: [call('Constant', [], ['c'], { attributes: { value_float: { reference: 'by', of: 'float' } } }), call('Mul', ['a', 'c'], ['b'])], attributes: ['by'] };
    const source = model([call('scaled', ['x'], ['y'], { ...inFunctions, name: 's', attributes: { by: { float: 3 } } })], [scaled]);
    expect(source.constants.get('s/c')).toEqual({ type: 'float', shape: [], values: Float32Array.of(3) });
  });

  it('may leave out inputs, give fewer outputs, and hand an input through', () => {
    const odd: OnnxFunction = { name: 'odd', domain: 'functions', inputs: ['a', 'low', 'high'], outputs: ['a', 'b', 'c'], nodes: [call('Clip', ['a', 'low', 'high'], ['b']), call('Neg', ['b'], ['c'])], opsets: { '': 18 } };
    const source = model([call('odd', ['x', '', 'six'], ['same', 'clipped'], { ...inFunctions, name: 'o' }), call('Add', ['same', 'clipped'], ['y'])], [odd], { initialisers: { six: floats([], [6]) } });
    expect(lines(source)).toEqual(['clipped = Clip(x,,six)', 'y = Add(x,clipped)']);
  });

  it('is read in its own opset', () => {
    const old: OnnxFunction = { ...double, name: 'old', nodes: [call('ReduceMean', ['a'], ['b'], { attributes: { axes: { ints: [-1] } } })], opsets: { '': 13 } };
    const source = model([call('old', ['x'], ['y'], { ...inFunctions, name: 'o' })], [old]);
    expect(source.operators[0]!.inputs).toEqual(['x', 'o/ReduceMean(b)/axes']);
    expect(() => model([call('old', ['x'], ['y'], inFunctions)], [{ ...old, opsets: { '': 5 } }])).toThrow(/opset 5/);
  });

  it('is refused when it calls itself or uses what nobody gives', () => {
    const loop: OnnxFunction = { ...double, name: 'loop', nodes: [call('back', ['a'], ['b'], inFunctions)], opsets: { '': 18, functions: 1 } };
    const back: OnnxFunction = { ...loop, name: 'back', nodes: [call('loop', ['a'], ['b'], inFunctions)] };
    expect(() => model([call('loop', ['x'], ['y'], inFunctions)], [loop, back])).toThrow(/function 'functions::loop' calls itself/);
    const blind: OnnxFunction = { ...double, name: 'blind', nodes: [call('Add', ['a', 'x'], ['b'])] };
    // the graph's x is not visible inside
    expect(() => model([call('blind', ['x'], ['y'], { ...inFunctions, name: 'n' })], [blind])).toThrow(/takes the value 'n\/x'/);
  });

  it('that doubles at every level is refused before it fills the memory', () => {
    const levels = Array.from({ length: 30 }, (_, i): OnnxFunction => {
      const next = i === 29 ? 'Relu' : `f${i + 1}`;
      const domain = i === 29 ? {} : inFunctions;
      return { ...double, name: `f${i}`, nodes: [call(next, ['a'], ['t'], domain), call(next, ['t'], ['b'], domain)], opsets: { '': 18, functions: 1 } };
    });
    const start = process.cpuUsage().user;
    expect(() => model([call('f0', ['x'], ['y'], inFunctions)], levels)).toThrow(/more than 20000 operators/);
    expect((process.cpuUsage().user - start) / 1e6).toBeLessThan(2);
  });

  it('that doubles at every level and makes nothing is refused too', () => {
    const levels = Array.from({ length: 30 }, (_, i): OnnxFunction => {
      const constants = Array.from({ length: 20 }, (_, k) => call('Constant', [], [`c${k}`], { attributes: { value_float: { float: k } } }));
      const calls = i === 29 ? [] : ['t', 'u'].map((value) => call(`f${i + 1}`, ['a'], [value], inFunctions));
      return { ...double, name: `f${i}`, nodes: [...calls, ...constants, call('Relu', ['a'], ['b'])].slice(0, i === 29 ? 20 : 22), outputs: ['c0'], opsets: { '': 18, functions: 1 } };
    });
    const start = process.cpuUsage().user;
    expect(() => model([call('f0', ['x'], ['y'], inFunctions)], levels)).toThrow(/functions of the file call each other without end/);
    expect((process.cpuUsage().user - start) / 1e6).toBeLessThan(2);
  });
});

describe('an If', () => {
  const branch = (type: string) => ({ graph: { outputs: ['r'], nodes: [call(type, ['x', 'k'], ['r'])], initialisers: { k: floats([], [2]) } } });
  const attributes = { then_branch: branch('Mul'), else_branch: branch('Add') };

  it('with a constant condition is the branch that is taken, which sees the values around it', () => {
    for (const [condition, type] of [[1, 'Mul'], [0, 'Add']] as const) {
      const source = model([call('If', ['c'], ['y'], { name: 'i', attributes })], [], { initialisers: { c: { type: 'bool', shape: [], values: [condition] } } });
      expect(lines(source)).toEqual([`y = ${type}(x,i/k)`]);
      expect(source.outputs).toEqual(['y']);
    }
  });

  it('with a computed condition is refused by name, as is a Loop', () => {
    const computed = [call('ReduceMax', ['x'], ['m']), call('Cast', ['m'], ['c'], { attributes: { to: { int: 9 } } })];
    expect(() => model([...computed, call('If', ['c'], ['y'], { name: 'choice', attributes })], [])).toThrow(/'choice' is an If whose condition is computed: export/);
    expect(() => model([call('Loop', ['x'], ['y'], { name: 'again', attributes: { body: branch('Add') } })], [])).toThrow(/'again' is a Loop/);
  });
});
