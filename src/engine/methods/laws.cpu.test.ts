/** The laws on the CPU backend, whose sums may run in another order: the batch may change a field by 1e-6 of its largest entry. */
import { describe } from 'vitest';
import { useBackend } from '../testing/backends.ts';
import { laws } from '../testing/laws.ts';
import { METHODS } from './index.ts';

await useBackend('cpu');

describe.each(METHODS.map((method) => [method.id, method] as const))('%s', (_, method) => laws(method));
