import type { Tags } from './experiment';

/** A version of a data set, as it was when a run used it. */
export interface Dataset {
  readonly name: string;
  /** DVC's hash where the data is tracked, else a hash of the content. At most 36 characters. */
  readonly digest: string;
  readonly sourceType: string;
  /** JSON, by MLflow's convention, e.g. `{"uri": "data/train.gz"}`. */
  readonly source: string;
  /** JSON: the columns or the tensor's shape and type. */
  readonly schema: string | undefined;
  /** JSON: number of rows and the like. */
  readonly profile: string | undefined;
}

export interface DatasetInput {
  readonly dataset: Dataset;
  /** `mlflow.data.context` is `train`, `validation` or `test`. */
  readonly tags: Tags;
}
