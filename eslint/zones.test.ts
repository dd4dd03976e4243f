/** The import zones bite: each row of the table is tried with an import that it must refuse, through ESLint itself. */
import tsParser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { objection, zones } from './zones.js';

const root = join(import.meta.dirname, '..');

function lint(file: string, code: string): string[] {
  const linter = new Linter({ cwd: root });
  const config = [{ files: ['**/*.ts', '**/*.tsx'], languageOptions: { parser: tsParser }, plugins: { chorale: { rules: { zones } } }, rules: { 'chorale/zones': 'error' } }];
  return linter.verify(code, config as Linter.Config[], join(root, 'src', file)).map(({ message }) => message);
}

describe('import zones', () => {
  it.each([
    ['fields/vote.ts', `import { x } from '../engine/params.ts';`],
    ['fields/vote.ts', `import type { x } from '../engine/params.ts';`],
    ['engine/scenes/draw.ts', `import * as tf from '../tf.ts';`],
    ['engine/graph/graph.ts', `import { x } from '../rules/redistribute.ts';`],
    ['engine/graph/graph.ts', `import * as tf from '@tensorflow/tfjs-core';`],
    ['engine/methods/gradient.ts', `import { x } from '../metrics/deletion.ts';`],
    ['engine/methods/gradient.ts', `import { x } from '../testing/backends.ts';`],
    ['engine/methods/gradient.ts', `export * from '../committee/transfer.ts';`],
    ['engine/job/job.ts', `import { x } from '../graph/graph.ts';`],
    ['worker/protocol.ts', `import { x } from '../engine/params.ts';`],
    ['worker/client.ts', `import { x } from '../engine/index.ts';`],
    ['worker/client.ts', `import { x } from './serve.ts';`],
    ['worker/serve.ts', `import { x } from '../state/store.ts';`],
    ['state/store.ts', `import { useState } from 'react';`],
    ['state/store.ts', `import { x } from '../engine/index.ts';`],
    ['draw/heatmap.ts', `import { x } from '../state/store.ts';`],
    ['ui/Picture.tsx', `import { x } from '../engine/methods/gradient.ts';`],
    ['ui/Picture.tsx', `const x = import('../worker/serve.ts');`],
    ['labs/explore/Explore.tsx', `import { x } from '../consensus/Consensus.tsx';`],
    ['cli/verify.ts', `import { x } from '../ui/Picture.tsx';`],
    ['nowhere/thing.ts', `import { x } from './other.ts';`],
  ])('%s refuses %s', (file, code) => {
    expect(lint(file, code)).toHaveLength(1);
  });

  it.each([
    ['engine/graph/graph.ts', `import * as tf from '../tf.ts';`],
    ['worker/protocol.ts', `import type { Param } from '../engine/params.ts';`],
    ['worker/serve.ts', `import { x } from '../engine/index.ts';`],
    ['state/url.ts', `import { coerce } from '../engine/params.ts';`],
    ['draw/curve.ts', `import { scaleLinear } from 'd3-scale';`],
    ['labs/explore/Explore.tsx', `import { x } from './Grid.tsx'; import './explore.css';`],
  ])('%s allows %s', (file, code) => {
    expect(lint(file, code)).toEqual([]);
  });

  it('names the zone and the target', () => {
    expect(objection('fields/vote.ts', '../engine/params.ts', false)).toBe(`'fields' may not import 'engine/params.ts'`);
  });
});
