import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FolderStore } from '../../host/folderStore';
import type { TransferProgram } from '../../host/transfer/transferProgram';

/** Something of MLflow's that could be imported. */
export interface FoundImport {
  /** Absolute. */
  readonly path: string;
  readonly runs: number;
  readonly experiments: number;
  /** Some of the runs. */
  readonly sampleRunIds: readonly string[];
}

/** Whether it is worth looking: MLflow puts its files there unless told otherwise. Costs next to nothing. */
export function mayHoldImports({ folder }: Pick<FolderStore, 'folder'>): boolean {
  return ['mlruns', 'mlflow.db'].some((name) => existsSync(join(folder.uri.fsPath, name)));
}

/** What a workspace folder holds of MLflow's, with at least one run. */
export async function findImports(
  program: TransferProgram,
  { folder }: Pick<FolderStore, 'folder'>,
  signal: AbortSignal,
): Promise<readonly FoundImport[]> {
  const cwd = folder.uri.fsPath;
  return parseFound(await program.ask({ args: ['import', `--find=${cwd}`], cwd, environment: {} }, signal));
}

export function parseFound(answer: unknown): readonly FoundImport[] {
  if (!Array.isArray(answer)) return [];
  return answer.flatMap((each: unknown) => {
    const { path, runs, experiments, sampleRunIds } = (each ?? {}) as Record<string, unknown>;
    return typeof path === 'string' && typeof runs === 'number' && runs > 0
      ? [
          {
            path,
            runs,
            experiments: typeof experiments === 'number' ? experiments : 0,
            sampleRunIds: Array.isArray(sampleRunIds) ? sampleRunIds.filter((runId) => typeof runId === 'string') : [],
          },
        ]
      : [];
  });
}
