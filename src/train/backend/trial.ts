import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../core/errors';
import { buildNetwork, DIGIT_NETWORK } from '../network';
import { CommandError, runCommand } from './command';
import { useTfjsNode } from './tfjsNode';

/** The worker's script, run as a program with this and a folder, tries the tfjs-node package in it. */
export const TRIAL_FLAG = '--try-tfjs-node';
const ANSWER = 'tfjs-node trial: ';
const TIMEOUT = 60_000;

export type TrialResult = { readonly works: true } | { readonly works: false; readonly reason: string };

/** Trains a few made-up images on the tfjs-node package in a folder. In a process of its own: a native library may take it down. */
export async function tryTfjsNode(
  worker: URL,
  packageFolder: string,
  options: { signal?: AbortSignal; log: (line: string) => void },
): Promise<TrialResult> {
  const cwd = await mkdtemp(join(tmpdir(), 'ml-tracking-trial-'));
  let answer: TrialResult | undefined;
  const onLine = (line: string) => {
    if (line.startsWith(ANSWER)) answer = JSON.parse(line.slice(ANSWER.length)) as TrialResult;
    else options.log(line);
  };
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  try {
    await runCommand(process.execPath, [fileURLToPath(worker), TRIAL_FLAG, packageFolder], {
      cwd,
      env,
      timeout: TIMEOUT,
      onLine,
      ...options,
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return answer?.works === false ? answer : { works: false, reason: `it ended while it was tried: ${error.message}` };
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
  return answer ?? { works: false, reason: 'it said nothing when it was tried.' };
}

/** What the process does: one fit of two batches. Its failure on a Node that is too new shows here, not when it is loaded. */
export async function answerTrial(packageFolder: string): Promise<void> {
  let result: TrialResult = { works: true };
  try {
    const library = await useTfjsNode(packageFolder);
    const { core } = library;
    const model = buildNetwork(library, { ...DIGIT_NETWORK, filters: [2, 2] }, 0.001);
    const images = core.randomUniform([4, 28, 28, 1]);
    const labels = core.oneHot(core.tensor1d([0, 1, 2, 3], 'int32'), DIGIT_NETWORK.classes);
    const history = await model.fit(images, labels, { batchSize: 2, epochs: 1, verbose: 0 });
    if (!Number.isFinite(history.history['loss']?.[0])) throw new Error('its first loss is not a number');
  } catch (error) {
    result = { works: false, reason: messageOf(error).split('\n')[0] ?? '' };
  }
  process.stdout.write(`${ANSWER}${JSON.stringify(result)}\n`);
  process.exitCode = result.works ? 0 : 1;
}
