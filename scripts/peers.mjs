// Installs what ours is compared with, into .vscode-test/: `node scripts/peers.mjs tensorflow` makes a Python environment with
// TensorFlow, Keras and the newest MLflow, and tfjs-node compiled against its library (this needs g++ and make);
// `… mlflow` makes the same environment and one of MLflow 2.8 with the TensorFlow of its time; `… dvc` one for each of DVC's versions.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node24, npm, root, run } from './setup.mjs';

/**
 * The newest one is what ours agrees with; of each older one, how it differs is known. What these ask for without an upper bound has
 * since dropped what they use: pathspec's directory mark, pygit2's names of object types, dulwich's staging.
 */
const DVC = {
  dvc: ['dvc==3.67.1'],
  'dvc-3.55': ['dvc==3.55.2', 'pathspec<0.13'],
  'dvc-3.33': ['dvc==3.33.4', 'pathspec<0.13', 'pygit2<1.15', 'dulwich<0.22'],
};
/** Without what only graphics cards need, where that is to be had: a third of the download. */
const TENSORFLOW = process.platform === 'darwin' ? 'tensorflow' : 'tensorflow-cpu';
/** Clients of both live in the field; the newest one's server is what ours is compared with. Each has the frameworks that it knows. */
const MLFLOW = {
  mlflow2: ['mlflow==2.8.1', `${TENSORFLOW}==2.14.0`, 'scikit-learn==1.3.2', 'sqlalchemy<2.1', 'setuptools<80'],
  mlflow3: ['mlflow==3.17.2', `${TENSORFLOW}==2.21.0`, 'tensorboard==2.21.0', 'scikit-learn==1.9.1'],
};
const place = join(root, '.vscode-test');
const newest = join(place, 'mlflow3');

const peers = { tensorflow, dvc, mlflow };

const [name, inside] = process.argv.slice(2);
if (!Object.hasOwn(peers, name ?? '')) {
  console.error(`Name what to install: ${Object.keys(peers).join(', ')}.`);
  process.exitCode = 2;
} else if (process.execPath !== node24() && inside !== '--inside') {
  // tfjs-node is to be compiled and tried by the Node that our trainings run on.
  await run(node24(), [fileURLToPath(import.meta.url), name, '--inside']).catch(fail);
} else await peers[name]().catch(fail);

function fail(error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function tensorflow() {
  await installNewest();
  await installTfjsNode();
}

/** The real dvc in several versions, with which our reading of a workspace's status must agree; pygit2 of then knows Python up to 3.12. */
async function dvc() {
  for (const [name, requirements] of Object.entries(DVC))
    await installPython(join(place, name), requirements, name === 'dvc' ? [] : ['python3.11', 'python3.12', 'python3.10']);
}

/** MLflow 2.8's TensorFlow knows Python up to 3.11; it asks SQLAlchemy and setuptools for what newer ones have dropped. */
async function mlflow() {
  await installNewest();
  await installPython(join(place, 'mlflow2'), MLFLOW.mlflow2, ['python3.11', 'python3.10']);
}

/** One TensorFlow is enough for what is compared with Keras and for the newest MLflow. */
async function installNewest() {
  await installPython(newest, MLFLOW.mlflow3);
}

/** Makes a Python environment with these packages in it, unless it is there; in the first of these Pythons that exists, else in the usual one. */
async function installPython(folder, requirements, pythons = []) {
  const stamp = join(folder, 'installed');
  const wanted = requirements.join(' ');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return;
  await mkdir(place, { recursive: true });
  await rm(folder, { recursive: true, force: true });
  console.log(`Installing ${requirements.join(', ')} for Python …`);
  await run(await firstOf(pythons), ['-m', 'venv', folder], { timeout: 180_000 });
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements], { timeout: 900_000 });
  await writeFile(stamp, wanted);
}

async function firstOf(pythons) {
  for (const python of pythons) {
    const answer = await run(python, ['--version'], { quiet: true, timeout: 20_000 }).catch(() => undefined);
    if (answer !== undefined) return python;
  }
  return process.platform === 'win32' ? 'python' : 'python3';
}

async function installTfjsNode() {
  const into = join(place, 'tfjs-node');
  if (existsSync(join(into, 'node_modules/@tensorflow/tfjs-node/package.json'))) return;
  const { register } = await import('tsx/esm/api');
  register();
  const installer = await import('../src/train/backend/installer.ts');
  const { trainerFilesIn } = await import('../src/train/backend/trainerFiles.ts');
  const { buildTrainer } = await import('./trainerBuild.mjs');
  const trainer = join(place, 'trainer');
  await buildTrainer(trainer);
  await installer.installTfjsNode({
    into,
    worker: trainerFilesIn(trainer).worker,
    tensorflow: join(await sitePackages(), 'tensorflow'),
    nodeHeaders: await nodeHeaders(),
    onProgress: (line) => console.log(line),
  });
}

async function sitePackages() {
  const lib = join(newest, 'lib');
  const version = (await readdir(lib)).find((entry) => entry.startsWith('python3'));
  return join(lib, version ?? '', 'site-packages');
}

/** The npm package that holds Node's binary holds its headers too; node-gyp's own download reaches no registry. */
async function nodeHeaders() {
  const packageName = `node-${process.platform}-${process.arch}`;
  const folder = join(place, 'headers');
  const found = join(folder, 'node_modules', packageName);
  if (!existsSync(join(found, 'include/node/node_api.h')))
    await npm(
      [
        'install',
        '--prefix',
        folder,
        '--no-save',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        `${packageName}@${process.versions.node}`,
      ],
      {
        timeout: 300_000,
      },
    );
  return found;
}
