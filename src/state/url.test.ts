import { expect, test } from 'vitest';
import type { Param, Value } from '../engine/params.ts';
import { stream, type Stream } from '../engine/math/rng.ts';
import type { Catalog } from '../worker/protocol.ts';
import { CATALOG } from '../worker/testing.ts';
import { DEFAULT_CONSENSUS, DEFAULT_DISPLAY, defaultView } from './defaults.ts';
import { readLink, writeLink } from './url.ts';
import { LAB_IDS, MODEL_ROLES, MODEL_SORTS, type View } from './view.ts';

const base = defaultView(CATALOG);

test('the default view needs no link, and an empty link is the default view', () => {
  expect(writeLink(base, CATALOG)).toBe('');
  expect(readLink('', CATALOG)).toEqual({ view: base, notices: [] });
});

test('a link can be read by a person', () => {
  const view: View = {
    ...base,
    image: { kind: 'scene', seed: 7, changes: [{ type: 'light', seed: 3 }, { type: 'remove-part', part: 'handle' }] },
    models: ['vit', 'cnn'],
    params: { 'integrated-gradients': { steps: 64 } },
    target: 1,
    selected: { model: 'vit', method: 'gradient' },
  };
  expect(writeLink(view, CATALOG)).toBe('scene=7&change=light:3,remove-part:handle&models=vit,cnn&integrated-gradients.steps=64&target=watering+can&at=vit/gradient');
  expect(readLink(writeLink(view, CATALOG), CATALOG)).toEqual({ view, notices: [] });
});

function drawValue(param: Param, draws: Stream): Value {
  if (param.kind === 'flag') return draws.uniform() < 0.5;
  if (param.kind === 'choice') return draws.pick(param.options);
  const value = draws.between(param.min, param.max);
  return param.kind === 'int' ? Math.round(value) : value;
}

/** Only what differs from the defaults, as the view keeps it. */
function drawParams(catalog: Catalog, draws: Stream): View['params'] {
  const entries = catalog.methods.map(({ id, params }) => {
    const own = Object.entries(params).map(([name, param]) => [name, drawValue(param, draws)] as const);
    return [id, Object.fromEntries(own.filter(([name, value]) => value !== params[name]!.default))] as const;
  });
  return Object.fromEntries(entries.filter(([, own]) => Object.keys(own).length > 0));
}

function drawStudy(draws: Stream, some: <T>(items: readonly T[]) => T[]): View['study'] {
  const method = draws.pick(CATALOG.methods);
  return {
    models: some(CATALOG.models.map(({ id }) => id)), method: method.id, params: drawParams({ ...CATALOG, methods: [method] }, draws)[method.id] ?? {},
    score: draws.pick(['published', 'logit', 'probability', 'log-probability'] as const), source: draws.pick(['scenes', 'folder'] as const), images: 1 + draws.below(200), seed: draws.below(2 ** 31),
  };
}

function drawPolls(draws: Stream, some: <T>(items: readonly T[]) => T[]): View['polls'] {
  const chance = () => draws.uniform() < 0.5;
  return {
    rule: draws.pick(['published', 'square', 'min-max', 'rank'] as const), pooling: draws.pick(['abs-sum', 'sum'] as const), leaveOneOut: chance(), balance: chance(), weak: chance(),
    score: draws.pick(['published', 'cosine', 'radial-basis', 'spearman'] as const), sigma: draws.between(0.02, 1), counted: chance(), methods: some(CATALOG.methods.map(({ id }) => id)),
    images: 1 + draws.below(24), ...(chance() ? { image: draws.below(200) } : {}),
  };
}

function drawTransfer(draws: Stream): View['transfer'] {
  const chance = () => draws.uniform() < 0.5;
  return {
    region: draws.pick(['top', 'threshold', 'windows'] as const), share: draws.between(0.01, 1), level: draws.between(0.02, 1), side: 4 + draws.below(45), stride: 1 + draws.below(48), windows: 1 + draws.below(32),
    reduction: draws.pick(['absolute', 'positive'] as const), fill: draws.pick(['black', 'mean', 'grey', 'blurred', 'noise'] as const), leaveOut: chance(), order: draws.pick(['family', 'clustered'] as const),
    measure: draws.pick(['kept', 'accuracy', 'probability'] as const), agreement: draws.pick(['spearman', 'ssim', 'overlap'] as const), shares: draws.pick([[0.2], [0.05, 0.1, 0.2, 0.3, 0.5], [0.125, 1]]),
    ...(chance() ? { image: draws.below(200) } : {}), ...(chance() ? { generator: 'cnn' } : {}), ...(chance() ? { tester: 'vit' } : {}),
  };
}

