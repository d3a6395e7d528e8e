import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CodeReader } from '../code/reader';
import { CodeRunner } from '../code/runner';
import { invalid, messageOf, TrackingError } from '../core/errors';
import type { Run } from '../core/run';
import { pastableLine, shellLine } from '../core/shellLine';
import { KeptData } from '../data/actions/keptData';
import { CacheTransfers } from '../data/cache/cacheTransfers';
import { transferParts } from '../data/cache/transferSurroundings';
import { HashPool } from '../data/hashing/hashPool';
import type { RerunCommand } from '../lineage/rerunCommand';
import { DataRestorer } from '../lineage/restoredData';
import { isInTree, restoreFolder } from '../lineage/restoreFolder';
import { RunRestorer, type RestoredRun } from '../lineage/runRestorer';
import { ProgramPaths } from '../processes/executables';
import type { Engine } from '../store/engine';
import { repositoryOf } from './codeCommand';
import { jsonText, type Output } from './output';
import { findRun } from './runReference';
import { deleteOrRestore } from './runsEdits';

export interface RestoreFlags {
  /** The new working tree's folder. */
  readonly into?: string;
  readonly repo?: string;
  /** Also start the run's command there. */
  readonly rerun?: boolean;
  /** False: the code alone. */
  readonly data?: boolean;
}

/**
 * Brings a deleted run back to the lists; of any other run, and wherever a folder is named, its code comes back instead: as a
 * working tree of its own, with the uncommitted changes that the run was made with.
 */
export async function restoreRun(engine: Engine, reference: string, flags: RestoreFlags, output: Output): Promise<void> {
  const run = await findRun(engine, reference);
  if (run.lifecycleStage === 'deleted' && flags.into === undefined && !flags.rerun) {
    await deleteOrRestore(engine, run.runId, 'restore', output);
    return;
  }
  const reader = new CodeReader(() => undefined);
  // Whoever types the command trusts the repository, as with git itself.
  const runner = new CodeRunner(
    () => undefined,
    undefined,
    () => true,
  );
  const hashWorker = fileURLToPath(new URL('../hashWorker.js', import.meta.url));
  const work = existsSync(hashWorker) ? new HashPool(hashWorker) : undefined;
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new Error('Stopped; what was restored until then stays.'));
  process.once('SIGINT', interrupt);
  try {
    const root = await repositoryOf(reader, flags.repo);
    const parts = transferParts(() => undefined, work, new KeptData());
    const restorer = new RunRestorer(reader, runner, new DataRestorer(reader, new CacheTransfers(parts)));
    const folder = flags.into === undefined ? restorer.defaultFolder(run, root) : restoreFolder(flags.into, process.cwd());
    if (!existsSync(folder) && isInTree(folder, root)) throw invalid(`${folder} is in the working tree: name a folder outside of ${root}`);
    const options = { signal: stop.signal, withoutData: flags.data === false };
    const restored = await restorer.restore(engine, run, root, folder, options);
    if (output.json)
      output.out(
        jsonText({
          runId: run.runId,
          name: run.runName,
          ...restored,
          leftOut: restored.leftOut ?? null,
          restoredData: restored.restoredData ?? null,
          rerun: restored.rerun ?? null,
        }),
      );
    else output.out(report(run, restored));
    process.removeListener('SIGINT', interrupt);
    if (stop.signal.aborted) process.exitCode = 130;
    else if (flags.rerun) await rerun(run, restored, engine.info.location, output);
  } finally {
    process.removeListener('SIGINT', interrupt);
    work?.dispose();
    runner.dispose();
    reader.dispose();
  }
}

function report(run: Run, restored: RestoredRun): string {
  const { folder, commit, unborn, patched, leftOut, dependencies, data, submodules, rerun: command } = restored;
  const place = command && command.workingFolder !== '' ? join(folder, command.workingFolder) : folder;
  const facts = [
    ['run', `${run.runName} (${run.runId.slice(0, 8)})`],
    ['code', unborn ? 'from before the first commit' : `${commit.slice(0, 10)}${patched ? ', with its uncommitted changes' : ''}`],
    ...(leftOut === undefined ? [['missing', 'its uncommitted changes, which were not kept with the run']] : []),
    ...(leftOut ?? []).slice(0, 10).map((path) => ['missing', `${path}, which was not kept with the run`]),
    ...dependencies.slice(0, 10).map(({ path, command: install }) => ['depends on', `${path}: ${install}`]),
    ...data.map(({ name, digest, context }) => ['data set', `${name} ${digest}${context === '' ? '' : ` (${context})`}`]),
    ...dataFacts(restored),
    ...(submodules ? [['submodules', 'git submodule update --init']] : []),
    ...(command ? [['run again', againText(command, place)]] : []),
    ...(command?.notes ?? []).map((note) => ['', note]),
  ];
  return `${folder}\n${facts.map(([name = '', value = '']) => `  ${name.padEnd(12)}${value}\n`).join('')}`;
}

