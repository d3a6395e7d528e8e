import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { findTrainerFiles, trainerFilesIn, type TrainerFiles } from '../../../src/train/backend/trainerFiles';
import { CommandError, runCommand } from '../../../src/train/backend/command';
import { installTfjsNode } from '../../../src/train/backend/installer';
import { findNpm } from '../../../src/train/backend/npm';
import { findTfjsNode, selectBackend, WASM_VERSION, type WantedBackend } from '../../../src/train/backend/selection';
import { pathToFileURL } from 'node:url';
import { builtTrainer } from './builtTrainer';

describe('training backends', function () {
  this.timeout(120_000);
  let folder: string;
  let files: TrainerFiles;

  before(async () => {
    files = await builtTrainer();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ml-tracking-backend-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A package that is found as tfjs-node, with this script. */
  const plant = async (script: string) => {
    const place = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'package.json'), JSON.stringify({ name: '@tensorflow/tfjs-node', version: '4.22.0', main: 'index.js' }));
    await writeFile(join(place, 'index.js'), script);
    return place;
  };
  const select = (wanted: WantedBackend, signal?: AbortSignal) =>
    selectBackend({ wanted, searchFolders: [join(folder, 'nowhere'), folder], ...files, log: () => {}, ...(signal ? { signal } : {}) });
  const wasm = () => ({ name: 'wasm', version: '4.22.0', place: { name: 'wasm', wasmFolder: files.wasmFolder } });

  it('are wasm where tfjs-node is not wanted or not there', async () => {
    assert.deepEqual(await select('wasm'), { ...wasm(), message: undefined });
    assert.deepEqual(await select('auto'), { ...wasm(), message: undefined });
    const { message, ...rest } = await select('tfjs-node');
    assert.deepEqual(rest, wasm());
    assert.match(message ?? '', /^tfjs-node is not installed, so wasm is used; install it with/);
  });

  it('fall back to wasm, saying why, where tfjs-node fails or dies when it is tried', async () => {
    const place = await plant("throw new Error('libtensorflow.so.2: cannot open shared object file')");
    assert.deepEqual(await findTfjsNode([folder]), { packageFolder: place, version: '4.22.0' });
    const broken = await select('auto');
    assert.equal(broken.name, 'wasm');
    assert.match(broken.message ?? '', /does not work here, so wasm is used: libtensorflow.so.2: cannot open shared object file$/);
    await plant('process.abort()');
    assert.match((await select('tfjs-node')).message ?? '', /it ended while it was tried/);
    await plant('module.exports = { setBackend: () => new Promise(() => {}) }');
    assert.match((await select('auto')).message ?? '', /so wasm is used: it /);
  });

  it('tell the version of the tfjs that is bundled', () => {
    assert.equal(WASM_VERSION, version_wasm);
  });

  it('stop trying when they are told to', async () => {
    await plant('setInterval(() => {}, 1000); module.exports = { setBackend: () => new Promise(() => {}) }');
    const abort = new AbortController();
    const selecting = select('auto', abort.signal);
    abort.abort();
    await assert.rejects(selecting, { name: 'AbortError' });
  });

  it('leave no handlers of unhandled errors behind, and are named wasm', async () => {
    // In a process of its own: other tests here use tfjs as it comes, handlers and all.
    const module = pathToFileURL(resolve('src/train/backend/wasmBackend.ts')).href;
    const script = `
      const { useWasmBackend } = await import(${JSON.stringify(module)});
      const { core } = await useWasmBackend(${JSON.stringify(files.wasmFolder)});
      const listeners = ['uncaughtException', 'unhandledRejection'].flatMap((event) => process.rawListeners(event).map(String));
      console.log(JSON.stringify({ name: core.getBackend(), listeners }));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      timeout: 60_000,
    });
    assert.deepEqual(JSON.parse(stdout), { name: 'wasm', listeners: [] });
  });

  it('find their files beside a bundle, above its chunks, and in the dist above the sources', async () => {
    const dist = join(folder, 'dist');
    await mkdir(join(dist, 'chunks'), { recursive: true });
    await mkdir(join(folder, 'src', 'train'), { recursive: true });
    await writeFile(join(dist, 'trainWorker.js'), '');
    for (const module of ['dist/cli.js', 'dist/chunks/a.js', 'src/train/digitTrainer.ts'])
      assert.deepEqual(findTrainerFiles(pathToFileURL(join(folder, module)).href), trainerFilesIn(dist));
    await rm(dist, { recursive: true });
    assert.throws(() => findTrainerFiles(pathToFileURL(join(folder, 'src/a.ts')).href), /The trainer is not built/);
  });

  it('are installed by the npm beside Node, else by the one on the path', async function () {
    if (process.platform === 'win32') return this.skip();
    assert.equal(findNpm(join(folder, 'node'), join(folder, 'empty')), undefined);
    const bin = join(folder, 'bin');
    const script = join(folder, 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
    await mkdir(bin);
    await mkdir(join(script, '..'), { recursive: true });
    await writeFile(script, '');
    await symlink(script, join(bin, 'npm'));
    // Without a Node of its own it is started by what its first line says.
    assert.deepEqual(findNpm(join(folder, 'node'), ['', bin].join(delimiter))?.args, []);
    await writeFile(join(bin, 'node'), '');
    await chmod(join(bin, 'node'), 0o755);
    assert.deepEqual(findNpm(join(folder, 'node'), bin), { file: join(bin, 'node'), args: [script], folder: bin, nodeGyp: undefined });
    assert.equal(findNpm(join(bin, 'node'), '')?.file, join(bin, 'node'));
  });

  it('leave what was there when an install fails, and say why in one line', async () => {
    const into = join(folder, 'native');
    await mkdir(into);
    await writeFile(join(into, 'kept'), '');
    const before = { ...process.env };
    // A port that nothing listens on, tried once.
    Object.assign(process.env, {
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
      npm_config_cache: join(folder, 'cache'),
    });
    try {
      const failed = installTfjsNode({ into, worker: files.worker, onProgress: () => {} });
      await assert.rejects(failed, (error: Error) => /^tfjs-node was not installed: .*ECONNREFUSED.*$/.test(error.message));
      const abort = new AbortController();
      const aborted = installTfjsNode({ into, worker: files.worker, onProgress: () => abort.abort(), signal: abort.signal });
      await assert.rejects(aborted, { name: 'AbortError' });
    } finally {
      for (const key of Object.keys(process.env)) if (!(key in before)) delete process.env[key];
      Object.assign(process.env, before);
    }
    assert.deepEqual(await readdir(into), ['kept']);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith('native')),
      ['native'],
    );
  });
});

describe('a command', () => {
  const node = process.execPath;
  const run = (script: string, changed: { timeout?: number; signal?: AbortSignal; onLine?: (line: string) => void } = {}) =>
    runCommand(node, ['-e', script], { cwd: tmpdir(), timeout: 60_000, onLine: () => {}, ...changed });

  it('gives its output line by line', async () => {
    const lines: string[] = [];
    await run("process.stdout.write('a\\nb'); process.stdout.write('c\\r\\n\\nd\\rlast')", { onLine: (line) => lines.push(line) });
    assert.deepEqual(lines, ['a', 'bc', 'd', 'last']);
  });

  it('fails with its exit code and its last lines', async () => {
    const failed = run("console.error('why'); process.exit(4)");
    await assert.rejects(
      failed,
      (error) => error instanceof CommandError && /failed with exit code 4/.test(error.message) && error.lines.join() === 'why',
    );
    const missing = runCommand(join(tmpdir(), 'no-such-program'), [], { cwd: tmpdir(), timeout: 1000, onLine: () => {} });
    await assert.rejects(missing, /could not be started/);
  });

  it('is ended, with what it started, by a time-out or a cancel', async () => {
    await assert.rejects(run('setInterval(() => {}, 1000)', { timeout: 50 }), /took longer than/);
    const abort = new AbortController();
    const script = `
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      child.on('spawn', () => console.log(child.pid));
      setInterval(() => {}, 1000);`;
    const running = run(script, { signal: abort.signal, onLine: () => abort.abort() });
    // It ends only when the grandchild, which holds its output open, is gone too; else mocha's own time-out comes first.
    await assert.rejects(running, { name: 'AbortError' });
  });
});