test.each(Array.from({ length: 60 }, (_, i) => i))('any view comes back from its link (%i)', (seed) => {
  const draws = stream(seed, 'views');
  const some = <T>(items: readonly T[]) => draws.shuffle(items).slice(0, draws.below(items.length + 1));
  const chance = () => draws.uniform() < 0.5;
  const view: View = {
    lab: draws.pick(LAB_IDS),
    table: { find: draws.pick(['', 'needs relu', 'a&b=c+d %']), family: draws.pick(['all', 'gradient']), sort: draws.pick(['family', 'cost', 'name'] as const) },
    roster: { family: draws.pick(['all', 'plain']), role: draws.pick(MODEL_ROLES), sort: draws.pick(MODEL_SORTS), reverse: chance(), composite: draws.pick(CATALOG.composites).id, unfolded: chance() },
    image: { kind: 'scene', seed: draws.below(2 ** 31), ...(chance() ? { changes: [{ type: 'recolour', seed: 9 }, { type: 'remove-object' }] } : {}) },
    models: some(CATALOG.models.map(({ id }) => id)),
    methods: some(CATALOG.methods.map(({ id }) => id)),
    shortcut: {
      scenes: 2 + draws.below(99), seed: draws.below(2 ** 31), corner: draws.pick(['any', 'top-left', 'bottom-right'] as const), stickers: draws.pick(['half', 'truthful', 'misleading'] as const),
      methods: some(CATALOG.methods.map(({ id }) => id)),
    },
    params: drawParams(CATALOG, draws),
    study: drawStudy(draws, some),
    transfer: drawTransfer(draws),
    polls: drawPolls(draws, some),
    target: draws.pick(['majority', 'own', 0, 1, 2] as const),
    score: draws.pick(['published', 'logit', 'probability', 'log-probability', 'margin'] as const),
    rival: draws.pick(['runner-up', 0, 1] as const),
    seed: draws.below(1000),
    display: {
      ...DEFAULT_DISPLAY,
      scope: draws.pick(['cell', 'row', 'column', 'all'] as const), unit: draws.pick(['share', 'raw'] as const), percentile: draws.between(90, 100), opacity: draws.uniform(),
      pooling: draws.pick(['sum', 'mean', 'abs-sum', 'max-abs', 'l2'] as const), sign: draws.pick(['both', 'positive', 'negative', 'absolute'] as const),
      diverging: draws.pick(['blue-red', 'purple-orange'] as const), sequential: draws.pick(['inferno', 'viridis'] as const),
      overlay: chance(), smooth: chance(), contour: chance(), outline: chance(), hatch: chance(),
    },
    consensus: { ...DEFAULT_CONSENSUS, vote: draws.pick(['published', 'square', 'min-max', 'rank'] as const), dissenters: chance(), weak: chance(), balance: chance(), disagreement: chance() },
    selected: draws.pick([{}, { model: 'vit' }, { method: 'gradient' }, { model: 'cnn', method: 'smoothgrad' }]),
    theme: draws.pick(['system', 'light', 'dark'] as const),
    ...(chance() ? { region: { x: 10.5, y: 20, radius: 4 } } : {}),
    ...(chance() ? { backend: draws.pick(['webgpu', 'webgl', 'wasm', 'cpu'] as const) } : {}),
    ...(chance() ? { baselineImage: { kind: 'scene', seed: 12 } } : {}),
  };
  expect(readLink(writeLink(view, CATALOG), CATALOG)).toEqual({ view, notices: [] });
});

test('a committee may stand for its models; what is written are their names, so that it stays the same when the catalogue grows', () => {
  const { view, notices } = readLink('models=all', CATALOG);
  expect([view.models, notices]).toEqual([['cnn', 'vit', 'resnet'], []]);
  const weak = { ...CATALOG, models: CATALOG.models.map((entry) => ({ ...entry, ...(entry.id === 'resnet' ? { family: 'residual' } : {}) })) };
  expect(readLink('models=families', weak).view.models).toEqual(['cnn', 'resnet']);
  expect(writeLink(readLink('models=families', weak).view, weak)).toBe('models=cnn,resnet');
});

