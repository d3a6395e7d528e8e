// Everything that must hold, on any machine: `node scripts/test.mjs` runs all suites, `node scripts/test.mjs unit contract` just those,
// `… peers` what compares with the real DVC, MLflow and TensorFlow: the suites dvc, mlflow and tensorflow.
// Runs on any Node ≥ 20 with npm; what else is needed is installed first, the long installs while the short suites run.
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ensureCodeServer } from './codeServer.mjs';
import { ensureBuilt, ensureInstalled, node24, packageExtension, root } from './setup.mjs';
import { inLanes } from './suiteLanes.mjs';
import { ensureSystemPackages } from './systemPackages.mjs';

const ci = Boolean(process.env.CI);
const results = join(root, 'test-results');
const vsix = join(results, 'ml-tracking.vsix');
const mnist = mnistFolder();
const dvc = join(root, '.vscode-test', 'dvc', process.platform === 'win32' ? 'Scripts/dvc.exe' : 'bin/dvc');
const peers = ['tensorflow', 'dvc', 'mlflow'];
/** A name for several suites. */
const groups = { peers: ['dvc', 'mlflow', 'tensorflow'] };
const environment = {
  ...process.env,
  DVC_BIN: process.env.DVC_BIN ?? dvc,
  ...(mnist && { MNIST_DIR: mnist }),
  ML_TRACKING_VSIX: vsix,
  NODE_NO_WARNINGS: '1',
  NO_COLOR: '1',
};
const minutes = 60_000;
/** Of a suite that failed, so many lines are said again at the very end, where a log that was cut still has them. */
const lastLines = 50;
/** Suites that run side by side: each waits for others much of its time. */
const lanes = Math.min(2, availableParallelism());

/** A suite that can't run here, and why: said, and never a failure outside CI. */
class Skipped extends Error {}

const tool = (path) => join(root, 'node_modules', path);
const mocha = (...args) => [
  node24(),
  '--import',
  'tsx',
  tool('mocha/bin/mocha.js'),
  ...(ci ? ['--forbid-only', '--forbid-pending'] : []),
  ...args,
];

/** What suites wait for; each is begun at the start, one after another in the background, where a chosen suite needs it. */
const preparations = {
  codeServer: () => ensureCodeServer(logTo('install-code-server')),
  chromium: () => ensureSystemPackages(['chromium'], logTo('install-chromium')),
  tensorflow: () => preparePeer('tensorflow', ['python3', 'python3-venv', 'g++', 'make']),
  dvc: () => preparePeer('dvc', ['git', 'python3', 'python3-venv']),
  mlflow: () => preparePeer('mlflow', ['python3', 'python3-venv']),
};

/** Those that compare with DVC, and with TensorFlow and in the real editor; what else is in test/peers compares with MLflow. */
const dvcTests = ['test/peers/dvc*.test.ts'];
const tensorflowTests = ['test/peers/tfjsNode.test.ts', 'test/peers/terminal.test.ts'];

/**
 * In the order in which they begin: the longest as soon as what they need is installed, which goes on meanwhile in the order of first need;
 * the short ones fill the end.
 */
