// `npm start`: from a fresh clone to a trained, recorded model, open in VS Code. Runs on any Node ≥ 20 with npm and git.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { endChildrenWithUs, ensureBuilt, ensureInstalled, node24, root, run } from './setup.mjs';

const HELP = `npm start -- [options]

Installs what is needed, builds, makes the demo workspace, trains the digit CNN in it and opens it in VS Code.
A second start finds all that and only opens it.

  --data DIR        the four IDX files of MNIST (default: download them; without internet, drawn digits)
  --workspace DIR   where the demo workspace is made (default: digits, in this folder)
  --no-open         stop after the training
  --train           train again, though there is a finished run
  --epochs N        and --limit N, --batch-size N, --learning-rate X, --seed N, --backend NAME, --threads N:
                    handed on to the training
  --offline         never ask the network for data
  --port N          the port of VS Code in the browser, where there is no desktop (default: a free one)
  --help            this text
`;

const TRAINING = ['epochs', 'limit', 'batch-size', 'learning-rate', 'seed', 'backend', 'threads'];

async function start() {
  const options = readOptions();
  if (options.help) return void process.stdout.write(HELP);
  endChildrenWithUs();
  await ensureInstalled();
  await ensureBuilt({ production: true });

  const workspace = fromCaller(options.workspace ?? join(root, 'digits'));
  await makeDemo(workspace, options);
  await train(workspace, options);
  if (options['no-open']) return;
  const { openWorkspace } = await import('./openWorkspace.mjs');
  await openWorkspace({ folder: workspace, port: options.port === undefined ? undefined : Number(options.port) });
}

function readOptions() {
  const text = Object.fromEntries(['data', 'workspace', 'port', ...TRAINING].map((name) => [name, { type: 'string' }]));
  const flags = Object.fromEntries(['no-open', 'train', 'offline', 'help'].map((name) => [name, { type: 'boolean' }]));
  try {
    return parseArgs({ options: { ...text, ...flags } }).values;
  } catch (error) {
    // Node's own text goes on about how to write positional arguments.
    throw Object.assign(new Error(`${error.message.split('. ')[0]}. "npm start -- --help" lists the options.`), { exitCode: 2 });
  }
}

/** npm runs scripts in the package's folder; paths are meant from where the person stands. */
function fromCaller(path) {
  const place = process.env.npm_lifecycle_event === 'start' ? process.env.INIT_CWD : undefined;
  return resolve(place ?? process.cwd(), path);
}

async function makeDemo(workspace, options) {
  const args = ['--import', 'tsx', join(root, 'src', 'demo', 'program.ts'), '--workspace', workspace];
  if (options.data !== undefined) args.push('--data', fromCaller(options.data));
  if (options.offline) args.push('--offline');
  await run(node24(), args, { timeout: 900_000 });
}

async function train(workspace, options) {
  const program = join(root, 'dist', 'ml-tracking.js');
  const store = join(workspace, '.tracking');
  const tracking = (args, how = {}) => run(node24(), [program, ...args, '--store', store], { cwd: workspace, ...how });
  if (!options.train && (await hasFinishedRun(store, tracking))) {
    console.log('There is a finished run already; --train trains again.');
    return tracking(['runs'], { timeout: 60_000 });
  }
  const flags = TRAINING.flatMap((name) => (options[name] === undefined ? [] : [`--${name}`, options[name]]));
  return tracking(['train', ...flags]);
}

async function hasFinishedRun(store, tracking) {
  if (!existsSync(join(store, 'tracking.db'))) return false;
  const answer = await tracking(['runs', '--json', '--limit', '1', '--filter', "attributes.status = 'FINISHED'"], {
    quiet: true,
    timeout: 60_000,
  });
  return JSON.parse(answer).length > 0;
}

try {
  await start();
} catch (error) {
  // After Ctrl+C the exit code is set, and there is nothing to explain.
  if (!process.exitCode) {
    if (!error.told) console.error(`npm start: ${error.message}`);
    process.exitCode = error.exitCode || 1;
  }
}