test('the study of the shortcut is short in a link, and brought into its range', () => {
  const view: View = { ...base, lab: 'committee', shortcut: { scenes: 40, seed: 3, corner: 'top-left', stickers: 'misleading', methods: ['gradient'] } };
  expect(writeLink(view, CATALOG)).toBe('lab=committee&sticker.scenes=40&sticker.seed=3&sticker.corner=top-left&sticker.colour=misleading&sticker.methods=gradient');
  const odd = readLink('sticker.scenes=5000&sticker.seed=-1&sticker.corner=middle&sticker.colour=red&sticker.methods=astrology', CATALOG);
  expect(odd.view.shortcut).toEqual({ ...base.shortcut, scenes: 100 });
  expect(odd.notices).toHaveLength(5);
});

test('what the studies share is short in a link, and brought into its range', () => {
  const view: View = { ...base, study: { ...base.study, models: ['vit', 'cnn'], method: 'integrated-gradients', params: { steps: 64 }, images: 40 } };
  expect(writeLink(view, CATALOG)).toBe('study.models=vit,cnn&study.method=integrated-gradients&study.images=40&study.param.steps=64');
  const odd = readLink('study.models=nobody&study.method=astrology&study.images=1e9&study.seed=x&study.source=web&study.score=margin', CATALOG);
  expect(odd.view.study).toEqual({ ...base.study, images: 200 });
  expect(odd.notices).toHaveLength(6);
});

test('what the Consensus page adds is short in a link, and brought into its range', () => {
  const view: View = { ...base, lab: 'consensus', polls: { ...base.polls, rule: 'rank', leaveOneOut: true, sigma: 0.2, image: 3, methods: ['gradient'] } };
  expect(writeLink(view, CATALOG)).toBe('lab=consensus&polls.rule=rank&polls.leave-one-out=true&polls.sigma=0.2&polls.methods=gradient&polls.image=4');
  const odd = readLink('polls.rule=shout&polls.sigma=0&polls.image=0&polls.balance=perhaps&polls.methods=astrology&polls.images=x', CATALOG);
  expect(odd.view.polls).toEqual({ ...base.polls, sigma: 0.02, image: 0 });
  expect(odd.notices).toHaveLength(6);
});

test('what the Transfer page adds is short in a link, and brought into its range', () => {
  const view: View = { ...base, transfer: { ...base.transfer, region: 'windows', windows: 5, fill: 'noise', leaveOut: false, shares: [0.1, 1], image: 2, generator: 'cnn', tester: 'vit' } };
  expect(writeLink(view, CATALOG)).toBe('transfer.region=windows&transfer.windows=5&transfer.fill=noise&transfer.leave-out=false&transfer.shares=0.1,1&transfer.image=3&transfer.at=cnn/vit');
  expect(readLink('transfer.shares=0.3,,x,7,0.3,0.1', CATALOG).view.transfer.shares).toEqual([0.1, 0.3]);
  const odd = readLink('transfer.region=halo&transfer.share=0&transfer.stride=-4&transfer.fill=gold&transfer.shares=all&transfer.image=0&transfer.at=<b>&transfer.leave-out=maybe', CATALOG);
  expect(odd.view.transfer).toEqual({ ...base.transfer, share: 0.01, stride: 1, image: 0 });
  expect(odd.notices).toHaveLength(8);
});

test('a committee’s link can be read by a person; what it names wrong is said, and the usual stands instead', () => {
  const view: View = { ...base, lab: 'committee', roster: { ...base.roster, sort: 'parameters', reverse: true, composite: 'epsilon' }, selected: { model: 'vit' } };
  expect(writeLink(view, CATALOG)).toBe('lab=committee&by=parameters&reverse=true&composite=epsilon&at=vit/');
  const nonsense = readLink('lab=committee&kin=dragons&role=boss&by=smell&composite=soup', CATALOG);
  expect(nonsense.view.roster).toEqual(base.roster);
  expect(nonsense.notices).toHaveLength(4);
});

test('unknown keys are ignored', () => {
  expect(readLink('utm_source=x&integrated-gradients.wings=2', CATALOG)).toEqual({ view: base, notices: [] });
});