const suites = [
  { name: 'build', run: () => ensureBuilt({ production: true }) },
  { name: 'package', after: ['build'], run: packageAndWeigh },
  { name: 'dvc', after: ['build'], needs: ['dvc'], run: (log) => execute(log, 15 * minutes, ...mocha(...dvcTests)) },
  {
    name: 'mlflow',
    after: ['build'],
    needs: ['mlflow'],
    run: (log) => {
      const others = [...dvcTests, ...tensorflowTests].flatMap((path) => ['--ignore', path]);
      return execute(log, 15 * minutes, ...mocha(...others, 'test/peers/**/*.test.ts'));
    },
  },
  {
    name: 'ui',
    after: ['package'],
    needs: ['dvc', 'codeServer', 'chromium'],
    run: (log) => execute(log, 12 * minutes, ...mocha('--timeout', '180000', 'test/ui/**/*.test.ts')),
  },
  { name: 'unit', after: ['build'], run: (log) => execute(log, 10 * minutes, ...mocha('test/unit/**/*.test.ts')) },
  {
    name: 'host',
    after: ['build'],
    needs: ['dvc', 'codeServer', 'chromium'],
    run: (log) => execute(log, 8 * minutes, node24(), '--import', 'tsx', 'test/support/hostTests.ts'),
  },
  { name: 'cli', after: ['build'], run: (log) => execute(log, 10 * minutes, ...mocha('test/cli/**/*.test.ts')) },
  {
    name: 'tensorflow',
    after: ['package'],
    needs: ['codeServer', 'chromium', 'tensorflow'],
    run: (log) => execute(log, 8 * minutes, ...mocha(...tensorflowTests)),
  },
  { name: 'lint', run: (log) => execute(log, 5 * minutes, node24(), tool('eslint/bin/eslint.js'), '--max-warnings', '0', '.') },
  { name: 'types', run: (log) => execute(log, 5 * minutes, node24(), tool('typescript/bin/tsc'), '--noEmit', '-p', root) },
  { name: 'contract', after: ['build'], run: (log) => execute(log, 10 * minutes, ...mocha('test/contract/**/*.test.ts')) },
  { name: 'format', run: (log) => execute(log, 5 * minutes, node24(), tool('prettier/bin/prettier.cjs'), '--check', '.') },
  { name: 'load', after: ['build'], run: (log) => execute(log, 8 * minutes, ...mocha('--timeout', '300000', 'test/load/**/*.test.ts')) },
  { name: 'start', onlyInCi: true, run: startOnAFreshFolder },
  {
    name: 'imports',
    run: (log) => execute(log, 5 * minutes, node24(), tool('dependency-cruiser/bin/dependency-cruise.mjs'), 'src', 'webview-ui'),
  },
];

async function packageAndWeigh(log) {
  mkdirSync(results, { recursive: true });
  await packageExtension(vsix);
  const megabytes = statSync(vsix).size / 1e6;
  log(`The VSIX has ${megabytes.toFixed(2)} MB.\n`);
  if (megabytes >= 10) throw new Error(`The VSIX has ${megabytes.toFixed(1)} MB; it must stay under 10 MB.`);
}

