import { join, resolve } from 'node:path';
import { messageOf } from '../../core/errors';
import { userCacheFolder } from './cacheFolder';
import { downloadFiles, type DownloadOptions, type DownloadProgress } from './download';
import { findDigitFiles, loadDigits } from './mnist';
import { DIGIT_FILE_NAMES, readOrigin, type DigitFileName } from './origin';
import { SYNTHETIC_DEFAULTS, writeSyntheticDigits, type SyntheticOptions } from './synthetic';

export interface DigitSource {
  readonly kind: 'folder' | 'mnist' | 'synthetic';
  /** Absolute. */
  readonly folder: string;
  /** The four files, absolute. */
  readonly files: Readonly<Record<DigitFileName, string>>;
}

export interface ObtainOptions {
  /** A folder that the person names; then nothing else is tried. */
  readonly data?: string;
  /** Absent: the user's cache folder. */
  readonly cacheFolder?: string;
  /** Never ask the network. */
  readonly offline?: boolean;
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly download?: Partial<DownloadOptions>;
  readonly synthetic?: SyntheticOptions;
}

/**
 * Finds digits: the folder that is named, else MNIST (from the cache, or downloaded into it), else drawn ones. Says in the log which it was.
 * Without internet it takes a few seconds to say so.
 * @throws TrackingError when a named folder does not hold the four files, whole and fitting each other
 */
export async function obtainDigits(options: ObtainOptions = {}): Promise<DigitSource> {
  const log = options.log ?? (() => undefined);
  if (options.data !== undefined) {
    const { folder } = await loadDigits(options.data);
    return located('folder', folder);
  }
  const cache = resolve(options.cacheFolder ?? userCacheFolder());
  const mnist = join(cache, 'mnist');
  const { offline = false, onProgress, signal } = options;
  try {
    await downloadFiles({ folder: mnist, onProgress, log, signal, ...(offline ? { mirrors: [] } : {}), ...options.download });
    return await located('mnist', mnist);
  } catch (error) {
    signal?.throwIfAborted();
    log(offline ? 'MNIST is not in the cache, and the network is not to be asked.' : messageOf(error));
  }
  const plan = options.synthetic ?? SYNTHETIC_DEFAULTS;
  const drawn = join(cache, `synthetic-${plan.train}-${plan.test}-${plan.seed}`);
  if (!(await isWhole(drawn))) await writeSyntheticDigits(drawn, plan);
  log(`Using ${plan.train + plan.test} SYNTHETIC digits, drawn to look handwritten. For real ones, name MNIST's folder with --data.`);
  return located('synthetic', drawn);
}

async function located(kind: DigitSource['kind'], folder: string): Promise<DigitSource> {
  return { kind, folder, files: (await findDigitFiles(folder)) as Record<DigitFileName, string> };
}

/** `source.json` is written last, so a set without it was never finished. */
async function isWhole(folder: string): Promise<boolean> {
  try {
    const [files, origin] = await Promise.all([findDigitFiles(folder), readOrigin(folder)]);
    return origin !== undefined && DIGIT_FILE_NAMES.every((name) => files[name] !== undefined);
  } catch {
    return false;
  }
}
