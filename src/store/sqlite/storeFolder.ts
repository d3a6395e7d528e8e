import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DATABASE_FILE, STORE_FOLDER } from '../location';

/** Where things lie in a store's folder. The folder may be moved: nothing in the database names it. */
export class StoreFolder {
  readonly path: string;
  readonly database: string;
  readonly artifacts: string;

  constructor(path: string, artifacts?: string) {
    this.path = resolve(path);
    this.database = join(this.path, DATABASE_FILE);
    this.artifacts = artifacts === undefined ? join(this.path, 'artifacts') : resolve(artifacts);
  }

  /** Makes the folder, and keeps git from tracking it: not one that holds something else, such as a project whose own folder was named. */
  create(): void {
    mkdirSync(this.path, { recursive: true });
    const ignore = join(this.path, '.gitignore');
    const isOurs = basename(this.path) === STORE_FOLDER || readdirSync(this.path).length === 0;
    if (isOurs && !existsSync(ignore)) writeFileSync(ignore, '*\n');
  }

  experimentRoot(experimentId: string): string {
    return join(this.artifacts, experimentId);
  }

  runRoot(experimentId: string, runId: string): string {
    return join(this.experimentRoot(experimentId), runId, 'artifacts');
  }

  modelRoot(experimentId: string, modelId: string): string {
    return join(this.experimentRoot(experimentId), 'models', modelId, 'artifacts');
  }

  uri(path: string): string {
    return pathToFileURL(path).href;
  }
}
