/**
 * Makes the repository's own part of the reference values (at most 2 MB) from the whole, which lies beside the repository:
 * the tabular nets complete, and every other case on one image net, in turn. Changes no number.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WHOLE = join(ROOT, '../shared/oracle');
const OWN = join(ROOT, 'src/engine/testing/fixtures/oracle');
const LIMIT = 2e6;
/** Described by the net itself, not cases. */
const NET_FILES = ['model.json', 'inputs.json', 'weights.bin'];

const nets = (await readdir(WHOLE, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
const isTable = (net) => net.startsWith('mlp');
const read = async (net, file) => JSON.parse(await readFile(join(WHOLE, net, file), 'utf8'));

const hasDraws = (c) => c.replay !== undefined && Object.keys(c.replay).length > 0;

/** A case without draws of its own replays those of the case before it, else the first that there are: they are put where they are needed. */
const withDraws = (cases) => {
  let replay = cases.find(hasDraws)?.replay;
  return cases.map((c) => {
    if (hasDraws(c)) replay = c.replay;
    return replay ? { ...c, replay } : c;
  });
};

/** Draws that equal those of the kept case before are left out again. */
const withoutRepeats = (cases) => cases.map((c, i) => (i > 0 && c.replay === cases[i - 1].replay ? { ...c, replay: undefined } : c));

/** Files whose cases replay the same stored draws: kept together, so that the draws are kept once. */
const SHARING = ['smoothgrad.json'];
/** The image nets that have a case, by 'file case'; each case is kept on one of them, in turn. */
const netsOf = new Map();
for (const net of nets.filter((name) => !isTable(name)))
  for (const file of await readdir(join(WHOLE, net)))
    if (!NET_FILES.includes(file)) for (const { id } of (await read(net, file)).cases) netsOf.set(`${file} ${id}`, [...(netsOf.get(`${file} ${id}`) ?? []), net]);
const home = new Map([...netsOf].map(([name, homes], turn) => [name, homes[SHARING.includes(name.split(' ')[0]) ? 0 : turn % homes.length]]));

for (const folder of await readdir(OWN, { withFileTypes: true })) if (folder.isDirectory()) await rm(join(OWN, folder.name), { recursive: true });
let bytes = 0;
for (const net of nets) {
  await mkdir(join(OWN, net), { recursive: true });
  for (const file of await readdir(join(WHOLE, net))) {
    if (NET_FILES.includes(file)) {
      await cp(join(WHOLE, net, file), join(OWN, net, file));
      bytes += (await readFile(join(OWN, net, file))).length;
      continue;
    }
    const whole = await read(net, file);
    const all = withDraws(whole.cases);
    const cases = isTable(net) ? all : all.filter(({ id }) => home.get(`${file} ${id}`) === net);
    if (cases.length === 0) continue;
    const text = `${JSON.stringify({ ...whole, cases: withoutRepeats(cases) })}\n`;
    bytes += text.length;
    await writeFile(join(OWN, net, file), text);
  }
}
console.log(`${OWN}: ${(bytes / 1e6).toFixed(2)} MB of at most ${LIMIT / 1e6}`);
if (bytes > LIMIT) process.exitCode = 1;
