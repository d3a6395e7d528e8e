import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Engine } from '../../../src/store/engine';
import { openStore } from '../../../src/store/sqlite/store';
import { copyRuns } from '../../../src/transfer/copy';
import type { CopyReport } from '../../../src/transfer/copyReport';
import { openImport } from '../../../src/transfer/openImport';

/** Folders and stores of one suite, gone after each test. */
export class Folders {
  private readonly made: string[] = [];
  private readonly engines: Engine[] = [];

  async make(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'ml-transfer-'));
    this.made.push(folder);
    return folder;
  }

  async store(folder?: string): Promise<Engine> {
    const engine = await openStore(join(folder ?? (await this.make()), '.tracking'));
    this.engines.push(engine);
    return engine;
  }

  /** Imports what is at a path into a store. */
  async import(path: string, engine: Engine): Promise<CopyReport> {
    const source = await openImport(path);
    try {
      return await copyRuns(source, engine, { registry: true });
    } finally {
      await source.close();
    }
  }

  async clear(): Promise<void> {
    for (const engine of this.engines.splice(0)) await engine.close();
    for (const folder of this.made.splice(0)) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Writes files by their paths under a folder; a path that ends with `/` is an empty folder. */
export async function writeTree(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    const place = join(folder, path);
    await mkdir(path.endsWith('/') ? place : dirname(place), { recursive: true });
    if (!path.endsWith('/')) await writeFile(place, content);
  }
  return folder;
}

/** A run's id of one letter, as long as MLflow's. */
export const runId = (letter: string): string => letter.repeat(32);

export function experimentMeta(name: string, more = ''): string {
  return `artifact_location: file:///somewhere/else/1\nexperiment_id: '1'\nlifecycle_stage: active\nname: ${name}\n${more}`;
}

export function runMeta(id: string, more = ''): string {
  return `artifact_uri: file:///somewhere/else/1/${id}/artifacts\nend_time: 1700000002000\nexperiment_id: '1'\nlifecycle_stage: active
run_id: ${id}\nrun_name: ${id[0]}\nrun_uuid: ${id}\nstart_time: 1700000001000\nstatus: 3\nuser_id: ana\ntags: []\n${more}`;
}
