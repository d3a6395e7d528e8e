/** Tags with a meaning: MLflow's own, and ours under `mlTracking.`. */
export const TagName = {
  runName: 'mlflow.runName',
  note: 'mlflow.note.content',
  user: 'mlflow.user',
  sourceName: 'mlflow.source.name',
  sourceType: 'mlflow.source.type',
  gitCommit: 'mlflow.source.git.commit',
  gitBranch: 'mlflow.source.git.branch',
  gitRemote: 'mlflow.source.git.repoURL',
  autologging: 'mlflow.autologging',
  parentRunId: 'mlflow.parentRunId',
  modelHistory: 'mlflow.log-model.history',
  /** The id that a copied run had where it came from, so that copying it again finds the copy. */
  copiedFrom: 'mlTracking.copiedFrom',
  /** The id of the remote run that this one carries on, from when its server could no longer be reached. */
  continues: 'mlTracking.continues',
  gitDirty: 'mlTracking.git.dirty',
  /** How many untracked files the patch of the uncommitted changes makes. */
  gitUntracked: 'mlTracking.git.untracked',
  /** The folder that the run was started in, relative to the repository; absent for its root. */
  workingFolder: 'mlTracking.workingFolder',
  commandLine: 'mlTracking.commandLine',
  backend: 'mlTracking.backend',
  /** What the checks of a training's data said before it: `passed`, or `skipped`; absent where there are none. */
  dataChecks: 'mlTracking.data.checks',
  /** Whether the run's data can be had again by its commit: DataUseState; of a run the worst of its data sets, and of each of these its own. */
  dataState: 'mlTracking.data.state',
  /** Of a data set: what DVC records of the files that were modified. */
  dataRecorded: 'mlTracking.data.recorded',
  /** Of a data set as a run used it: what people say of the data. Lists are on one line each. */
  dataDescription: 'mlTracking.data.description',
  dataType: 'mlTracking.data.type',
  dataLabels: 'mlTracking.data.labels',
  dataSource: 'mlTracking.data.source',
  dataPreprocessing: 'mlTracking.data.preprocessing',
  dataTransformations: 'mlTracking.data.transformations',
  /** JSON of RunProcess: who writes this run, so that a silent death is found. */
  process: 'mlTracking.process',
  /** JSON of RunProgress, replaced about once a second while the run lasts, removed at its end. */
  progress: 'mlTracking.progress',
  /** One line: why a run is FAILED. */
  error: 'mlTracking.error',
} as const;

/** Whether a tag is bookkeeping, which lists of tags leave out. */
export function isInternalTag(key: string): boolean {
  return key.startsWith('mlflow.') || key.startsWith('mlTracking.');
}