test.each([
  ['scene=elephant', /scene=elephant is no such value; 36145 is used/],
  ['scene=-3', /scene=-3 is outside 0 to 2147483647.*; 0 is used/],
  ['integrated-gradients.steps=9999', /steps=9999 is outside 2 to 256.*; 256 is used/],
  ['integrated-gradients.rule=magic', /rule=magic is none of midpoint, left; midpoint is used/],
  ['smoothgrad.square=perhaps', /square=perhaps is no such value; false is used/],
  ['models=alexnet', /models=alexnet names no model of this version; cnn,vit,resnet is used/],
  ['models=cnn,alexnet', /models=alexnet names no model of this version; cnn is used/],
  ['target=dragon', /target=dragon is no class; the classes are mug, watering can, car; majority is used/],
  ['scale=galaxy', /scale=galaxy is none of cell, row, column, all; cell is used/],
  ['clip=20', /clip=20 is outside 90 to 100; 90 is used/],
  ['opacity=NaN', /opacity=NaN is no such value; 0.8 is used/],
  ['backend=abacus', /backend=abacus is none of/],
  ['at=cnn/tarot', /at=cnn\/tarot names no cell/],
  ['region=1,2', /region=1,2 is no disc/],
  ['change=explode', /change=explode is no change of a scene/],
  ['picture=abc', /picture=abc is a photograph, which stays with the visitor.*scene 36145 is used/],
  ['baseline=picture:abc', /baseline=picture:abc is a photograph/],
])('%s: what is shown is sound, and a notice names key, value and what is used', (query, message) => {
  const { view, notices } = readLink(query, CATALOG);
  expect(notices).toHaveLength(1);
  expect(notices[0]).toMatch(message);
  expect(readLink(writeLink(view, CATALOG), CATALOG).notices).toEqual([]);
});

test('a picture of this visit is found again; no pixel of it is in the link', () => {
  const view: View = { ...base, image: { kind: 'picture', id: 'cafe1234' } };
  expect(writeLink(view, CATALOG)).toBe('picture=cafe1234');
  expect(readLink('picture=cafe1234', CATALOG, ['cafe1234'])).toEqual({ view, notices: [] });
});

test('nonsense never throws', () => {
  for (const query of ['%', '&&==&', 'models=', 'a'.repeat(10_000), 'scene=1e400', '__proto__=1&constructor=2', 'region=,,', 'at=/', 'change=remove-part:']) {
    expect(() => readLink(query, CATALOG)).not.toThrow();
  }
  expect(readLink('models=', CATALOG).view.models).toEqual([]);
});

test('changes of a scene: each kind comes back, in one order whatever that of the link, and short', () => {
  const query = 'change=turn:55,hue:120,size:0.7,light-side:-40,ground:3,ground-kind:planks,background-kind:sky,things:2,remove-part:handle,restore-part:spout,sticker:mug/top-left';
  const { view, notices } = readLink(query, CATALOG);
  expect(notices).toEqual([]);
  const written = writeLink(view, CATALOG);
  expect(written).toBe('change=hue:120,background-kind:sky,ground:3,ground-kind:planks,light-side:-40,turn:55,size:0.7,restore-part:spout,remove-part:handle,things:2,sticker:mug/top-left');
  expect(readLink(written, CATALOG)).toEqual({ view, notices: [] });
  for (const id of Object.keys(CATALOG.scenes.settings)) {
    const { min, max } = CATALOG.scenes.settings[id as keyof typeof CATALOG.scenes.settings];
    for (const value of [min, max]) expect(readLink(`change=${id}:${value}`, CATALOG)).toMatchObject({ view: { image: { changes: [{ type: id, value }] } }, notices: [] });
  }
});

test.each([
  ['change=turn:9999', /turn:9999 is outside 0 to 355.*turn:355 is used/, 'change=turn:355'],
  ['change=turn:7.5', /turn:7.5 is outside 0 to 355 or no whole number; turn:8 is used/, 'change=turn:8'],
  ['change=turn:north', /turn:north is no change of a scene \(turn, size/, ''],
  ['change=ground-kind:lava', /ground-kind:lava is no change/, ''],
  ['change=sticker:spoon/top-left', /is no change/, ''],
  ['change=sticker:mug/middle', /is no change/, ''],
  ['change=toString:1', /is no change/, ''],
  ['change=ground:-1', /is no change/, ''],
])('%s: named, and brought into range or left out', (query, message, left) => {
  const { view, notices } = readLink(query, CATALOG);
  expect(notices).toEqual([expect.stringMatching(message)]);
  expect(writeLink(view, CATALOG)).toBe(left);
});
