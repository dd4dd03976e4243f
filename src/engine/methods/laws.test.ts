/** The laws, for every method of the registry, on both backends that Node has. */
import { describe, expect, test } from 'vitest';
import { registerWasmKernels } from '../kernels/index.ts';
import { useBackend } from '../testing/backends.ts';
import { laws } from '../testing/laws.ts';
import { reference } from './cite.ts';
import { METHODS, methodOf } from './index.ts';

await useBackend('wasm');
await registerWasmKernels();

describe.each(METHODS.map((method) => [method.id, method] as const))('%s', (_, method) => laws(method, { exact: true }));

test('every method has a card, a source and titles for its parameters', () => {
  for (const { id, title, card, cite, params } of METHODS) {
    expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    for (const words of [title, card.says, card.formula, card.misleads, reference(cite)]) expect(words.length).toBeGreaterThan(3);
    for (const [name, param] of Object.entries(params)) {
      expect(param.title, `${id}.${name}`).toMatch(/^[A-Z]/);
      if (param.kind === 'choice') for (const option of param.options) expect(param.labels?.[option], `${id}.${name}.${option}`).toBeTruthy();
    }
  }
  expect(new Set(METHODS.map(({ id }) => id)).size).toBe(METHODS.length);
});

test('an unknown method or source is named', () => {
  expect(() => methodOf('phrenology')).toThrow("no method 'phrenology'");
  expect(() => reference('nobody1999')).toThrow("no citation 'nobody1999'");
});
