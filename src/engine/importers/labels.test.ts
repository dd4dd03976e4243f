/** Label files of every form give the same names; wrong ones are refused with a sentence. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitLabels, numberedLabels, readLabels } from './labels.ts';
import { ImportProblem } from './problem.ts';

const NAMES = ['tench', 'great white shark'];

describe('readLabels', () => {
  it.each([
    ['lines', 'tench\r\ngreat_white_shark\n\n'],
    ['wnid and name', 'n01440764 tench\nn01484850 great white shark\n'],
    ['JSON array', '["tench", "great_white_shark"]'],
    ['JSON by index', '{"1": "great_white_shark", "0": "tench"}'],
    ["Keras' class index", '{"0": ["n01440764", "tench"], "1": ["n01484850", "great_white_shark"]}'],
    ['index by name', '{"great_white_shark": 1, "tench": 0}'],
    ['a configuration', '{"architectures": ["ViT"], "id2label": {"0": "tench", "1": "great white shark"}}'],
    ['CSV with a header', 'index,wnid,label\n1,n01484850,great_white_shark\n0,n01440764,tench'],
    ['CSV without one', '0,tench\n1,great white shark'],
    ['CSV with quotes', 'id,name\n0,"tench"\n1,"great white shark"'],
    ['tabs, counted from 1', '1\ttench\n2\tgreat white shark'],
    ["Python's dictionary, a line each", "{0: 'tench',\n 1: 'great white shark'}"],
    ['a byte order mark', '\uFEFFtench\ngreat white shark'],
  ])('reads %s', (_, text) => {
    expect(readLabels(text)).toEqual(NAMES);
  });
  it('keeps synonyms in the name', () => {
    expect(readLabels('n01440764 tench, Tinca tinca\nn01443537 goldfish, Carassius auratus')).toEqual(['tench, Tinca tinca', 'goldfish, Carassius auratus']);
    expect(readLabels('0,"tench, Tinca tinca"\n1,"say ""hi"""')).toEqual(['tench, Tinca tinca', 'say "hi"']);
  });
  it.each([
    ['', 'is empty'],
    ['["a", 3]', 'no name at 1'],
    ['{"0": "a", "2": "b"}', 'gap'],
    ['{"a": 0, "b": 0}', 'twice'],
    ['{"0": "a",', 'begins like JSON'],
    ['a\n\nb', 'no name for class 1'],
    ['{}', 'is empty'],
    ['[]', 'is empty'],
    ['0,n01440764\n1,n01484850', 'without a column of names'],
  ])('refuses %j', (text, words) => {
    expect(() => readLabels(text, 'labels.txt')).toThrow(ImportProblem);
    expect(() => readLabels(text, 'labels.txt')).toThrow(words);
  });
});

describe('fitLabels', () => {
  it('holds the count against the outputs, with a background class where there is one', () => {
    expect(fitLabels(NAMES, 2)).toBe(NAMES);
    expect(() => fitLabels(NAMES, 3, 'labels.txt')).toThrow('labels.txt has 2 names, the network 3 outputs');
    const many = numberedLabels(1000);
    expect(fitLabels(many, 1001).slice(0, 2)).toEqual(['background', 'class 0']);
    expect(fitLabels(['Background', ...many], 1000)).toEqual(many);
    expect(() => fitLabels(many, 5)).toThrow('1,000 names');
  });
});

describe("ImageNet's names", () => {
  const names = readLabels(readFileSync(new URL('../../../public/labels/imagenet.txt', import.meta.url), 'utf8'));
  it('are 1,000 different ones, in the usual order', () => {
    expect(names).toHaveLength(1000);
    expect(new Set(names).size).toBe(1000);
    // Places that everybody's list agrees on.
    for (const [i, name] of [[0, 'tench'], [207, 'golden retriever'], [281, 'tabby'], [340, 'zebra'], [779, 'school bus'], [985, 'daisy'], [999, 'toilet tissue']] as const) expect(names[i]).toBe(name);
  });
});
