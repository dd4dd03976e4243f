/** `npm start [-- --port N --host H --base /path/ --no-open]`: installs if needed, builds if needed, serves the built site. Plain Node, no packages. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './lib/fresh.mjs';
import { ensureInstalled, requireNode } from './lib/install.mjs';
import { ROOT } from './lib/run.mjs';
import { serve } from './serve.mjs';

requireNode();
const { values } = parseArgs({
  options: { port: { type: 'string', default: '4173' }, host: { type: 'string', default: '127.0.0.1' }, base: { type: 'string', default: '/' }, 'no-open': { type: 'boolean', default: false } },
});
await ensureInstalled();
if (!(await ensureBuilt())) {
  console.error('The build failed; its messages stand above.');
  process.exit(1);
}
const { url, close } = await serve({ root: join(ROOT, 'dist'), base: values.base, port: Number(values.port), host: values.host });
console.log(`\n  Chorale is at ${url}\n  Ctrl-C ends it.\n`);
if (!values['no-open']) openBrowser(url);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void close().then(() => process.exit(0)));

/** Only where a desktop is there; a failure to open is no error, the address is printed. */
function openBrowser(address) {
  const desktop = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const commands = { darwin: ['open', [address]], win32: ['cmd', ['/c', 'start', '', address]], linux: desktop ? ['xdg-open', [address]] : undefined };
  const command = process.env.CI ? undefined : commands[process.platform];
  if (command) spawn(command[0], command[1], { stdio: 'ignore', detached: true }).on('error', () => undefined).unref();
}
