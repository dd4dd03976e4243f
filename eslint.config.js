/** Lint: strict types, the import zones, no cycles, and the few things that broke such programs before. Formatting is not its business. */
import importX from 'eslint-plugin-import-x';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import { builtinRules } from 'eslint/use-at-your-own-risk';
import tseslint from 'typescript-eslint';
import { zones } from './eslint/zones.js';

const NETWORK = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'importScripts'];
const PLATFORM = ['Date', 'performance', 'process', 'window', 'document', 'navigator', 'console', 'setTimeout', 'Buffer', 'HTMLElement', 'HTMLCanvasElement', 'HTMLImageElement', 'ImageData'];
const GATE = 'the network has one gate, worker/loadBytes.ts';
const banned = (names, message) => names.map((name) => ({ name, message }));
const networkProperties = ['window', 'self', 'globalThis'].flatMap((object) => NETWORK.map((property) => ({ object, property, message: GATE })));
const INEXACT = ['sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2', 'exp', 'expm1', 'log', 'log2', 'log10', 'log1p', 'pow', 'tanh', 'sinh', 'cosh', 'cbrt', 'hypot'];
const ASYNC_TIDY = {
  selector: "CallExpression:matches([callee.property.name='tidy'], [callee.name='tidy']) > :function[async=true]",
  message: 'a tidy frees its tensors when its function returns, before anything awaited in it has run: make the function synchronous',
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.cache/', 'test-results/', 'playwright-report/', 'src/engine/kernels/simd/', '**/*.generated.ts', '**/*.d.ts'] },
  {
    files: ['src/**/*.{ts,tsx}', 'e2e/**/*.ts', '*.config.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX, chorale: { rules: { zones, 'long-file': builtinRules.get('max-lines') } } },
    settings: { 'import-x/resolver': { node: { extensions: ['.ts', '.tsx', '.js', '.mjs'] } }, 'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] } },
    rules: {
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'max-lines': ['error', { max: 400 }],
      'chorale/long-file': ['warn', { max: 300 }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-restricted-syntax': ['error', ASYNC_TIDY],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true, allowNullish: true, allowArray: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      // `noUncheckedIndexedAccess` makes `!` the plain way to read a typed array inside its bounds.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // The ranks of TensorFlow.js's tensors are alike to the rule: it takes a cast from Tensor to Tensor4D for nothing.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unnecessary-template-expression': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-deprecated': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/**/*.test.{ts,tsx}'],
    rules: { 'chorale/zones': 'error', 'no-restricted-globals': ['error', ...banned(NETWORK, GATE)], 'no-restricted-properties': ['error', ...networkProperties] },
  },
  {
    files: ['src/worker/loadBytes.ts'],
    rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': 'off' },
  },
  {
    files: ['src/engine/**/*.ts', 'src/fields/**/*.ts', 'src/studies/**/*.ts'],
    ignores: ['src/**/*.test.ts', 'src/engine/testing/**'],
    rules: {
      'no-restricted-globals': ['error', ...banned(NETWORK, GATE), ...banned(PLATFORM, 'the engine knows no platform and no clock: the host hands in what it needs')],
      'no-restricted-properties': ['error', ...networkProperties, { object: 'Math', property: 'random', message: 'draw from engine/math/rng.ts, addressed by (seed, purpose, index)' }],
    },
  },
  {
    files: ['src/engine/scenes/**/*.ts'],
    ignores: ['src/**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'draw from engine/math/rng.ts' },
        ...INEXACT.map((property) => ({ object: 'Math', property, message: 'its last bits differ between Node and browsers: use the polynomials of scenes/maths.ts' })),
      ],
      'no-restricted-syntax': ['error', ASYNC_TIDY, { selector: "BinaryExpression[operator='**']", message: 'a power differs in its last bits between engines: multiply' }],
    },
  },
  {
    files: ['src/**/*.tsx'],
    extends: [jsxA11y.flatConfigs.recommended],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      // A scrolling region must take the keyboard's focus.
      'jsx-a11y/no-noninteractive-tabindex': ['error', { roles: ['gridcell', 'tabpanel', 'group', 'region'], tags: [] }],
    },
  },
  {
    files: ['src/**/*.test.{ts,tsx}', 'e2e/**/*.ts', 'src/engine/testing/**/*.ts'],
    rules: { '@typescript-eslint/require-await': 'off', '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-member-access': 'off' },
  },
);
