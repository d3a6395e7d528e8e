import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { HashName } from './hashName';
import { readRecord } from './record';
import { ancestors } from './recordPath';
import { diskSource } from './recordSource';
import type { Stage } from './stage';

/** An out as the first native status had it. Stages say more; this stays until all have moved to them. */
export interface TrackedOut {
  readonly path: string;
  readonly hashName: HashName;
  readonly digest: string | undefined;
  readonly size: number | undefined;
  readonly files: number | undefined;
  readonly executable: boolean;
  readonly cached: boolean;
  readonly versioned: boolean;
  readonly description: string | undefined;
  readonly line: number;
  /** Absolute. */
  readonly target: string;
  /** The file that records it, absolute. */
  readonly recordedIn: string;
  /** The stage's name in a pipeline; undefined for a `.dvc` file. */
  readonly stage: string | undefined;
}

/** The nearest folder at or above a path that holds a `.dvc` folder. */
export async function findDvcRoot(path: string): Promise<string | undefined> {
  for (const folder of ancestors(resolve(path))) {
    const found = await stat(join(folder, '.dvc')).catch(() => undefined);
    if (found?.isDirectory()) return folder;
  }
  return undefined;
}

/** The outs of stages that lie in the file system. */
export function trackedOuts(stages: readonly Stage[]): TrackedOut[] {
  return stages.flatMap((stage) =>
    stage.outs.flatMap(({ path, target, recorded, cached, versioned, description, line }) =>
      target === undefined
        ? []
        : [
            {
              path,
              hashName: recorded?.hashName ?? 'md5',
              digest: recorded?.digest,
              size: recorded?.size,
              files: recorded?.files,
              executable: recorded?.executable ?? false,
              cached,
              versioned,
              description,
              line,
              target,
              recordedIn: stage.file,
              stage: stage.name,
            },
          ],
    ),
  );
}

/** The outs of a `.dvc` file or a `dvc.yaml` of the repository at `root`; none where it can't be read. */
export async function readOuts(root: string, file: string): Promise<TrackedOut[]> {
  return trackedOuts((await readRecord(root, file, diskSource)).stages);
}
