/** The table of methods: rows, filter, order, sentence, files. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_TABLE } from '../../state/defaults.ts';
import type { Capability, MethodEntry, ModelEntry } from '../../worker/protocol.ts';
import { tableCsv, tableJson } from './exportTable.ts';
import { chosenRows, costWords, lacksOf, rowOf, story, type Known } from './table.ts';

const method = (id: string, family: string, says = ''): MethodEntry => ({
  id, title: id.toUpperCase(), cite: 'x', reference: 'Doe, Roe, Poe (2019): Maps. ICML, arXiv 1901.00001; eq. 1.', family, signed: true, score: 'logit', card: { says, formula: 'x', misleads: '' }, params: {}, previews: false,
});
const model = (id: string): ModelEntry => ({
  id, title: id, architecture: id, family: 'plain', familyTitle: 'Plain', mixes: 'convolution', role: 'member', inputSize: 64, classes: [], parameters: 1, multiplyAdds: 1, calibrationError: 0, bytes: 2, sha256: id,
  accuracy: { validation: 1, test: 1, interval: [1, 1], n: 1 } });
const runs = (forward: number, backward = 0, exact = true, claims: Capability['claims'] = ['deterministic']): Capability => ({ passes: { forward, backward, exact }, claims });
const refuses = (reason: string): Capability => ({ ...runs(1), reason });

const RELU = 'Needs ReLU. This model has GELU, which lets negative values through.';
const METHODS = [method('slope', 'gradient', 'The slope.'), method('guided', 'gradient', 'Crisp edges.'), method('rollout', 'attention', 'Who reads whom.'), method('shapley', 'perturbation', 'Fair shares.')];
const KNOWN: Known[] = [
  { model: model('cnn'), methods: { slope: runs(1, 1), guided: runs(1, 1), rollout: refuses('Needs attention, and this model has none.'), shapley: runs(500, 0, false, []) } },
  { model: model('vit'), methods: { slope: runs(1, 1, true, ['deterministic', 'complete']), guided: refuses(RELU), rollout: runs(1), shapley: runs(700, 0, false, []) } },
];
const ROWS = METHODS.map((one) => rowOf(one, KNOWN));
const ids = (rows: readonly { method: MethodEntry }[]) => rows.map((row) => row.method.id);

describe('rows', () => {
  it('say for each model whether it runs, else why not', () => {
    expect(ROWS[1]!.cells).toEqual([{ kind: 'runs', capability: runs(1, 1) }, { kind: 'refuses', reason: RELU, lacks: 'needs ReLU' }]);
    expect(rowOf(METHODS[0]!, [{ model: model('cnn') }, { model: model('vit'), problem: 'damaged' }]).cells.map(({ kind }) => kind)).toEqual(['unknown', 'failed']);
  });
  it('claim what holds on every model that runs it, and cost a range or a bound', () => {
    expect(ROWS[0]!.claims).toEqual(['deterministic']);
    expect(ROWS.map(costWords)).toEqual(['2', '2', '1', '≤ 700']);
    expect(costWords(rowOf(METHODS[0]!, [{ model: model('a'), methods: { slope: runs(20) } }, { model: model('b'), methods: { slope: runs(40) } }]))).toBe('20 to 40');
    expect(costWords({ method: METHODS[0]!, cells: [] })).toBe('–');
  });
  it('name what is missing in two or three words', () => {
    expect(lacksOf('Grad-CAM needs spatial features; this model names none.')).toBe('needs spatial features');
    expect(lacksOf('Needs attention between places. This model has none.')).toBe('needs attention');
    expect(lacksOf("Needs whole-image attention: this model's tokens attend only to their own small window.")).toBe('needs whole-image attention');
    expect(lacksOf('Needs bottleneck 1.5 layers (as published).')).toBe('needs bottleneck 1.5 layers');
    expect(lacksOf('DeepLIFT has no rule for layer normalisation, nor for softmax.')).toBe('lacks a rule for layer normalisation');
    expect(lacksOf('The op gelu has no multiplier, so the rule ends there.')).toBe('the op gelu has no multiplier');
  });
});

describe('the chosen rows', () => {
  const of = (change: Partial<typeof DEFAULT_TABLE>) => ids(chosenRows(ROWS, { ...DEFAULT_TABLE, ...change }));
  it('have every word, wherever the row says it: title, card, author, reason', () => {
    expect(of({ find: 'CRISP edges' })).toEqual(['guided']);
    expect(of({ find: 'gelu' })).toEqual(['guided']);
    expect(of({ find: 'roe 2019' })).toHaveLength(4);
    expect(of({ find: 'crisp attention' })).toEqual([]);
  });
  it('are of the family, and in the order asked for', () => {
    expect(of({ family: 'gradient' })).toEqual(['slope', 'guided']);
    expect(of({ sort: 'cost' })).toEqual(['rollout', 'guided', 'slope', 'shapley']);
    expect(of({ sort: 'name' })).toEqual(['guided', 'rollout', 'shapley', 'slope']);
  });
});

describe('the sentence', () => {
  it('counts what runs everywhere, what the others need, and the cost', () => {
    expect(story(ROWS, KNOWN)).toBe('4 methods, 2 models: 2 run on every model; 1 needs ReLU, 1 needs attention. One map costs from 1 to 700 passes through the network.');
    expect(story(ROWS.slice(0, 1), KNOWN)).toBe('1 method, 2 models: every method runs on every model. One map costs 2 passes through the network.');
  });
  it('says how far the asking is', () => {
    const half: Known[] = [KNOWN[0]!, { model: model('vit') }];
    expect(story(METHODS.map((one) => rowOf(one, half)), half)).toBe('4 methods, 2 models. What runs where is being asked: 1 of 2 models have answered.');
  });
});

it('the files hold every method and reason', () => {
  const [header, , guided] = tableCsv(ROWS, KNOWN).split('\r\n');
  expect(header).toBe('method,title,family,cnn,vit,"passes, least","passes, most",passes are exact,signed,score,claims,source');
  expect(guided).toContain(`guided,GUIDED,Gradients,runs,"does not run: ${RELU}",2,2,true`);
  const parsed = JSON.parse(tableJson(ROWS, KNOWN)) as { methods: { id: string; models: Record<string, unknown> }[] };
  expect(parsed.methods[1]).toMatchObject({ id: 'guided', models: { cnn: { runs: true, passes: { forward: 1 } }, vit: { runs: false, reason: RELU } } });
});
