import { resolve } from 'node:path';
import { formatBytes } from '../core/format';
import { obtainDigits } from '../train/data/source';
import { DIGIT_FILE_NAMES } from '../train/data/origin';
import { findDigitFiles } from '../train/data/mnist';
import type { ProgressBar } from './progressBar';

// Where projects keep MNIST's four files, the raw ones first.
const USUAL_FOLDERS = ['data/raw', 'data', 'data/mnist', 'data/MNIST/raw', '.'];

interface Obtaining {
  readonly signal: AbortSignal;
  readonly bar: ProgressBar;
  readonly log: (line: string) => void;
}

/** The folder with the digits: the one named, the workspace's own, else what can be downloaded or drawn. */
export async function digitFolder(named: string | undefined, { signal, bar, log }: Obtaining): Promise<string> {
  if (named !== undefined) return resolve(named);
  for (const folder of USUAL_FOLDERS) if (await holdsDigits(resolve(folder))) return resolve(folder);
  const source = await obtainDigits({
    signal,
    log,
    onProgress: ({ bytes, total }) => bar.note(`Downloading MNIST  ${formatBytes(bytes)}${total ? ` of ${formatBytes(total)}` : ''}`),
  });
  bar.clear();
  return source.folder;
}

async function holdsDigits(folder: string): Promise<boolean> {
  try {
    const files = await findDigitFiles(folder);
    return DIGIT_FILE_NAMES.every((name) => files[name] !== undefined);
  } catch {
    return false;
  }
}
