// Images a second that a training step of the digit network takes, batch 128: wasm on one and two threads, tfjs-node, and
// Keras, one after the other in each round, so that all see the same machine. `node scripts/peers.mjs tensorflow` installs
// the last two; without them they are left out, and that is said.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { findTfjsNode, type SelectedBackend } from '../src/train/backend/selection';
import { findTrainerFiles } from '../src/train/backend/trainerFiles';
import { trainDigits } from '../src/train/digitTrainer';
import type { LabelledImages } from '../src/train/engine/memory';
import { randomBits } from '../src/train/engine/random';
import { DIGIT_NETWORK, IMAGE_PIXELS } from '../src/train/network';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, images: { type: 'string', default: '12800' } } });
const rounds = Number(values.rounds);
const images = Number(values.images);
const BATCH = 128;
const root = fileURLToPath(new URL('..', import.meta.url));
const files = findTrainerFiles(import.meta.url);

interface Contestant {
  readonly name: string;
  readonly measure: () => Promise<number>;
}

const wasm: SelectedBackend = {
  name: 'wasm',
  version: '4.22.0',
  place: { name: 'wasm', wasmFolder: files.wasmFolder },
  message: undefined,
};
const contestants: Contestant[] = [1, 2].map((threads) => ({
  name: `wasm, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
  measure: () => measureOurs(wasm, threads),
}));
const native = await findTfjsNode([join(root, '.vscode-test', 'tfjs-node'), root]);
if (native) {
  const place = { name: 'tfjs-node' as const, packageFolder: native.packageFolder };
  const backend: SelectedBackend = { name: 'tfjs-node', version: native.version, place, message: undefined };
  contestants.push({ name: 'tfjs-node', measure: () => measureOurs(backend, 1) });
}
const python = [join(root, '.vscode-test/mlflow3/bin/python'), join(root, '.vscode-test/mlflow3/Scripts/python.exe')].find((path) =>
  existsSync(path),
);
if (python) contestants.push({ name: 'Keras', measure: () => measureKeras(python) });
if (!native || !python)
  console.log(
    'Left out, since it is not installed (node scripts/peers.mjs tensorflow):',
    [!native && 'tfjs-node', !python && 'Keras'].filter(Boolean).join(', '),
  );

const results = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const { name, measure } of contestants) {
    const rate = await measure();
    results.get(name)?.push(rate);
    console.log(`round ${round + 1}: ${name} ${rate.toFixed(0)} images/s`);
  }
}
const medians = [...results].map(([name, rates]) => ({ name, rates, median: median(rates) }));
const reference = medians.find(({ name }) => name === 'Keras') ?? medians[0];
console.log(`\n${images} images, batch ${BATCH}, ${rounds} rounds: median (least–greatest), against ${reference?.name}`);
for (const { name, rates, median: middle } of medians)
  console.log(
    `${name.padEnd(16)} ${middle.toFixed(0).padStart(6)} images/s (${Math.min(...rates).toFixed(0)}–${Math.max(...rates).toFixed(0)})  × ${(middle / (reference?.median ?? 1)).toFixed(2)}`,
  );

/** Two epochs; the second is measured, when everything is compiled and warm. */
async function measureOurs(backend: SelectedBackend, threads: number): Promise<number> {
  const ends: number[] = [];
  const trained = await trainDigits(
    {
      data: { train: noise(images), test: noise(10) },
      network: DIGIT_NETWORK,
      epochs: 2,
      batchSize: BATCH,
      learningRate: 0.001,
      validationSplit: 0,
      seed: 1,
      shuffle: true,
      threads,
      backend,
    },
    {
      watcher: {
        trainBegin: () => Promise.resolve(),
        batchEnd: () => Promise.resolve(),
        epochEnd: () => Promise.resolve(void ends.push(performance.now())),
        trainEnd: () => Promise.resolve(),
      },
      onProgress: () => {},
      signal: new AbortController().signal,
      log: () => {},
      files,
    },
  );
  trained.model.dispose();
  return images / (((ends[1] as number) - (ends[0] as number)) / 1000);
}

async function measureKeras(python: string): Promise<number> {
  const script = join(root, 'bench', 'peers', 'keras_training.py');
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' };
  const { stdout } = await promisify(execFile)(python, [script, String(images), String(BATCH)], { env, timeout: 600_000 });
  return Number(stdout.trim().split('\n').at(-1));
}

/** Images like digits to the kernels: strokes of noise on a dark ground of four fifths. */
function noise(count: number): LabelledImages {
  const bits = randomBits(count);
  const made = new Uint8Array(count * IMAGE_PIXELS);
  for (let image = 0; image < count; image++)
    for (let row = 6; row < 22; row++)
      for (let column = 9; column < 19; column++) made[image * IMAGE_PIXELS + row * 28 + column] = bits() & 255;
  return { images: made, labels: Uint8Array.from({ length: count }, () => bits() % 10) };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
