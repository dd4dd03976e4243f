/**
 * `npm test`: everything, quick things first: types per realm, lint, unit tests (with the laws and the oracle), build, journeys in a browser.
 * `--quick` (`npm run check`) stops after the unit tests. The last line is `N passed, N failed`; the exit code is 1 where N failed is not 0.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, requireNode } from './lib/install.mjs';
import { packageFile, ROOT, runNode } from './lib/run.mjs';
import { checkTypes } from './types.mjs';

const quick = process.argv.includes('--quick');
const reports = join(ROOT, '.cache/reports');
const total = { passed: 0, failed: 0 };
const failures = [];
const started = performance.now();
const seconds = (from) => `${((performance.now() - from) / 1000).toFixed(0)} s`;

/** Books one step or many tests; `names` are what failed. */
function book(passed, names) {
  total.passed += passed;
  total.failed += names.length;
  failures.push(...names);
}

async function step(title, body) {
  console.log(`\n— ${title}`);
  const from = performance.now();
  await body();
  console.log(`  ${title}: ${seconds(from)}`);
}

const bookStep = (name, code) => book(code === 0 ? 1 : 0, code === 0 ? [] : [name]);

async function types() {
  await checkTypes(undefined, ({ name, code, output, seconds: took }) => {
    console.log(`  ${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${took.toFixed(1)} s)`);
    if (code !== 0) console.log(output);
    bookStep(name, code);
  });
}

/** The quick check keeps what it found in files that have not changed; the full test begins anew. */
const lint = async () => bookStep('lint', (await runNode([packageFile('eslint/bin/eslint.js'), '.', ...(quick ? ['--cache', '--cache-location', join(ROOT, '.cache/eslint'), '--cache-strategy', 'content'] : [])])).code);

const readReport = (name) => (existsSync(join(reports, name)) ? JSON.parse(readFileSync(join(reports, name), 'utf8')) : undefined);

/** A file that cannot be loaded holds no tests that could fail: it counts as one itself. */
async function unit() {
  const { code } = await runNode([packageFile('vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${join(reports, 'unit.json')}`]);
  const report = readReport('unit.json');
  if (!report) return bookStep('unit tests (no report was written)', code || 1);
  const files = report.testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'));
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === 'failed');
  book(report.numPassedTests, [...tests.map(({ fullName }) => fullName), ...files.map(({ name, message }) => `${name}: ${message}`)]);
  if (code !== 0 && tests.length + files.length === 0) bookStep('unit tests (an error outside of any test)', code);
}

async function build() {
  const { code } = await runNode([join(ROOT, 'scripts/build.mjs')]);
  bookStep('build', code);
  return code === 0;
}

async function journeys() {
  const { runJourneys } = await import('./e2e.mjs');
  const code = await runJourneys(['--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: join(reports, 'e2e.json') });
  const report = readReport('e2e.json');
  if (!report) return bookStep('journeys (no browser, or no report was written)', code || 1);
  const specs = (suite, above = '') => [...(suite.specs ?? []).map((spec) => ({ ...spec, title: `${above}${spec.title}` })), ...(suite.suites ?? []).flatMap((inner) => specs(inner, `${inner.title} › `))];
  const failed = report.suites.flatMap((suite) => specs(suite, `${suite.title} › `)).filter(({ ok }) => !ok);
  book(report.stats.expected + report.stats.flaky, [...failed.map(({ title }) => title), ...report.errors.map(({ message }) => message ?? 'an error outside of any journey')]);
}

requireNode();
await ensureInstalled();
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
await step('types', types);
await step('lint', lint);
await step('unit tests', unit);
if (!quick) {
  let built = false;
  await step('build', async () => (built = await build()));
  if (built) await step('journeys in a browser', journeys);
  else book(0, ['journeys: not run, there is no site']);
}
if (failures.length) console.log(`\nFailed:\n${failures.map((name) => `  ${name.split('\n')[0]}`).join('\n')}`);
console.log(`\n${seconds(started)} in all`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed ? 1 : 0;