function againText({ args }: RerunCommand, place: string): string {
  const [go, start] = [pastableLine(['cd', place], process.platform), pastableLine(args, process.platform)];
  return go !== undefined && start !== undefined
    ? `${go} && ${start}`
    : 'by restoring it with --rerun: its command can’t be written so that a shell takes it as it is';
}

/** What became of the data, and how what is missing can be had. */
function dataFacts({ dvcFiles, restoredData, otherVersions }: RestoredRun): string[][] {
  const files = (count: number, what = 'file'): string => `${count} ${what}${count === 1 ? '' : 's'}`;
  const { checkedOut = [], missing = [], notes = [] } = restoredData ?? {};
  const few = missing.length <= 3 ? missing.map(({ path }) => (path.startsWith('-') ? `./${path}` : path)) : [];
  return [
    ...(dvcFiles.length > 0 && !restoredData ? [['data', `left out, recorded in ${files(dvcFiles.length, 'DVC file')}: dvc pull`]] : []),
    ...(checkedOut.length > 0
      ? [['data', `${checkedOut.slice(0, 4).join(', ')}${checkedOut.length > 4 ? ` and ${checkedOut.length - 4} more` : ''}: checked out`]]
      : []),
    ...missing.slice(0, 10).map(({ path, message }) => ['no data', `${path}: ${message}`]),
    ...(missing.length > 0 ? [['', `to have it: ${pastableLine(['dvc', 'pull', ...few], process.platform) ?? 'dvc pull'}`]] : []),
    ...otherVersions
      .slice(0, 10)
      .map(({ path, used, recorded, inCache }) => [
        'other data',
        `${path} is ${recorded} here, but the run used ${used}, which ${inCache ? 'the cache has' : 'no cache here has'}`,
      ]),
    ...notes.map((note) => ['', note]),
  ];
}

/** Starts the run's command in its restored code; what it records goes to the store that the run is from. */
async function rerun(run: Run, { folder, rerun: command }: RestoredRun, store: string, output: Output): Promise<void> {
  if (!command) throw invalid(`the command of ${run.runName} was not recorded: start it by hand in ${folder}`);
  if (!command.complete) throw invalid(`${command.notes.join(' ')} Then start it by hand in ${folder}.`);
  const place = join(folder, command.workingFolder);
  output.say(`${shellLine(command.args, process.platform)}\n`);
  const code = await start(command, existsSync(place) ? place : folder, store);
  if (code !== 0) throw new TrackingError('INTERNAL_ERROR', `the command ended with ${code ?? 'a signal'}`);
}

async function start({ args }: RerunCommand, folder: string, store: string): Promise<number | null> {
  const [program = '', ...rest] = args;
  // This very program, wherever it is.
  const ours = program === 'ml-tracking' && process.argv[1] !== undefined ? [process.execPath, process.argv[1]] : [program];
  // A store is a folder or a server's URL.
  const storeOf = /^https?:/i.test(store) ? { MLFLOW_TRACKING_URI: store, ML_TRACKING_STORE: '' } : { ML_TRACKING_STORE: store };
  const [named = '', ...first] = program === 'node' ? [process.execPath] : ours;
  const environment = { ...process.env, ...storeOf };
  const file = await new ProgramPaths().of(named, environment).catch((error: unknown) => {
    throw unstartable(program, error);
  });
  return new Promise((fulfil, reject) => {
    const child = spawn(file, [...first, ...rest], { cwd: folder, stdio: 'inherit', env: environment });
    // Ctrl+C reaches the child, too, and it decides how it ends.
    const wait = (): void => undefined;
    process.on('SIGINT', wait);
    const leave = (): void => void child.kill('SIGTERM');
    process.once('SIGTERM', leave);
    const done = (): void => void process.off('SIGINT', wait).off('SIGTERM', leave);
    child.once('error', (error) => (done(), reject(unstartable(program, error))));
    child.once('close', (code) => (done(), fulfil(code)));
  });
}

function unstartable(program: string, error: unknown): TrackingError {
  return new TrackingError('INTERNAL_ERROR', `${program} could not be started: ${messageOf(error)}`);
}
