import { FitLogger } from '../autolog/fitLogger';
import type { RunSession } from '../autolog/runSession';
import type { SessionLog } from '../autolog/sessionLog';
import type { ReadDataVersion } from '../core/dataVersion';
import type { RunProgress } from '../core/progress';
import { TagName } from '../core/tagNames';
import type { SelectedBackend } from './backend/selection';
import type { TrainConfig } from './config';
import { confusionCsv, confusionJson, confusionSvg } from './confusion';
import { datasetDescription } from './data/description';
import { CLASSES, type DigitData } from './data/mnist';
import { trainDigits, type TrainedDigits } from './digitTrainer';
import { argMaxRows, evaluate, testMetrics, type Evaluation } from './evaluation';

export interface DigitRun {
  readonly config: TrainConfig;
  readonly data: DigitData;
  readonly backend: SelectedBackend;
  readonly threads: number;
  /** The project's folder, against which data files are named. */
  readonly folder: string;
}

export interface DigitRunSurroundings {
  readonly readDataVersion: ReadDataVersion;
  readonly onProgress: (progress: RunProgress) => void;
  readonly signal: AbortSignal;
  readonly log: SessionLog;
}

export interface DigitRunResult {
  readonly evaluation: Evaluation;
  readonly imagesPerSecond: number;
}

/** Trains the digit network within a run and logs everything about it: data sets, the fit, the test, the model. Ends no run. */
export async function trainDigitRun(session: RunSession, work: DigitRun, surroundings: DigitRunSurroundings): Promise<DigitRunResult> {
  const { config, data, backend } = work;
  session.setTags({ [TagName.backend]: `${backend.name} ${backend.version}` });
  await logDatasets(session, work, surroundings.readDataVersion);
  const trained = await trainDigits(
    {
      data: { train: data.train, test: data.test },
      network: {
        filters: config.filters,
        kernelSize: config.kernelSize,
        poolSize: config.poolSize,
        dropout: config.dropout,
        classes: CLASSES,
        seed: config.seed,
      },
      epochs: config.epochs,
      batchSize: config.batchSize,
      learningRate: config.learningRate,
      validationSplit: config.validationSplit,
      limit: config.limit,
      seed: config.seed,
      shuffle: true,
      backend,
      threads: work.threads,
    },
    {
      watcher: new FitLogger(session, surroundings.log),
      onProgress: (progress) => {
        session.reportProgress(progress);
        surroundings.onProgress(progress);
      },
      signal: surroundings.signal,
      log: (line) => surroundings.log.info(line),
    },
  );
  try {
    const evaluation = await logTest(session, trained, data.test.labels, config.epochs - 1);
    await session.logModel(trained.model);
    await session.flush();
    return { evaluation, imagesPerSecond: trained.imagesPerSecond };
  } finally {
    trained.model.dispose();
  }
}

async function logDatasets(session: RunSession, { config, data, folder }: DigitRun, dataVersion: ReadDataVersion): Promise<void> {
  const used = Math.min(config.limit ?? Infinity, data.train.count);
  const trained = Math.floor(used * (1 - config.validationSplit));
  const log = async (context: 'train' | 'validation' | 'test', from: number, count: number): Promise<void> => {
    const part = context === 'test' ? 'test' : 'train';
    const dataset = await datasetDescription(data, { part, rows: { from, count }, folder, dataVersion });
    // What is held out comes from the same file: its name tells it apart, since name and digest are a data set's identity.
    await session.logDataset({ ...dataset, name: `${data.origin.name} ${context}` }, context);
  };
  await log('train', 0, trained);
  if (used > trained) await log('validation', trained, used - trained);
  await log('test', 0, data.test.count);
}

async function logTest(session: RunSession, trained: TrainedDigits, labels: Uint8Array, step: number): Promise<Evaluation> {
  const { probabilities } = trained.test;
  const evaluation = evaluate(labels, argMaxRows(probabilities, CLASSES), { classes: CLASSES, probabilities });
  session.logMetrics({ ...testMetrics(evaluation), images_per_second: trained.imagesPerSecond }, { step });
  const names = evaluation.confusion.map((_, digit) => String(digit));
  await session.logText('evaluation/confusion_matrix.json', confusionJson(evaluation.confusion, names));
  await session.logText('evaluation/confusion_matrix.csv', confusionCsv(evaluation.confusion, names));
  await session.logText('evaluation/confusion_matrix.svg', confusionSvg(evaluation.confusion, names));
  await session.logText('evaluation/classes.json', `${JSON.stringify(evaluation.classes, undefined, 2)}\n`);
  return evaluation;
}
