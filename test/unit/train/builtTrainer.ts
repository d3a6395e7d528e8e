import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'mocha';
import { buildTrainer } from '../../../scripts/trainerBuild.mjs';
import { trainerFilesIn, type TrainerFiles } from '../../../src/train/backend/trainerFiles';

let built: Promise<{ folder: string; files: TrainerFiles }> | undefined;

/** The trainer's worker and wasm files, built once for the test process from the sources as they are: never a stale dist. */
export function builtTrainer(): Promise<TrainerFiles> {
  built ??= build();
  return built.then(({ files }) => files);
}

async function build() {
  const folder = await mkdtemp(join(tmpdir(), 'ml-tracking-trainer-'));
  await buildTrainer(folder);
  return { folder, files: trainerFilesIn(folder) };
}

after(async () => {
  if (built) await rm((await built).folder, { recursive: true, force: true });
});
