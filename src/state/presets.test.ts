/** Sets of columns: every id that is named is one of the catalogue. */
import { expect, test } from 'vitest';
import { catalog as engineCatalog } from '../engine/catalog.ts';
import type { Entry } from '../worker/client.ts';
import type { Capability, Catalog } from '../worker/protocol.ts';
import { CATALOG } from '../worker/testing.ts';
import { defaultView } from './defaults.ts';
import { presets } from './presets.ts';
import { SLOTS } from './store.ts';

const real = engineCatalog([]) as Catalog;
const answered = (model: string, methods: Record<string, Capability>): Entry => {
  const request = { kind: 'capabilities', model } as const;
  return { status: 'done', request, shown: { request, result: { kind: 'capabilities', methods }, preview: false, partial: false } };
};
const capability = (forward: number, reason?: string): Capability => ({ passes: { forward, backward: 0, exact: true }, claims: [], ...(reason ? { reason } : {}) });

test('the first view has nine columns, the last two of them controls; the fourteen are fourteen', () => {
  const { methods } = defaultView(real);
  expect(methods).toHaveLength(9);
  expect(methods.map((id) => real.methods.find((method) => method.id === id)!.family === 'control')).toEqual([...Array<boolean>(7).fill(false), true, true]);
  const sets = Object.fromEntries(presets(real, { entries: {} }, []).map(({ id, methods: ids }) => [id, ids]));
  expect(sets['fourteen']).toHaveLength(14);
  expect(sets['rivals']).toHaveLength(10);
  expect(sets['transformers']).toHaveLength(6);
});

test('quick is what every model on show runs in a few passes, once all have answered', () => {
  const [cnn, vit] = CATALOG.models;
  const entries = {
    [SLOTS.capabilities('cnn')]: answered('cnn', { gradient: capability(2), smoothgrad: capability(4), 'integrated-gradients': capability(64) }),
    [SLOTS.capabilities('vit')]: answered('vit', { gradient: capability(2), smoothgrad: capability(4, 'Needs more.'), 'integrated-gradients': capability(64) }),
  };
  const quick = (models: typeof CATALOG.models) => presets(CATALOG, { entries }, models).find(({ id }) => id === 'quick')?.methods;
  expect(quick([cnn!])).toEqual(['gradient', 'smoothgrad']);
  expect(quick([cnn!, vit!])).toBeUndefined(); // one method is no set
  expect(quick([cnn!, CATALOG.models[2]!])).toBeUndefined();
});
