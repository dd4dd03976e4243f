/** docs/methods.md says what the cards say. `npm run docs` writes it anew. */
import { expect, it } from 'vitest';
import { METHODS } from '../src/engine/methods/index.ts';
import { useBackend } from '../src/engine/testing/backends.ts';
import { methodsPage } from './methodsPage.ts';

await useBackend('cpu');

it('docs/methods.md is what the cards give (npm run docs)', async () => {
  await expect(methodsPage(METHODS.map(({ id }) => id))).toMatchFileSnapshot('../docs/methods.md');
});
