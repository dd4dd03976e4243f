/**
 * `npm run verify:gpu`: every method of the catalogue on WebGPU and WebGL against WASM, on the built site, in one headless Chromium.
 * Fields must agree within a thousandth of the largest entry. Small parameters; through a software adapter unless `--hardware`. Measures no speed.
 */
import { chromium } from '@playwright/test';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { findBrowser, HARDWARE_GPU, QUIET, SOFTWARE_GPU } from './lib/browser.mjs';
import { enginesScript, workerFile } from './lib/engines.mjs';
import { ensureBuilt } from './lib/fresh.mjs';
import { ROOT, runNode } from './lib/run.mjs';
import { serve } from './serve.mjs';

const TOLERANCE = 1e-3;
const FAMILIES = ['plain', 'transformer'];
const KEPT = join(ROOT, '.cache/verify-gpu.json');

const HELP = `npm run verify:gpu -- [flags]
  --backends A,B    of webgpu, webgl (both)
  --methods A,B     only these (all)
  --models A,B      only these (the first plain net and the first transformer)
  --resume          keep the lines that passed in earlier runs, on whatever build: only the others are computed
  --hardware        on the machine's GPU instead of a software adapter
  --limit S         seconds that one line may take (600)
  --scene SEED      the image (36007)`;

/** A command of our own command line that prints JSON. */
async function ask(...args) {
  const { code, output } = await runNode([join(ROOT, 'scripts/chorale.mjs'), ...args], { quiet: true });
  if (code !== 0) throw new Error(`chorale ${args.join(' ')} ended with code ${code}:\n${output}`);
  return JSON.parse(output.slice(output.indexOf('{')));
}

const names = (text, known, what) => {
  const wanted = text?.split(',').map((name) => name.trim()) ?? known;
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`there is no ${what} '${unknown.join("', '")}': choose from ${known.join(', ')}`);
  return wanted;
};

/** Lines of earlier runs, by key. */
const keptLines = () => (existsSync(KEPT) ? JSON.parse(readFileSync(KEPT, 'utf8')) : {});

function keep(lines) {
  mkdirSync(dirname(KEPT), { recursive: true });
  writeFileSync(KEPT, JSON.stringify(lines, null, 1));
}

/** Tiny windows are meant for tiny images: on the models' own they would be hundreds. */
const WINDOWS = { patch: 32, stride: 32, grain: 32 };
const smaller = (params, declared) => Object.fromEntries(Object.entries(params).map(([name, value]) => [name, name in WINDOWS && typeof value === 'number' ? Math.min(WINDOWS[name], declared[name].max ?? value) : value]));

/** What became of one comparison: { verdict, text }. */
function judge({ notApplicable, failure, deviation, difference, largest, ms, referenceMs }) {
  if (notApplicable) return { verdict: 'skip', text: notApplicable };
  if (failure) return { verdict: 'FAIL', text: failure };
  const error = difference / largest;
  const times = `${(ms / 1000).toFixed(1)} s (WASM ${(referenceMs / 1000).toFixed(1)} s)`;
  if (difference === 0 && largest === 0) return { verdict: 'ok', text: `both fields are 0 everywhere; ${times}` };
  const text = `${error.toExponential(1)} of the largest entry; ${times}`;
  if (error <= TOLERANCE || deviation === undefined) return { verdict: error <= TOLERANCE ? 'ok' : 'FAIL', text };
  return { verdict: error <= TOLERANCE + 3 * deviation ? 'ill' : 'FAIL', text: `${text}; plain JavaScript differs from WASM by ${deviation.toExponential(1)}` };
}

/** Starts of a backend before it counts as absent: on a busy machine a software adapter may miss the worker's limit. */
const STARTS = 4;

/** One page with WASM and `backend` started; throws after several tries. */
async function openPage(browser, site, script, worker, backend) {
  for (let tries = 1; ; tries++) {
    try {
      return await startPage(browser, site, script, worker, backend);
    } catch (error) {
      console.log(`     ${backend}: ${error.message.split('\n')[0]} (try ${tries} of ${STARTS})`);
      if (tries === STARTS) throw error;
    }
  }
}

async function startPage(browser, site, script, worker, backend) {
  const page = await browser.newPage({ baseURL: site });
  await page.goto('./catalog.json');
  await page.evaluate(script);
  for (const name of ['wasm', backend]) {
    const problem = await page.evaluate(([name, worker]) => globalThis.engines.start(name, new URL(worker, location.href).href, new URL('zoo/', location.href).href), [name, worker]);
    if (problem === undefined) continue;
    await page.close();
    throw new Error(`the backend '${name}' did not start: ${problem}`);
  }
  return page;
}

