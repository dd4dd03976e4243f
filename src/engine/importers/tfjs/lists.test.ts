/** docs/importers.md names every op and every layer class that is read, and no other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { GRAPH_OPS } from './graph/index.ts';
import { LAYER_CLASSES } from './layers/model.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/importers.md'), 'utf8');
const listed = (heading: string) => new RegExp(`^${heading}: (.*)\\.$`, 'm').exec(page)?.[1]?.split(', ') ?? [];

it.each([['Ops of graph models', GRAPH_OPS], ['Classes of layers', LAYER_CLASSES]] as const)('%s', (heading, read) => expect(listed(heading)).toEqual(read));
