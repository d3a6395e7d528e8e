// Installs what ours is compared with, into .vscode-test/: `node scripts/peers.mjs tensorflow` makes a Python environment with
// TensorFlow (and Keras), and tfjs-node compiled against its library. What is there already stays; needs python3, g++ and make.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node24, npm, root, run } from './setup.mjs';

const TENSORFLOW = '2.21.0';
const DVC = '3.67.1';
/** Clients of both live in the field; the newest one's server is what ours is compared with. */
const MLFLOW = { mlflow2: '2.8.1', mlflow3: '3.17.2' };
const place = join(root, '.vscode-test');
const venv = join(place, 'tf');

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
  await mkdir(place, { recursive: true });
  await installPython(venv, [`tensorflow==${TENSORFLOW}`], TENSORFLOW);
  await installTfjsNode();
}

/** The real dvc, with which our reading of a workspace's status must agree. */
async function dvc() {
  await mkdir(place, { recursive: true });
  await installPython(join(place, 'dvc'), [`dvc==${DVC}`], DVC);
}

async function mlflow() {
  await mkdir(place, { recursive: true });
  // MLflow 2.8 asks setuptools for what newer ones no longer have.
  await installPython(join(place, 'mlflow2'), [`mlflow==${MLFLOW.mlflow2}`, 'setuptools<80'], MLFLOW.mlflow2);
  await installPython(join(place, 'mlflow3'), [`mlflow==${MLFLOW.mlflow3}`], MLFLOW.mlflow3);
}

/** Makes a Python environment with one package in it, unless this version is there. */
async function installPython(folder, requirements, version) {
  const stamp = join(folder, 'installed');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === version) return;
  await rm(folder, { recursive: true, force: true });
  console.log(`Installing ${requirements[0]} for Python …`);
  await run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder], { timeout: 180_000 });
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements], { timeout: 900_000 });
  await writeFile(stamp, version);
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
  const lib = join(venv, 'lib');
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