/**
 * How far plain JavaScript lies from WASM where a GPU backend lies too far. A formula that amplifies rounding (residual sums that nearly cancel, in relevance
 * propagation) has two right backends disagree as much: 'ill' for ill-conditioned, neither right within the tolerance nor the GPU's fault.
 */
async function withDeviation(page, compared, request, worker) {
  if (compared.failure) return compared;
  const problem = await page.evaluate(([worker]) => globalThis.engines.start('cpu', new URL(worker, location.href).href, new URL('zoo/', location.href).href), [worker]);
  const { difference, largest } = problem ? {} : await page.evaluate((request) => globalThis.engines.compare('cpu', request), request);
  return { ...compared, deviation: problem ? undefined : difference / largest };
}

const late = (seconds) => new Promise((resolve) => setTimeout(() => resolve({ failure: `no answer within ${seconds} s` }), seconds * 1000).unref());

async function compareAll({ browser, site, backends, models, methods, tiny, scene, limit, lines }) {
  const [script, worker] = [await enginesScript(), workerFile()];
  const image = { kind: 'scene', seed: scene };
  const found = [];
  for (const backend of backends) {
    let opening; // a backend that does not start fails all its lines at once
    const opened = () => (opening ??= openPage(browser, site, script, worker, backend));
    for (const model of models) {
      for (const { id: method, score, params } of methods) {
        const key = `${backend} ${model} ${method}`;
        let line = lines[key];
        if (!line || line.verdict === 'FAIL') {
          const compare = async () => {
            const page = await opened();
            const target = await page.evaluate(([model, image]) => globalThis.engines.top(model, image), [model, image]);
            const request = { kind: 'explain', model, method, image, target, score: { kind: score }, seed: 1, params: smaller(tiny[method], params) };
            const compared = await page.evaluate(([backend, request]) => globalThis.engines.compare(backend, request), [backend, request]);
            return judge(compared).verdict === 'FAIL' ? withDeviation(page, compared, request, worker) : compared;
          };
          const answer = await Promise.race([compare().catch((error) => ({ failure: error.message.split('\n')[0] })), late(limit)]);
          line = judge(answer);
          if (/no answer|closed|crash/.test(answer.failure ?? '')) {
            await opening?.then((page) => page.close()).catch(() => undefined);
            opening = undefined;
          }
          lines[key] = line;
          keep(lines);
        }
        found.push({ backend, model, method, ...line });
        console.log(`${line.verdict.padEnd(4)} ${backend.padEnd(6)} ${model.padEnd(12)} ${method.padEnd(28)} ${line.text}`);
      }
    }
    await opening?.then((page) => page.close()).catch(() => undefined);
  }
  return found;
}

const { values } = parseArgs({
  options: { backends: { type: 'string' }, methods: { type: 'string' }, models: { type: 'string' }, resume: { type: 'boolean' }, hardware: { type: 'boolean' }, limit: { type: 'string' }, scene: { type: 'string' }, help: { type: 'boolean' } },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const executablePath = await findBrowser();
if (!executablePath || !(await ensureBuilt())) process.exit(1);
const [catalog, tiny] = [await ask('catalog', '--json'), await ask('catalog', '--tiny')];
const defaults = FAMILIES.map((family) => catalog.models.find((model) => model.family === family)?.id).filter(Boolean);
const wanted = names(values.methods, catalog.methods.map(({ id }) => id), 'method');
const { url: site, close } = await serve({ root: join(ROOT, 'dist'), base: '/chorale/', port: 4417 });
const browser = await chromium.launch({ executablePath, args: [...QUIET, ...(values.hardware ? HARDWARE_GPU : SOFTWARE_GPU)] });
const found = await compareAll({
  browser,
  site,
  backends: names(values.backends, ['webgpu', 'webgl'], 'backend'),
  models: values.models ? names(values.models, catalog.models.map(({ id }) => id), 'model') : defaults,
  methods: catalog.methods.filter(({ id }) => wanted.includes(id)),
  tiny,
  scene: Number(values.scene ?? 36_007),
  limit: Number(values.limit ?? 600),
  lines: values.resume ? keptLines() : {},
});
await browser.close();
await close();
for (const backend of new Set(found.map((line) => line.backend))) {
  const count = (verdict) => found.filter((line) => line.backend === backend && line.verdict === verdict).length;
  console.log(`${backend}: ${count('ok')} within ${TOLERANCE}, ${count('ill')} as far off as plain JavaScript is, ${count('FAIL')} wrong, ${count('skip')} do not apply`);
}
process.exitCode = found.some(({ verdict }) => verdict === 'FAIL') ? 1 : 0;
