/** Starts other programs and waits for them. Knows nothing of what they do. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** A package's command in node_modules/.bin, run by this Node: works where .bin scripts do not (Windows, noexec mounts). */
export const packageFile = (path) => join(ROOT, 'node_modules', path);

/**
 * Runs `file args`, output passed through, or kept and returned with `quiet`. → { code, output }. Never throws for a failing program.
 * `limitMs` ends it; its code is then 124.
 */
export function run(file, args, { quiet = false, limitMs, env = {}, cwd = ROOT } = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'] });
    let output = '';
    let timedOut = false;
    child.stdout?.on('data', (data) => (output += data));
    child.stderr?.on('data', (data) => (output += data));
    const timer = limitMs && setTimeout(() => ((timedOut = true), child.kill('SIGKILL')), limitMs);
    const settle = (code) => {
      clearTimeout(timer);
      resolve({ code: timedOut ? 124 : code, output });
    };
    child.on('error', (error) => ((output += `${file}: ${error.message}\n`), settle(127)));
    child.on('close', (code, signal) => settle(code ?? (signal ? 130 : 1)));
  });
}

/** `node script args`. */
export const runNode = (args, options) => run(process.execPath, args, options);

/** npm, by the same npm that started us where there is one. */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) return runNode([npm, ...args], options);
  return process.platform === 'win32' ? run('cmd', ['/c', 'npm', ...args], options) : run('npm', args, options);
}
