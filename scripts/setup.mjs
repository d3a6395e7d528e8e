// What has to be there before anything of ours runs: the packages, a Node with node:sqlite, the build. Runs on any Node ≥ 20.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';
const running = new Set();

/** The path of a Node that has node:sqlite: this one, or the one that npm installed. */
export function node24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const own = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
  if (existsSync(own)) return own;
  throw new Error('There is no Node 24 here yet: run "npm ci" first.');
}

/** Installs the packages of the lockfile where they are missing or others. */
export async function ensureInstalled(log = console.log) {
  if (!isInstalled()) {
    log('Installing the packages that are needed (once, about a minute) …');
    await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, timeout: 900_000 });
  }
  await ensureNode24(log);
}

/** Builds dist/ where it is missing or made of other sources. */
export async function ensureBuilt({ production = false, log = console.log } = {}) {
  const stamp = join(root, 'dist', '.built');
  const wanted = sourcesFingerprint(production);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  log('Building …');
  const args = [join(root, 'scripts', 'build.mjs'), ...(production ? ['--production'] : [])];
  await run(node24(), args, { cwd: root, timeout: 300_000 });
  writeFileSync(stamp, wanted);
}

/** Packs what is built into a file that VS Code installs. */
export async function packageExtension(vsix) {
  mkdirSync(dirname(vsix), { recursive: true });
  const flags = ['--no-dependencies', '--allow-missing-repository', '--skip-license', '--no-rewrite-relative-links'];
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  await run(node24(), [vsce, 'package', ...flags, '--out', vsix], { quiet: true, timeout: 300_000 });
}

/**
 * Runs a program to its end with the terminal as its own.
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number, shell?: boolean, quiet?: boolean }} options
 *   `timeout` in milliseconds, 0 for none; `quiet` keeps its output to itself and gives what it wrote to stdout; when it fails, the error ends with its output
 * @throws one line when it fails, cannot start or takes too long; `exitCode` on the error is the program's, `told` whether the program has said why
 */
export function run(command, args, { cwd = root, env = process.env, timeout = 0, shell = false, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, shell, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit' });
    const name = `${command.split(sep).at(-1)} ${args
      .slice(0, 2)
      .map((arg) => relativeTo(arg))
      .join(' ')}`;
    let late = false;
    let output = '';
    let problems = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr?.setEncoding('utf8').on('data', (text) => (problems = (problems + text).slice(-4_000)));
    const timer = timeout > 0 ? setTimeout(() => ((late = true), child.kill('SIGKILL')), timeout) : undefined;
    running.add(child);
    const done = (error, exitCode) => {
      clearTimeout(timer);
      running.delete(child);
      if (error) reject(Object.assign(error, { exitCode }));
      else resolve(output);
    };
    child.once('error', (error) => done(new Error(`${name} could not be started: ${error.message}`), 1));
    child.once('close', (code, signal) => {
      if (late) done(new Error(`${name} took longer than ${timeout / 1000} s and was ended.`), 1);
      else if (code === 0) done();
      else {
        const end = signal ? `was ended by ${signal}` : `failed with exit code ${code}`;
        const error = new Error(`${name} ${end}.${quiet ? `\n${(problems || output.slice(-4_000)).trim()}` : ''}`);
        // A program with the terminal as its own has said there what is wrong.
        done(Object.assign(error, { told: !quiet && !signal }), code ?? 1);
      }
    });
  });
}

/** Runs npm: the one that runs us, else the one on the path. */
export function npm(args, options) {
  const own = process.env.npm_execpath;
  if (own && /npm-cli\.c?js$/.test(own)) return run(process.execPath, [own, ...args], options);
  return run('npm', args, { ...options, shell: windows });
}

/** Ends what `run` has started when this process is asked to end. */
export function endChildrenWithUs() {
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
    process.on(signal, () => {
      // With Ctrl+C the terminal has told the children too, and to many of them a second one means: at once. What they have to do
      // about it (mark a run KILLED) takes them a moment.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) for (const child of running) child.kill(signal);
      // Who else listens (VS Code in the browser) ends what is theirs, and we end with it.
      if (running.size === 0 && process.listenerCount(signal) === 1) process.exit(code);
      setTimeout(() => {
        for (const child of running) child.kill('SIGKILL');
        process.exit(code);
      }, 8_000).unref();
      process.exitCode = code;
    });
  }
}

/** Whether node_modules holds just what the lockfile says; npm keeps its own account of it there, written last. */
function isInstalled() {
  const account = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(account)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(account, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || entry.devOptional || entry.link || found[path]?.version === entry.version,
  );
}

/** The package `node` fetches its binary in an install script, which npm may have been told not to run, or does not run by itself (npm 12). */
async function ensureNode24(log) {
  const folder = join(root, 'node_modules', 'node');
  if (Number(process.versions.node.split('.')[0]) >= 24 || existsSync(join(folder, 'bin', windows ? 'node.exe' : 'node'))) return;
  log('Fetching Node 24, which has the database that runs are kept in …');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  await run(process.execPath, ['installArchSpecificPackage.js'], { cwd: folder, timeout: 300_000, quiet: true }).catch((error) => {
    throw new Error(`Node ${version} could not be installed: ${error.message}\nInstall Node 24 or newer yourself and start again with it.`);
  });
  node24();
}

function sourcesFingerprint(production) {
  const hash = createHash('sha256').update(String(production));
  const visit = (path) => {
    if (!existsSync(path)) return;
    const facts = statSync(path);
    if (facts.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
    else hash.update(`${relativeTo(path)} ${facts.size} ${facts.mtimeMs}\n`);
  };
  for (const name of ['src', 'webview-ui', 'scripts/build.mjs', 'package.json', 'package-lock.json', 'tsconfig.json'])
    visit(join(root, name));
  return hash.digest('hex');
}

function relativeTo(path) {
  return path.startsWith(root) ? relative(root, path) : path;
}
