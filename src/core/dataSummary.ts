/** What is in a data file, in few words, as a run's data set keeps it. */
export interface DataSummary {
  readonly rows: number | undefined;
  /** In MLflow's form: `mlflow_colspec` or `mlflow_tensorspec`; undefined where it would be too long. */
  readonly schema: unknown;
  /** JSON-able: `columns`, `missing`, `duplicates`, `class_counts`, `images`, `values`; each where it is known. */
  readonly profile: Readonly<Record<string, unknown>>;
}

/** Undefined where the file isn't read: of an unknown kind, too large, damaged, or too slow to read. */
export type ReadDataSummary = (path: string) => Promise<DataSummary | undefined>;
