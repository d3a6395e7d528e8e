import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { RunSession } from '../autolog/runSession';
import type { SessionLog } from '../autolog/sessionLog';
import { Termination } from '../autolog/termination';
import { readCodeState } from '../code/codeState';
import { TagName } from '../core/tagNames';
import { formatDuration } from '../core/format';
import { UsedData } from '../data/used/usedData';
import { GitRevisions } from '../lineage/gitRevisions';
import { CodeReader } from '../code/reader';
import type { Engine } from '../store/engine';
import { checkSettings, readConfig, TRAIN_DEFAULTS, type TrainConfig } from '../train/config';
import { loadDigits, type DigitData } from '../train/data/mnist';
import type { SelectedBackend } from '../train/backend/selection';
import { trainDigitRun } from '../train/digitRun';
import { chooseBackend } from './backendCommand';
import { digitFolder } from './digitFolder';
import type { Output } from './output';
import { jsonText } from './output';
import { ProgressBar } from './progressBar';
import { runRecord, runsTable } from './runsCommand';
import { trackingServer } from './storeOption';
import { checkBeforeTraining, type ChecksOutcome } from './trainChecks';
import { withTrainingStore } from './trainingStore';

export interface TrainFlags {
  readonly config?: string;
  readonly data?: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly validationSplit?: number;
  readonly limit?: number;
  readonly seed?: number;
  readonly experiment?: string;
  readonly name?: string;
  readonly backend?: string;
  readonly threads?: number;
  readonly store?: string;
  readonly trackingUri?: string;
  /** False where the data's checks are not to be run. */
  readonly checks?: boolean;
}

/** How long the end of a cancelled run may take to reach a server, in milliseconds. */
const SERVER_GRACE = 5_000;
const USUAL_CONFIG = join('configs', 'cnn.yaml');

/** Trains the digit model in this process and its workers, as a run of the store. */
export async function train(flags: TrainFlags, output: Output): Promise<void> {
  const configFile = flags.config ?? (existsSync(USUAL_CONFIG) ? USUAL_CONFIG : undefined);
  const config = await settings(flags, configFile);
  const bar = new ProgressBar(output);
  const log: SessionLog = { info: (line) => bar.line(line), warn: (line) => bar.line(`ml-tracking: ${line}`) };
  const abort = new AbortController();
  const termination = new Termination({ graceMs: (await trackingServer(flags)) === undefined ? undefined : SERVER_GRACE });
  const { data, backend, checks } = await prepare(flags, config, termination, abort, bar, log);

  const revisions = new GitRevisions(new CodeReader(() => undefined));
  const used = new UsedData(revisions);
  await withTrainingStore(flags, output, async ({ engine, sendLater }) => {
    const session = await RunSession.open(engine, {
      experiment: config.experiment,
      name: flags.name,
      folder: process.cwd(),
      commandLine: ['ml-tracking', ...process.argv.slice(2)],
      source: configFile,
      tags: {
        ...(configFile === undefined ? { [TagName.sourceName]: 'ml-tracking train' } : {}),
        ...(checks === 'none' ? {} : { [TagName.dataChecks]: checks }),
      },
      readCodeState,
      readDataVersion: used.version,
      log,
    });
    const listening = termination.add(async (cause) => {
      abort.abort();
      bar.clear();
      if (cause.kind === 'signal') {
        await session.finish('KILLED');
        output.say(`Cancelled. The run ${session.run.runName} keeps what was logged.\n`);
      } else await session.finish('FAILED', cause.error);
      output.say(sendLater(session.runId) ?? '');
    });
    try {
      await session.begin();
      const work = { config, data, backend, threads: config.threads ?? Math.min(2, availableParallelism()), folder: process.cwd() };
      const result = await trainDigitRun(session, work, {
        readDataVersion: used.version,
        onProgress: (progress) => bar.show(progress),
        signal: abort.signal,
        log,
      });
      bar.clear();
      await session.finish('FINISHED');
      if (!output.json) {
        const { evaluation, imagesPerSecond } = result;
        const rate = Math.round(imagesPerSecond).toLocaleString('en');
        output.say(`Test accuracy ${evaluation.accuracy.toFixed(4)}, F1 ${evaluation.macroF1.toFixed(4)}, trained at ${rate} images/s.\n`);
      }
    } catch (error) {
      bar.clear();
      // A signal's handler ends the run and the process.
      if (abort.signal.aborted) return await new Promise<never>(() => undefined);
      await session.finish('FAILED', error);
      output.say(sendLater(session.runId) ?? '');
      throw error;
    } finally {
      listening.dispose();
      await used.save();
      revisions.dispose();
    }
    await report(engine, session.runId, output);
    output.say(sendLater(session.runId) ?? '');
  });
}

/** Brings the digits and the backend; a signal meanwhile ends the process, and there is no run yet to mark. */
async function prepare(
  flags: TrainFlags,
  config: TrainConfig,
  termination: Termination,
  abort: AbortController,
  bar: ProgressBar,
  log: SessionLog,
): Promise<{ data: DigitData; backend: SelectedBackend; checks: ChecksOutcome }> {
  const listening = termination.add(() => Promise.resolve(abort.abort()));
  try {
    const folder = await digitFolder(flags.data ?? config.data, { signal: abort.signal, bar, log: (line) => log.info(line) });
    const checks = await checkBeforeTraining(resolve(folder), flags.checks === false, log, abort.signal);
    return { data: await loadDigits(folder), backend: await chooseBackend(config.backend, log, abort.signal), checks };
  } finally {
    listening.dispose();
  }
}

/** Flags over the file over the defaults. */
async function settings(flags: TrainFlags, configFile: string | undefined): Promise<TrainConfig> {
  const base = configFile === undefined ? TRAIN_DEFAULTS : await readConfig(resolve(configFile));
  const { epochs, batchSize, learningRate, validationSplit, limit, seed, experiment, threads } = flags;
  const given = { epochs, batchSize, learningRate, validationSplit, limit, seed, experiment, threads, backend: flags.backend };
  const nameOf = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return { ...base, ...checkSettings(given as Partial<TrainConfig>, nameOf) };
}

async function report(engine: Engine, runId: string, output: Output): Promise<void> {
  const run = await engine.runs.get(runId);
  const experiment = await engine.experiments.get(run.experimentId);
  if (output.json) output.out(jsonText(runRecord(run, experiment.name)));
  else {
    output.out(runsTable([run], new Map([[experiment.experimentId, experiment.name]]), Date.now()));
    output.say(`Recorded in ${engine.info.location} after ${formatDuration((run.endTime ?? Date.now()) - run.startTime)}.\n`);
  }
}
