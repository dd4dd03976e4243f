/**
 * Finds a Chromium for the browser tests: on this machine, else by Playwright's download, else by the system's package manager.
 * Not a browser manager: what it finds it uses as it is.
 */
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { packageFile, run, runNode } from './run.mjs';

/** Chromium as root needs no-sandbox; the rest keeps it from looking up its maker's hosts. */
export const QUIET = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];
/** GPU backends on a machine without a GPU: both answer through SwiftShader. */
export const SOFTWARE_GPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];
/** GPU backends on the machine's own GPU, without a display. */
export const HARDWARE_GPU = ['--enable-unsafe-webgpu', '--enable-features=Vulkan', '--use-angle=vulkan', '--ignore-gpu-blocklist'];

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge', 'microsoft-edge'];
const PLACES = {
  darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => (process.env[name] ? [join(process.env[name], 'Google/Chrome/Application/chrome.exe')] : [])),
};
const PACKAGE_MANAGERS = [
  ['apt-get', [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]],
  ['dnf', [['install', '-y', 'chromium']]],
  ['apk', [['add', 'chromium']]],
  ['pacman', [['-Sy', '--noconfirm', 'chromium']]],
];

const onPath = (names) => (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))).filter(existsSync);

/** Chromium binaries that Playwright downloaded earlier, whatever its version. */
function playwrightCache() {
  const homes = { darwin: 'Library/Caches/ms-playwright', win32: 'AppData/Local/ms-playwright' };
  const cache = process.env.PLAYWRIGHT_BROWSERS_PATH ?? join(homedir(), homes[process.platform] ?? '.cache/ms-playwright');
  if (!existsSync(cache)) return [];
  const inside = ['chrome-linux/chrome', 'chrome-linux64/chrome', 'chrome-win/chrome.exe', 'chrome-win64/chrome.exe', 'chrome-mac/Chromium.app/Contents/MacOS/Chromium'];
  const folders = readdirSync(cache).filter((name) => /^chromium-\d+$/.test(name));
  return folders.flatMap((folder) => inside.map((file) => join(cache, folder, file))).filter(existsSync);
}

/** A file that is there may still not start: a stub that asks for snap, a library that is missing. Windows' Chrome prints no version. */
const starts = async (file) => process.platform === 'win32' || (await run(file, ['--version'], { quiet: true, limitMs: 20_000 })).code === 0;

async function firstThatStarts(files) {
  for (const file of files) if (await starts(file)) return file;
  return undefined;
}

const onMachine = () => firstThatStarts([process.env.CHROME_PATH, ...onPath(NAMES), ...(PLACES[process.platform] ?? []), ...playwrightCache()].filter((file) => file && existsSync(file)));

async function byPackageManager() {
  const root = process.getuid?.() === 0;
  if (!root && process.env.CI !== 'true') return;
  const [name, calls] = PACKAGE_MANAGERS.find(([command]) => onPath([command]).length > 0) ?? [];
  if (!name) return;
  console.log(`Installing Chromium with ${name} …`);
  for (const args of calls) {
    const command = root ? [name, args] : ['sudo', ['-n', name, ...args]];
    const { code, output } = await run(command[0], command[1], { quiet: true, limitMs: 300_000, env: { DEBIAN_FRONTEND: 'noninteractive' } });
    if (code !== 0) return console.error(output.split('\n').slice(-15).join('\n'));
  }
}

/** → the path of a Chromium that starts, or undefined after saying which command would install one. */
export async function findBrowser() {
  const found = await onMachine();
  if (found) return found;
  console.log('No Chromium on this machine: trying Playwright’s download (at most 60 s) …');
  const download = await runNode([packageFile('@playwright/test/cli.js'), 'install', 'chromium'], { quiet: true, limitMs: 60_000 });
  const downloaded = download.code === 0 && (await onMachine());
  if (downloaded) return downloaded;
  await byPackageManager();
  const installed = await onMachine();
  if (installed) return installed;
  console.error('No browser for the browser tests. Install one with one of these commands, or set CHROME_PATH to a Chromium or Chrome:');
  console.error('  npx playwright install --with-deps chromium\n  sudo apt-get update && sudo apt-get install -y chromium');
  return undefined;
}