/** `npm start` as a person on a fresh machine runs it, with a short training. */
async function startOnAFreshFolder(log) {
  const folder = mkdtempSync(join(tmpdir(), 'ml-start-'));
  try {
    const data = mnist ? ['--data', mnist] : [];
    await execute(
      log,
      10 * minutes,
      'node',
      'scripts/start.mjs',
      '--no-open',
      '--workspace',
      folder,
      '--epochs',
      '1',
      '--limit',
      '3000',
      ...data,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function preparePeer(name, systemPackages) {
  const log = logTo(`install-${name}`);
  await ensureSystemPackages(systemPackages, log);
  await execute(log, 15 * minutes, 'node', join(root, 'scripts', 'peers.mjs'), name);
}

/** MNIST's four files: named by MNIST_DIR, or in the folder that is shared beside the checkout. */
function mnistFolder() {
  const named = process.env.MNIST_DIR;
  if (named && !existsSync(named)) throw new Error(`MNIST_DIR names a folder that does not exist: ${named}`);
  const shared = resolve(root, '..', 'shared', 'data', 'mnist');
  return named ? resolve(named) : existsSync(shared) ? shared : undefined;
}

/** Writes to test-results/logs/<name>.log. */
function logTo(name) {
  mkdirSync(join(results, 'logs'), { recursive: true });
  const file = createWriteStream(join(results, 'logs', `${name}.log`), { flags: 'a' });
  return (text) => void file.write(text.endsWith('\n') ? text : `${text}\n`);
}

const children = new Set();

/** Runs a program to its end; too late, it is ended with everything that it has started. */
function execute(log, timeout, command, ...args) {
  return new Promise((fulfil, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: environment,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    let late = false;
    const timer = setTimeout(() => ((late = true), end(child)), timeout);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', lines(log));
    const settle = (error) => {
      clearTimeout(timer);
      children.delete(child);
      if (error) reject(error);
      else fulfil();
    };
    child.once('error', (error) => settle(new Error(`${command} could not be started: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (late) settle(new Error(`ended after ${timeout / minutes} minutes`));
      else settle(code === 0 ? undefined : new Error(signal ? `ended by ${signal}` : `exit code ${code}`));
    });
  });
}

function lines(log) {
  let rest = '';
  return (chunk) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) log(line);
  };
}

function end(child) {
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function chosenSuites(asked) {
  const names = asked.flatMap((name) => groups[name] ?? [name]);
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0)
    throw new Error(
      `No such suite: ${unknown.join(', ')}. There are: ${[...suites.map((suite) => suite.name), ...Object.keys(groups)].join(', ')}.`,
    );
  if (names.length === 0) return suites.filter((suite) => ci || !suite.onlyInCi);
  const wanted = new Set(names);
  for (const suite of suites.toReversed()) if (wanted.has(suite.name)) for (const name of suite.after ?? []) wanted.add(name);
  return suites.filter((suite) => wanted.has(suite.name));
}

/** Begins the preparations in the order of first need, each when the one before has ended; a failure is met by who waits for it. */
function prepare(chosen) {
  const promises = new Map();
  let before = Promise.resolve();
  for (const name of new Set(chosen.flatMap((suite) => suite.needs ?? []))) {
    const promise = before.then(async () => {
      const started = Date.now();
      await preparations[name]();
      return (Date.now() - started) / 1000;
    });
    promises.set(name, promise);
    before = promise.catch(() => undefined);
  }
  return promises;
}

/** Runs a suite and says how it went; what it prints comes at its end where others print meanwhile. */
async function outcomeOf(suite, prepared, outcomes, together) {
  const title = `\n━━ ${suite.name} ${'━'.repeat(Math.max(0, 100 - suite.name.length))}`;
  const file = logTo(suite.name);
  const kept = [];
  const log = (text) => (file(text), together ? kept.push(text) : console.log(text.replace(/\n$/, '')));
  console.log(together ? `… ${suite.name}` : title);
  const started = Date.now();
  const outcome = { name: suite.name, state: 'passed', seconds: 0, note: '' };
  await runSuite(suite, prepared, outcomes, log).catch((error) => {
    outcome.state = error instanceof Skipped ? 'skipped' : 'FAILED';
    outcome.note = error.message;
    log(error.message);
  });
  outcome.seconds = (Date.now() - started) / 1000;
  outcome.end = kept.slice(-lastLines);
  if (together) console.log([title, ...kept.map((text) => text.replace(/\n$/, ''))].join('\n'));
  return outcome;
}

async function runSuite(suite, prepared, outcomes, log) {
  const blocked = (suite.after ?? []).find((name) => outcomes.some((outcome) => outcome.name === name && outcome.state !== 'passed'));
  if (blocked) throw new Error(`needs ${blocked}, which did not pass`);
  for (const name of suite.needs ?? [])
    await prepared.get(name).catch((error) => {
      if (peers.includes(name) && !ci) throw new Skipped(`no ${name} here: ${error.message}; see test-results/logs/install-${name}.log`);
      throw error;
    });
  await suite.run(log);
}

async function main() {
  const chosen = chosenSuites(process.argv.slice(2));
  const begun = Date.now();
  rmSync(join(results, 'logs'), { recursive: true, force: true });
  await ensureInstalled();
  const outcomes = [{ name: 'install', state: 'passed', seconds: (Date.now() - begun) / 1000, note: '' }];
  console.log(mnist ? `MNIST: ${mnist}` : 'MNIST: none here (set MNIST_DIR); tests that need it say so.');
  const prepared = prepare(chosen);
  const together = lanes > 1 && chosen.length > 1;
  await inLanes(chosen, lanes, prepared, async (suite) => outcomes.push(await outcomeOf(suite, prepared, outcomes, together)));
  await report(outcomes, prepared, (Date.now() - begun) / 1000);
  if (outcomes.some((outcome) => outcome.state === 'FAILED')) process.exitCode = 1;
}

async function report(outcomes, prepared, total) {
  for (const { name, state, end = [] } of outcomes)
    if (state === 'FAILED' && end.length > 0)
      console.log([`\n━━ the end of ${name}, once more`, ...end.map((text) => text.replace(/\n$/, ''))].join('\n'));
  console.log(`\n${'suite'.padEnd(10)} ${'result'.padEnd(8)} ${'time'.padStart(8)}`);
  const row = (name, state, seconds, note) =>
    console.log(`${name.padEnd(10)} ${state.padEnd(8)} ${`${seconds.toFixed(1)} s`.padStart(8)}  ${note.split('\n')[0]}`.trimEnd());
  for (const { name, state, seconds, note } of outcomes) row(name, state, seconds, note);
  for (const [name, promise] of prepared) {
    const seconds = await promise.catch(() => undefined);
    console.log(
      seconds === undefined ? `(${name} could not be installed)` : `(${name} was ready after ${seconds.toFixed(1)} s, in the background)`,
    );
  }
  row('total', '', total, '');
}

for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }))
  process.once(signal, () => {
    for (const child of children) end(child);
    process.exit(code);
  });

await main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
